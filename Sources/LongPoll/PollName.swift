/// What names a session between its requests. Who knows it is the session, so it stands in no log: hence no
/// description.
public struct PollName: Hashable, Sendable, CustomStringConvertible {
    public static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// - Parameter bytes: 16 of them, from a generator for secrets.
    public init?(random bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        high = word(bytes[..<8])
        low = word(bytes[8...])
    }

    /// 32 hexadecimal digits in lower case; `nil` for anything else.
    init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var words: [UInt64] = [0, 0]
        for (index, digit) in digits.enumerated() {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            words[index / 16] = words[index / 16] << 4 | UInt64(value)
        }
        (high, low) = (words[0], words[1])
    }

    /// For its owner only.
    public var text: String { Self.hexadecimal(high) + Self.hexadecimal(low) }

    public var description: String { "the name of a session" }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
