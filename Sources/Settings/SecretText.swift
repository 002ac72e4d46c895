/// A secret as people hand it over: by an editor that adds a line end, a system that marks the start of its files, a
/// clipboard that brings a blank along. All nodes must make the same of it, wherever each of them has it from.
public enum SecretText {
    /// Without a byte order mark, blanks and line ends around it.
    static func cleaned(_ text: String) -> String { text.trimmed }

    /// What is left and nobody can see; `nil`: nothing.
    static func flaw(in text: String) -> String? {
        let isHidden = text.unicodeScalars.contains { scalar in
            let properties = scalar.properties
            return properties.generalCategory == .control || properties.isDefaultIgnorableCodePoint
                || properties.isWhitespace && scalar != " "
        }
        return isHidden ? "must be one line without characters that nobody sees" : nil
    }

    /// The first line of a file: a password, with the blanks that belong to it.
    public static func firstLine(of contents: String) -> String {
        var bytes = contents.utf8[...]
        if bytes.starts(with: byteOrderMark) { bytes = bytes.dropFirst(byteOrderMark.count) }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(Substring(line))
    }
}

/// U+FEFF, which some systems put before UTF-8.
private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

extension String {
    /// Without spaces, tabs and line ends at both ends, and without a byte order mark.
    var trimmed: String {
        func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
        var rest = utf8.drop(while: isBlank)
        if rest.starts(with: byteOrderMark) { rest = rest.dropFirst(byteOrderMark.count).drop(while: isBlank) }
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(rest[...last]))
    }
}
