/// Why a secret could not be read from its file; `reason` is for the operator.
public struct SecretFileError: Error {
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }
}

extension Schema {
    public typealias SecretReader = (_ path: String) throws(SecretFileError) -> String

    /// Defaults, then the file, then the environment, then the command line; the last one that gives a value wins.
    ///
    /// Every value that was given is checked, also one that a later layer replaces; secret files are read only for
    /// the value that counts.
    /// - Parameters:
    ///   - file: path for messages, and contents.
    ///   - arguments: those after the name of the program and of its subcommand.
    ///   - readSecret: returns the contents of a file, after it made sure that nobody else can read it.
    public func load(
        file: (path: String, contents: String)?, environment: [String: String], arguments: [String],
        readSecret: SecretReader
    ) throws(ConfigurationError) -> Configuration {
        var layers = Layers(schema: self)
        if let file { layers.addFile(path: file.path, contents: file.contents) }
        layers.addEnvironment(environment)
        layers.addArguments(arguments)
        var resolver = Resolver(problems: layers.problems)
        for (index, setting) in settings.enumerated() {
            let given = layers.assignments.filter { $0.target.index == index }
            resolver.resolve(setting, given: given, readSecret: readSecret)
        }
        guard resolver.problems.isEmpty else { throw ConfigurationError(problems: resolver.problems) }
        return Configuration(entries: resolver.entries, values: resolver.values)
    }
}

/// Turns what was given into values, one setting after the other.
private struct Resolver {
    var problems: [SettingProblem]
    var entries: [Configuration.Entry] = []
    var values: [String: any Sendable] = [:]

    init(problems: [SettingProblem]) {
        self.problems = problems
    }

    mutating func resolve(
        _ setting: any AnySetting, given: [Layers.Assignment], readSecret: Schema.SecretReader
    ) {
        for assignment in given.dropLast() where !assignment.target.isFile {
            _ = value(of: setting, assignment.text, from: assignment.source)
        }
        if let winner = given.last {
            guard let text = text(of: setting, winner, readSecret) else { return }
            take(setting, text, from: winner.source)
        } else if let text = setting.defaultText {
            take(setting, text, from: .standard)
        } else {
            problems.append(.missing(setting.name))
        }
    }

    private mutating func text(
        of setting: any AnySetting, _ assignment: Layers.Assignment, _ readSecret: Schema.SecretReader
    ) -> String? {
        guard assignment.target.isFile else { return assignment.text }
        do throws(SecretFileError) {
            let text = try readSecret(assignment.text)
            // Nobody names a file in order to have no secret.
            if SecretText.cleaned(text).isEmpty { throw SecretFileError(reason: "it is empty") }
            return text
        } catch {
            problems.append(
                .unreadableSecret(setting.name, assignment.source, path: assignment.text, reason: error.reason))
            return nil
        }
    }

    private mutating func take(_ setting: any AnySetting, _ text: String, from source: SettingSource) {
        let text = setting.isSecret ? SecretText.cleaned(text) : text
        guard let value = value(of: setting, text, from: source) else { return }
        values[setting.name] = value
        // An empty secret is shown: that it is not set is no secret.
        let shown = setting.isSecret && !text.isEmpty ? nil : text
        entries.append(
            Configuration.Entry(name: setting.name, text: shown, source: source, reloads: setting.reloads))
    }

    private mutating func value(
        of setting: any AnySetting, _ text: String, from source: SettingSource
    ) -> (any Sendable)? {
        if setting.isSecret, let flaw = SecretText.flaw(in: SecretText.cleaned(text)) {
            problems.append(.badValue(setting.name, source, text: nil, reason: flaw))
            return nil
        }
        switch setting.read(text) {
        case .value(let value):
            return value
        case .refused(let reason):
            problems.append(.badValue(setting.name, source, text: setting.isSecret ? nil : text, reason: reason))
            return nil
        }
    }
}
