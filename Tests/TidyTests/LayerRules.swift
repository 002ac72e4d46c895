/// Rules on what may depend on what.
enum LayerRules {
    /// Every import of a file, against the table and against what its target declares.
    static func imports(_ file: SourceFile, of target: Manifest.Target) -> [Finding] {
        file.imports.compactMap { imported in
            advice(imported.module, in: target).map { file.finding(imported.line, $0) }
        }
    }

    private static func advice(_ module: String, in target: Manifest.Target) -> String? {
        if module.hasPrefix("Foundation") {
            if !target.isSource || Layers.foundationUsers.contains(target.name) { return nil }
            return "\(target.name) must do without Foundation: use Glibc or a module of ours"
        }
        if Layers.toolchain.contains(module) { return nil }
        // Programs are imported under a name without dashes.
        guard let name = target.dependencies.first(where: { underscored($0) == module }) else {
            return "Package.swift does not say that \(target.name) uses \(module): add it there, or do without"
        }
        return target.isSource ? direction(from: target.name, to: name) : nil
    }

    /// The dependencies of a target, against the table, the order of the manifest, and the imports of its files.
    static func dependencies(_ target: Manifest.Target, in manifest: Manifest, files: [SourceFile]) -> [Finding] {
        let complain = { Finding(path: "Package.swift", line: target.line, advice: $0) }
        if target.isSource, Layers.row(of: target.name) == nil {
            return [complain("\(target.name) stands in no layer: add it to Tests/TidyTests/Layers.swift")]
        }
        let imported = Set(files.filter(target.owns).flatMap(\.imports).map(\.module))
        let above = Set(manifest.targets.prefix { $0 != target }.map(\.name))
        return target.dependencies.compactMap { name in
            if target.isSource, let advice = direction(from: target.name, to: name) { return complain(advice) }
            if !above.contains(name) { return complain("\(target.name) uses \(name): move it below \(name)") }
            if imported.contains(underscored(name)) { return nil }
            return complain("no file of \(target.name) imports \(name): take it out of the list")
        }
    }

    private static func direction(from name: String, to other: String) -> String? {
        guard let row = Layers.row(of: name) else { return nil }
        guard let below = Layers.row(of: other) else { return "\(other) stands in no layer: see Layers.swift" }
        if let owners = Layers.owners[other], !owners.contains(name) {
            return "\(other) belongs to \(owners.joined(separator: " and ")): go through it"
        }
        if below < row { return nil }
        return "\(name) may not use \(other), which does not stand below it: hand it in from above, by a closure"
    }

    /// Every module must have tests that name it. `waiting` lists those that still wait for theirs, and shrinks.
    static func untested(_ manifest: Manifest, waiting: Set<String>) -> [Finding] {
        let tested = Set(manifest.targets.filter { $0.kind == .tests }.flatMap(\.dependencies))
        return manifest.targets.filter(\.isSource).compactMap { target in
            switch (tested.contains(target.name), waiting.contains(target.name)) {
            case (true, false), (false, true): nil
            case (false, false):
                Finding(
                    path: "Package.swift", line: target.line, advice: "no test target names \(target.name): add tests")
            case (true, true):
                Finding(
                    path: "Package.swift", line: target.line,
                    advice: "\(target.name) has tests now: take it out of the list of those that wait for them")
            }
        }
    }

    /// The table for people says what the table for the test says.
    static func handbook(_ file: SourceFile) -> [Finding] {
        var expected = Dictionary(
            Layers.rows.map { ($0.layer, Set($0.modules)) }, uniquingKeysWith: { $0.union($1) })
        var findings: [Finding] = []
        for (index, line) in file.lines.enumerated() {
            let cells = line.split(separator: "|").map { $0.drop { $0 == " " } }
            guard cells.count == 3, let layer = cells[0].split(separator: " ").first,
                let modules = expected.removeValue(forKey: String(layer))
            else { continue }
            if Set(cells[1].matches(of: #/`([^`]+)`/#).map { String($0.1) }) != modules {
                findings.append(
                    file.finding(index + 1, "the modules of '\(layer)' differ from Tests/TidyTests/Layers.swift"))
            }
        }
        return findings
            + expected.keys.sorted().map { file.finding(1, "the table of layers lacks a row for '\($0)'") }
    }

    private static func underscored(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }
}
