import Primitives

/// Writing JSON strings (RFC 8259, section 7) that are also safe to show on a terminal.
enum JSONText {
    /// Longest string of a log line, in bytes of UTF-8: a peer that sends more must not fill the log.
    static let maximumLength = 1_024

    /// Appends `text` with quotes, cut to `maximumLength` at a character boundary and then ended with "…".
    ///
    /// Escaped beyond what JSON asks for: DEL and the C1 controls (U+0080 to U+009F), which terminals obey.
    static func append(_ text: String, to line: inout ByteWriter) {
        line.append(UInt8(ascii: "\""))
        var length = 0
        for scalar in text.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= maximumLength else {
                line.append(utf8: "…" as StaticString)
                break
            }
            append(scalar, to: &line)
        }
        line.append(UInt8(ascii: "\""))
    }

    private static func append(_ scalar: Unicode.Scalar, to line: inout ByteWriter) {
        switch scalar {
        case "\"": line.append(utf8: "\\\"" as StaticString)
        case "\\": line.append(utf8: "\\\\" as StaticString)
        case "\n": line.append(utf8: "\\n" as StaticString)
        case "\r": line.append(utf8: "\\r" as StaticString)
        case "\t": line.append(utf8: "\\t" as StaticString)
        case "\0"..<" ", "\u{7F}"..."\u{9F}":
            line.append(utf8: "\\u00" as StaticString)
            line.append(hexDigit(scalar.value >> 4))
            line.append(hexDigit(scalar.value & 15))
        default:
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { line.append(byte) }
        }
    }

    private static func hexDigit(_ value: UInt32) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: value)
        return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
