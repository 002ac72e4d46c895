import Administration
import DBProxy
import Node
import Primitives
import Program
import Settings

/// A verb with what was given to it.
struct Invocation {
    let verb: Verb
    let console: Console
    let isJSON: Bool
    private let operand: String?
    private let values: [String: String]

    /// Operands that may be numbers with `#` before them.
    private static let references = ["USER", "NODE", "GROUP", "DEPARTMENT", "BOT", "WEBHOOK"]

    /// The arguments asked for a text about talkctl itself.
    struct Help: Error {
        let text: String
    }

    init(_ arguments: [String], _ console: Console) throws {
        if let help = Self.help(arguments) { throw help }
        verb = try Self.verb(arguments)
        self.console = console
        let options = verb.options + Verb.common
        var values: [String: String] = [:]
        var operands: [String] = []
        var rest = arguments.dropFirst(verb.words.count)
        while let argument = rest.popFirst() {
            // What follows is no option, whatever it looks like (POSIX, utility syntax guideline 10).
            if argument == "--" {
                operands += rest
                break
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                operands.append(argument)
                continue
            }
            if argument == "-h" { throw Help(text: verb.help) }
            // Both forms that people try: "--limit 5" and "--limit=5".
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = options.first(where: { $0.name == parts[0] }) else {
                throw verb.misuse("unknown option '\(parts[0])'\(Self.suggestion(parts[0], options.map(\.name)))")
            }
            values[option.name] = try Self.value(of: option, parts.dropFirst().first, &rest, verb)
        }
        if values["--help"] != nil { throw Help(text: verb.help) }
        if let placeholder = verb.operand, operands.isEmpty {
            let hint = Self.references.contains(placeholder) ? " (to a shell # begins a comment: quote it, '#7')" : ""
            throw verb.misuse("\(placeholder) is missing\(hint)")
        }
        if let extra = operands.dropFirst(verb.operand == nil ? 0 : 1).first {
            throw verb.misuse("unexpected argument '\(extra)'")
        }
        operand = operands.first
        isJSON = values["--json"] != nil
        self.values = values
    }

    /// The operand of a verb that has one.
    var subject: String { operand ?? "" }

    func has(_ option: String) -> Bool { values[option] != nil }

    func value(_ option: String) -> String? { values[option] }

    func required(_ option: String) throws -> String {
        guard let value = values[option] else { throw verb.misuse("\(option) is missing") }
        return value
    }

    /// A number that must be given, or has a default.
    func number(_ option: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
        let text = try fallback.map { values[option] ?? String($0) } ?? required(option)
        guard let number = Int(text), range.contains(number) else {
            throw verb.misuse("\(option) \(text): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func administrator() throws -> Administrator { try Administrator(address()) }

    func address() throws -> PostgresAddress { try configuration().postgres() }

    func configuration() throws -> NodeConfiguration {
        try NodeConfiguration(file: values["--config"], environment: console.environment)
    }

    /// From a file, from standard input, or typed twice.
    func password() throws -> String {
        let password: String
        switch (values["--password-file"], has("--password-stdin")) {
        case (_?, true): throw verb.misuse("--password-file and --password-stdin exclude each other")
        case (let path?, false): password = try Self.firstLine(ofSecret: path)
        case (nil, true): password = console.readLine() ?? ""
        case (nil, false):
            guard let typed = console.ask("Password of \(subject): ") else {
                throw verb.misuse("there is no terminal to ask for the password: give --password-file FILE")
            }
            guard console.ask("Once more: ") == typed else {
                throw Failure(.usage, "the passwords differ; nothing was changed, try again")
            }
            password = typed
        }
        if password.isEmpty { throw Failure(.usage, "the password is empty; nothing was changed") }
        return password
    }

    static func firstLine(ofSecret path: String) throws -> String {
        do {
            return SecretText.firstLine(of: try TextFile.readSecret(path))
        } catch {
            throw Failure(.usage, "cannot read \(path): \(error.reason)")
        }
    }

    /// What asks for a text about talkctl itself, in all the ways that people try.
    private static func help(_ arguments: [String]) -> Help? {
        switch arguments.first {
        case nil, "--help", "-h": return Help(text: Verb.overview)
        case "help":
            let words = Array(arguments.dropFirst())
            let verbs = Verb.all.filter { $0.words.starts(with: words) }
            if words.isEmpty || verbs.isEmpty { return Help(text: Verb.overview) }
            return Help(text: verbs.count == 1 ? verbs[0].help : Verb.list(verbs))
        case "--version", "version":
            return Help(text: "talkctl \(ProductVersion.current), tables of version \(Migrator.latest)\n")
        default: return nil
        }
    }

    private static func verb(_ arguments: [String]) throws -> Verb {
        let noun = arguments[0]
        let verbs = Verb.all.filter { $0.noun == noun }
        guard !noun.hasPrefix("-") else {
            throw Failure(.usage, "\(noun) comes behind the command, as in: talkctl user list \(noun) …")
        }
        guard !verbs.isEmpty else {
            let hint = suggestion(noun, Set(Verb.all.map(\.noun)).sorted())
            throw Failure(.usage, "unknown command '\(noun)'\(hint); see: talkctl --help")
        }
        let plain = verbs.first { $0.name == nil }
        if let plain, verbs.count == 1 { return plain }
        let next = arguments.dropFirst().first
        if next == "--help" || next == "-h" { throw Help(text: Verb.list(verbs)) }
        if let plain, next?.hasPrefix("-") != false { return plain }
        guard next != nil else { throw Help(text: Verb.list(verbs)) }
        guard let verb = verbs.first(where: { $0.name == next }) else {
            let hint = suggestion(arguments[1], verbs.compactMap(\.name))
            throw Failure(.usage, "unknown command '\(noun) \(arguments[1])'\(hint); see: talkctl \(noun) --help")
        }
        return verb
    }

    private static func value(
        of option: Verb.Option, _ attached: String?, _ rest: inout ArraySlice<String>, _ verb: Verb
    ) throws -> String {
        guard let placeholder = option.placeholder else {
            if attached != nil { throw verb.misuse("\(option.name) takes no value") }
            return ""
        }
        guard let value = attached ?? rest.popFirst() else {
            throw verb.misuse("\(option.name) needs a value: \(placeholder)")
        }
        return value
    }

    private static func suggestion(_ name: String, _ names: [String]) -> String {
        nearestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    }
}

extension Verb {
    func misuse(_ text: String) -> Failure {
        Failure(.usage, "\(text); see: talkctl \(words.joined(separator: " ")) --help")
    }
}
