import Primitives

/// Reads the layers one after the other and notes who gave what.
struct Layers {
    /// One name given a value by one source.
    struct Assignment {
        let target: Schema.Target
        let text: String
        let source: SettingSource
    }

    let schema: Schema
    /// In rising order of precedence.
    private(set) var assignments: [Assignment] = []
    private(set) var problems: [SettingProblem] = []
    /// Where the current layer began: within a layer nothing may be given twice.
    private var layerStart = 0

    init(schema: Schema) {
        self.schema = schema
    }

    mutating func addFile(path: String, contents: String) {
        layerStart = assignments.count
        let file = SettingsFile(path: path, contents: contents)
        problems += file.problems
        for entry in file.entries {
            add(entry.name, entry.value, .file(path: path, line: entry.line), in: schema.fileNames)
        }
    }

    /// Variables without our prefix are somebody else's. Blanks around a value count no more than in a file.
    mutating func addEnvironment(_ environment: [String: String]) {
        layerStart = assignments.count
        let own = environment.filter { $0.key.hasPrefix(SettingName.environmentPrefix) }
        for (variable, text) in own.sorted(by: { $0.key < $1.key }) {
            add(variable, text.trimmed, .environment(variable: variable), in: schema.variables)
        }
    }

    /// `--name value` or `--name=value`; of a repeated flag the last one counts, as in every other program.
    mutating func addArguments(_ arguments: [String]) {
        layerStart = assignments.count
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                problems.append(.unexpectedArgument(argument))
                continue
            }
            if let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) {
                let flag = String(argument[..<equals])
                let text = String(argument[argument.utf8.index(after: equals)...])
                add(flag, text.trimmed, .flag(flag), in: schema.flags)
            } else if let text = rest.popFirst() {
                add(argument, text.trimmed, .flag(argument), in: schema.flags)
            } else {
                problems.append(.missingValue(flag: argument))
            }
        }
    }

    private mutating func add(
        _ name: String, _ text: String, _ source: SettingSource, in names: [String: Schema.Target]
    ) {
        guard let target = names[name] else {
            let nearest = nearestName(to: name, among: names.keys.sorted())
            problems.append(.unknownName(name, source, nearest: nearest))
            return
        }
        let earlier = assignments[layerStart...].last { $0.target.index == target.index }
        if let earlier, !(isFlag(source) && earlier.target == target) {
            problems.append(.givenTwice(name, source, earlier: earlier.source))
        } else {
            assignments.append(Assignment(target: target, text: text, source: source))
        }
    }

    private func isFlag(_ source: SettingSource) -> Bool {
        switch source {
        case .flag: true
        case .standard, .file, .environment: false
        }
    }
}
