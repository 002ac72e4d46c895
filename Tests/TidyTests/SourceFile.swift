/// A text file of the tree, as the rules see it.
struct SourceFile: Sendable {
    /// A word of code with the characters that touch it.
    struct Word: Sendable {
        let text: Substring
        let line: Int
        let before: Character?
        let after: Character?
    }

    struct Import: Equatable, Sendable {
        let module: String
        let line: Int
    }

    /// From the root of the package.
    let path: String
    let lines: [Substring]
    /// Of Swift files: lines without comments and strings.
    let codeLines: [Substring]
    /// Of Swift files: lines with nothing but comments.
    let commentLines: [Substring]
    let words: [Word]

    init(path: String, text: String) {
        self.path = path
        lines = Self.lines(of: text)
        let parts = path.hasSuffix(".swift") ? SwiftCode.parts(of: text) : nil
        codeLines = parts.map { Self.lines(of: $0.code) } ?? []
        commentLines = parts.map { Self.lines(of: $0.comments) } ?? []
        words = codeLines.enumerated().flatMap { Self.words(of: $1, line: $0 + 1) }
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isGenerated: Bool { path.contains("/Generated/") || path.hasSuffix("/chat/messages.js") }

    /// The folder below `Sources` or `Tests`; targets are named like it.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? String(parts[1]) : nil
    }

    var imports: [Import] {
        codeLines.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) })
            else { return nil }
            return Import(module: String(words[keyword + 1].prefix { $0 != "." }), line: index + 1)
        }
    }

    func finding(_ line: Int, _ advice: String) -> Finding {
        Finding(path: path, line: line, advice: advice)
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]

    private static func lines(of text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func words(of line: Substring, line number: Int) -> [Word] {
        let isWord = { (byte: UInt8) in
            let letter = byte | 0x20
            return UInt8(ascii: "a") <= letter && letter <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
                || UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
        }
        let bytes = line.utf8
        var words: [Word] = []
        var next = bytes.startIndex
        while let start = bytes[next...].firstIndex(where: isWord) {
            let end = bytes[start...].firstIndex { !isWord($0) } ?? bytes.endIndex
            let before = start > bytes.startIndex ? line[bytes.index(before: start)] : nil
            let after = end < bytes.endIndex ? line[end] : nil
            words.append(Word(text: line[start..<end], line: number, before: before, after: after))
            next = end
        }
        return words
    }
}
