/// A piece of the text of a message: words, or an image by its address.
public enum TextPart: Equatable, Sendable {
    case text(String)
    case image(url: String)

    private static let opening = "&$#@~^@[{:"
    private static let closing = ":}]&$~@#@"

    /// The pieces in their order, without empty ones. A marker that is not closed is text.
    public static func split(_ message: String) -> [TextPart] {
        var parts: [TextPart] = []
        // Bytes, not characters: a combining mark behind a marker would make another character of its last sign.
        var rest = message.utf8[...]
        func text(_ bytes: Substring.UTF8View) {
            if !bytes.isEmpty { parts.append(.text(String(Substring(bytes)))) }
        }
        while let start = rest.firstRange(of: opening.utf8) {
            guard let end = rest[start.upperBound...].firstRange(of: closing.utf8) else { break }
            text(rest[..<start.lowerBound])
            parts.append(.image(url: String(Substring(rest[start.upperBound..<end.lowerBound]))))
            rest = rest[end.upperBound...]
        }
        text(rest)
        return parts
    }
}
