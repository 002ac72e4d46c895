/// Rules on what comments and documents refer to: it must be in the repository, so that whoever reads a line can look
/// up what it leans on.
enum DocumentRules {
    /// Documents that are cited: in comments of Swift, anywhere in other files.
    static func documents(of file: SourceFile, among places: Places) -> [Finding] {
        let lines = file.isSwift ? file.commentLines : file.lines
        return lines.enumerated().filter { mayCite($1) }.flatMap { index, line in
            words(of: line, isPart: isPathByte).compactMap { word in
                let path = trimmed(word)
                guard path.hasSuffix(".md") || path.hasSuffix(".docc"), path.first != ".", !path.hasPrefix("//"),
                    !places.contain(path)
                else { return nil }
                return file.finding(index + 1, "\(path) is not in the repository: cite what is, a paper or an RFC")
            }
        }
    }

    /// Most lines have no such ending; to take them apart would take most of the time.
    private static func mayCite(_ line: Substring) -> Bool {
        zip(line.utf8, line.utf8.dropFirst()).contains {
            $0 == UInt8(ascii: ".") && ($1 == UInt8(ascii: "m") || $1 == UInt8(ascii: "d"))
        }
    }

    /// Files and folders that a document names between backticks or as the target of a link.
    static func files(namedBy file: SourceFile, among places: Places) -> [Finding] {
        guard file.path.hasSuffix(".md") else { return [] }
        return file.lines.enumerated().flatMap { index, line in
            line.matches(of: #/(?:`|\]\()([A-Za-z0-9_][A-Za-z0-9_.+\/-]*)[` )]/#).map { trimmed($0.1) }
                .filter { isFile($0) && !places.contain($0) }
                .map { file.finding(index + 1, "\($0) is not there: correct the name") }
        }
    }

    private static let folders = ["Sources/", "Tests/", "bench/", "deploy/", "proto/"]
    private static let endings = [".swift", ".sh", ".proto", ".sql", ".yaml", ".py", ".c", ".h"]

    private static func isFile(_ path: Substring) -> Bool {
        folders.contains { path.hasPrefix($0) } || endings.contains { path.hasSuffix($0) && path.count > $0.count }
    }

    /// Whoever upgrades must find each step of the schema in the list.
    static func changes(_ file: SourceFile, paths: [String]) -> [Finding] {
        let listed = Set(file.lines.compactMap { $0.firstMatch(of: #/^\| ([0-9]+) \|/#).flatMap { Int($0.1) } })
        let steps = paths.compactMap { path in
            path.firstMatch(of: #/^Sources\/DBProxy\/Migrations\/M([0-9]{4})/#).flatMap { Int($0.1) }
        }
        return Set(steps).subtracting(listed).sorted().map {
            file.finding(1, "the table lacks step \($0) of the schema")
        }
    }

    // MARK: Codes

    /// Codes that comments, titles of tests, scripts and documents cite.
    static func codes(of file: SourceFile, in catalogue: Catalogue) -> [Finding] {
        guard file.path != Catalogue.path, !file.isGenerated else { return [] }
        return texts(of: file).flatMap { line, text in
            words(of: text, isPart: isWordByte).filter { isCode($0, catalogue) && !catalogue.codes.contains($0) }.map {
                file.finding(line, "\($0) has no row in \(Catalogue.path): add one, with what guards it")
            }
        }
    }

    private static func texts(of file: SourceFile) -> [(line: Int, text: Substring)] {
        if file.isSwift {
            let titles = file.lines.enumerated().filter { isTitle($1) }.map { ($0 + 1, $1) }
            return file.commentLines.enumerated().map { ($0 + 1, $1) } + titles
        }
        guard file.path.hasSuffix(".md") || file.path.hasSuffix(".sh") else { return [] }
        return file.lines.enumerated().map { ($0 + 1, $1) }
    }

    private static func isTitle(_ line: Substring) -> Bool {
        let text = line.drop { $0 == " " }
        return ["@Test(\"", "@Suite(\"", "Case(\""].contains { text.hasPrefix($0) }
    }

    /// The name of a product looks like a code.
    private static let names: Set<Substring> = ["S3"]

    /// A letter of the catalogue with one or two digits.
    private static func isCode(_ word: Substring, _ catalogue: Catalogue) -> Bool {
        guard 2...3 ~= word.utf8.count, let first = word.utf8.first, catalogue.letters.contains(first) else {
            return false
        }
        if names.contains(word) { return false }
        return word.utf8.dropFirst().allSatisfy(isDigit)
    }

    // MARK: Words

    private static func words(of line: Substring, isPart: (UInt8) -> Bool) -> [Substring] {
        line.utf8.split { !isPart($0) }.map { Substring($0) }
    }

    /// Without the end of a sentence.
    private static func trimmed(_ path: Substring) -> Substring {
        var path = path
        while path.last == "." || path.last == "/" { path.removeLast() }
        return path
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            || byte >= 0x80
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte)
    }
}
