import Primitives

/// Base 64 with the standard alphabet and padding (RFC 4648 section 4), on bytes as they stand in a message.
public enum Base64 {
    /// Without line breaks.
    public static func encode(_ bytes: RawSpan) -> [UInt8] {
        [UInt8](capacity: (bytes.byteCount + 2) / 3 * 4) { output in
            var offset = 0
            while let first = bytes.byte(at: offset) {
                let second = bytes.byte(at: offset + 1)
                let third = bytes.byte(at: offset + 2)
                output.append(digit(first >> 2))
                output.append(digit((first & 0x03) << 4 | (second ?? 0) >> 4))
                output.append(second.map { digit(($0 & 0x0F) << 2 | (third ?? 0) >> 6) } ?? padding)
                output.append(third.map { digit($0 & 0x3F) } ?? padding)
                offset += 3
            }
        }
    }

    /// The bytes, or `nil` if the text is not Base 64: a foreign character, missing or misplaced padding, or bits
    /// set behind the last byte (RFC 4648 section 3.5), so that one value has one spelling.
    ///
    /// - Parameter skippingWhitespace: ignore spaces, tabs and line breaks, as MIME encoders insert them.
    public static func decode(_ text: RawSpan, skippingWhitespace: Bool = false) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.byteCount / 4 * 3)
        var group: UInt32 = 0
        var digitCount = 0
        var paddingCount = 0
        for offset in 0..<text.byteCount {
            guard let character = text.byte(at: offset) else { return nil }
            if skippingWhitespace && isWhitespace(character) { continue }
            if character == padding {
                paddingCount += 1
                continue
            }
            guard paddingCount == 0, let value = value(of: character) else { return nil }
            group = group << 6 | UInt32(value)
            digitCount += 1
            if digitCount == 4 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
                digitCount = 0
            }
        }
        switch (digitCount, paddingCount) {
        case (0, 0):
            return bytes
        case (2, 2) where group & 0x0F == 0:
            bytes.append(UInt8(truncatingIfNeeded: group >> 4))
            return bytes
        case (3, 1) where group & 0x03 == 0:
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
            return bytes
        default:
            return nil
        }
    }

    private static let padding = UInt8(ascii: "=")

    private static func isWhitespace(_ character: UInt8) -> Bool {
        character == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(character)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

extension Base64 {
    /// With the alphabet for URLs and without padding (RFC 4648, section 5).
    public static func encodeForURL(_ bytes: RawSpan) -> String {
        let text = encode(bytes).prefix { $0 != padding }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
