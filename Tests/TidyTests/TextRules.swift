/// Rules on the form of files.
enum TextRules {
    static let maxColumns = 120
    static let maxFunctionLines = 70

    static func size(_ file: SourceFile) -> [Finding] {
        guard isCode(file), !file.isGenerated else { return [] }
        var findings = file.lines.enumerated().filter { $1.count > maxColumns }.map {
            file.finding($0 + 1, "\($1.count) columns, \(maxColumns) are allowed: break the line")
        }
        // The manifest is a list, which has no ideas to be split by.
        let maxLines = file.path.hasPrefix("Tests/") || file.path == "Package.swift" ? 400 : 300
        if file.lines.count > maxLines {
            findings.append(
                file.finding(maxLines + 1, "\(file.lines.count) lines, \(maxLines) are allowed: split it by its ideas"))
        }
        return findings
    }

    /// A body ends where a line that begins with a brace stands as far left as the declaration.
    static func functions(_ file: SourceFile) -> [Finding] {
        guard !file.isGenerated else { return [] }
        let indents = file.codeLines.map { $0.prefix { $0 == " " }.count }
        let starts = Set(file.words.filter { functionWords.contains($0.text) && $0.before != "." }.map(\.line))
        return starts.sorted().compactMap { line in
            let indent = indents[line - 1]
            let end = file.codeLines.indices[line...].first { index in
                indents[index] == indent && file.codeLines[index].dropFirst(indent).first == "}"
            }
            // A requirement of a protocol has no body, but what follows it may.
            guard let end, !file.codeLines[line..<end].indices.contains(where: { isDeclaration($0, in: file, indent) })
            else { return nil }
            let count = end - line + 2
            return count <= maxFunctionLines
                ? nil : file.finding(line, "\(count) lines, \(maxFunctionLines) are allowed: give its parts names")
        }
    }

    private static func isDeclaration(_ index: Int, in file: SourceFile, _ indent: Int) -> Bool {
        let line = file.codeLines[index]
        let first = line.first { $0 != " " }
        return line.prefix { $0 == " " }.count == indent && first.map { $0.isLetter || $0 == "@" } == true
    }

    private static let functionWords: Set<Substring> = ["func", "init", "deinit", "subscript"]

    static func blanks(_ file: SourceFile) -> [Finding] {
        file.lines.enumerated().filter { $1.last?.isWhitespace == true }.map { index, _ in
            file.finding(index + 1, "blanks at the end of the line: take them away")
        }
    }

    /// Work left undone goes into an issue, where it is seen.
    static func leftovers(_ file: SourceFile) -> [Finding] {
        marks.flatMap { mark in
            lines(of: file, holding: mark).map {
                file.finding($0, "do it now, or write an issue: no \(mark) in the tree")
            }
        }
    }

    /// Paths that exist on one machine only.
    static func homePaths(_ file: SourceFile) -> [Finding] {
        homes.flatMap { home in
            lines(of: file, holding: home).map {
                file.finding($0, "a path of one developer's machine: start from the root of the package")
            }
        }
    }

    /// `…Tests.swift` holds tests, and no other file does: what has no test in it is a helper and named for what it is.
    static func testNames(_ file: SourceFile) -> [Finding] {
        guard file.path.hasPrefix("Tests/"), file.isSwift else { return [] }
        let test = file.words.first { $0.text == "Test" && $0.before == "@" }
        switch (file.path.hasSuffix("Tests.swift"), test) {
        case (true, nil): return [file.finding(1, "no @Test in it: add one, or name the file for what it holds")]
        case (false, let test?): return [file.finding(test.line, "tests stand in files that are named …Tests.swift")]
        case (true, _?), (false, nil): return []
        }
    }

    /// What waits for others must not wait for ever: it fails, and the rest of the tests runs.
    static func timeLimits(_ file: SourceFile) -> [Finding] {
        guard file.path.hasPrefix("Tests/"), file.path.hasSuffix("Tests.swift") else { return [] }
        guard let wait = file.words.first(where: { $0.text == "await" }),
            !file.words.contains(where: { $0.text == "timeLimit" })
        else { return [] }
        return [file.finding(wait.line, "a test that waits needs a limit: @Suite(.timeLimit(.minutes(5)))")]
    }

    // Put together here, so that this file does not hold them.
    private static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    private static let homes = ["home", "root", "work"].map { "/\($0)/" }

    /// Languages in which length is a choice.
    private static func isCode(_ file: SourceFile) -> Bool {
        file.isSwift || [".css", ".html", ".js", ".py", ".sh"].contains { file.path.hasSuffix($0) }
            || file.lines.first?.hasPrefix("#!") == true
    }

    /// Where `text` stands by itself, not as part of a longer word or path.
    private static func lines(of file: SourceFile, holding text: String) -> [Int] {
        file.lines.enumerated().filter { _, line in
            line.ranges(of: text).contains { range in
                let before = line[..<range.lowerBound].last
                return before.map { !$0.isLetter && !$0.isNumber && !"_.-/}".contains($0) } ?? true
            }
        }.map { $0.offset + 1 }
    }
}
