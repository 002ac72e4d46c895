/// The file format: `name = value` per line, `#` starts a comment at the start of a line or after a blank.
///
/// A value in double quotes may contain anything; `\"`, `\\` and `\n` stand for a quote, a backslash and a line end.
struct SettingsFile {
    struct Entry: Equatable {
        let name: String
        let value: String
        let line: Int
    }

    private(set) var entries: [Entry] = []
    private(set) var problems: [SettingProblem] = []

    init(path: String, contents: String) {
        // Bytes, not characters: to Swift "\r\n" is one character and "#" with an accent is not "#".
        var text = contents.utf8[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let source = SettingSource.file(path: path, line: index + 1)
            let line = String(Substring(line)).trimmed
            guard let first = line.utf8.first, first != UInt8(ascii: "#") else { continue }
            guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")), equals > line.utf8.startIndex else {
                problems.append(.badLine(source))
                continue
            }
            let name = String(line[..<equals]).trimmed
            let rest = String(line[line.utf8.index(after: equals)...]).trimmed
            if let value = Self.value(rest) {
                entries.append(Entry(name: name, value: value, line: index + 1))
            } else {
                problems.append(.badQuotes(source))
            }
        }
    }

    /// The value without quotes and comment; `nil` if the quotes are wrong.
    private static func value(_ text: String) -> String? {
        guard text.utf8.first == UInt8(ascii: "\"") else { return withoutComment(text).trimmed }
        var bytes: [UInt8] = []
        var rest = text.utf8.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") {
                let tail = String(Substring(rest))
                return withoutComment(tail).trimmed.isEmpty ? String(decoding: bytes, as: UTF8.self) : nil
            }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case let sign? where sign == byte || sign == UInt8(ascii: "\""): bytes.append(sign)
            default: return nil
            }
        }
        return nil
    }

    /// `value` as it must stand in a file.
    static func quoted(_ value: String) -> String {
        let isPlain = value == value.trimmed && !value.utf8.contains { "\n\"#".utf8.contains($0) }
        if isPlain { return value }
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\"", "\\": "\\\(scalar)"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    private static func withoutComment(_ text: String) -> String {
        var isAfterBlank = true
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if byte == UInt8(ascii: "#") && isAfterBlank { return String(text[..<index]) }
            isAfterBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        }
        return text
    }
}
