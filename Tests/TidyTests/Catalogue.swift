/// The paths of the tree, to be found by their ends: `Reactor.md` is `Sources/Reactor/Reactor.docc/Reactor.md`.
struct Places {
    private let paths: Set<String>
    private let ends: Set<Substring>

    init(_ paths: [String]) {
        self.paths = Set(paths)
        ends = Set(
            paths.flatMap { path in
                path.indices.filter { path[$0] == "/" }.map { path[path.index(after: $0)...] }
            })
    }

    /// Whether something is there: from the root of the package, or below some folder of it.
    func contain(_ path: Substring) -> Bool { paths.contains(String(path)) || ends.contains(path) }
}

/// The table of all codes that tests and comments may cite.
struct Catalogue {
    static let path = "PROMISES.md"

    struct Row {
        let code: Substring
        /// Suites and scripts, by name or path.
        let guards: [Substring]
        let line: Int
    }

    let rows: [Row]
    let codes: Set<Substring>
    /// With which codes begin.
    let letters: Set<UInt8>
    private let file: SourceFile

    init(_ file: SourceFile) {
        self.file = file
        rows = file.lines.enumerated().compactMap { index, line in
            guard let match = line.wholeMatch(of: #/\| ([A-Z][0-9]{1,2}) \| .+? \|(.*)\|/#) else { return nil }
            let guards = match.2.matches(of: #/`([^`]+)`/#).map { $0.1 }
            return Row(code: match.1, guards: guards, line: index + 1)
        }
        codes = Set(rows.map(\.code))
        letters = Set(codes.compactMap(\.utf8.first))
    }

    /// Codes that stand for two things, and rows that nothing guards.
    func findings(among places: Places) -> [Finding] {
        var seen: Set<Substring> = []
        return rows.flatMap { row in
            var findings: [Finding] = []
            if !seen.insert(row.code).inserted {
                findings.append(file.finding(row.line, "\(row.code) has a row already: take a number that is free"))
            }
            if row.guards.isEmpty { findings.append(file.finding(row.line, "nothing guards \(row.code)")) }
            for name in row.guards where !places.contain(name) && !places.contain("\(name).swift"[...]) {
                findings.append(file.finding(row.line, "\(name) guards \(row.code) and is not there"))
            }
            return findings
        }
    }
}
