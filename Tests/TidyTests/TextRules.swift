/// Rules on the form of files.
enum TextRules {
    static let maxLines = 400
    static let maxColumns = 120

    static func size(_ file: SourceFile) -> [Finding] {
        guard isCode(file), !file.isGenerated else { return [] }
        var findings = file.lines.enumerated().filter { $1.count > maxColumns }.map {
            file.finding($0 + 1, "\($1.count) columns, \(maxColumns) are allowed: break the line")
        }
        if file.lines.count > maxLines {
            findings.append(
                file.finding(maxLines + 1, "\(file.lines.count) lines, \(maxLines) are allowed: split it by its ideas"))
        }
        return findings
    }

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
