/// One row of the table of commands: parsing, help and errors follow from it.
struct Verb: Sendable {
    struct Option: Sendable {
        let name: String
        /// `nil` for one without a value.
        let placeholder: String?
        let help: String

        init(_ name: String, _ placeholder: String? = nil, _ help: String) {
            self.name = name
            self.placeholder = placeholder
            self.help = help
        }
    }

    let noun: String
    /// `nil` for one that is a single word.
    let name: String?
    /// Placeholder of the one operand, if it takes one.
    let operand: String?
    let summary: String
    let options: [Option]
    let run: @Sendable (Invocation) throws -> Report
    /// It changes the database without a node, which would note it.
    private(set) var isAudited = false

    init(
        _ noun: String, _ name: String?, _ operand: String? = nil, _ summary: String, _ options: [Option] = [],
        run: @escaping @Sendable (Invocation) throws -> Report
    ) {
        self.noun = noun
        self.name = name
        self.operand = operand
        self.summary = summary
        self.options = options
        self.run = run
    }

    func audited() -> Verb {
        var verb = self
        verb.isAudited = true
        return verb
    }

    /// In the order in which help shows them.
    static let families: [(title: String, verbs: [Verb])] = [
        ("How is the cluster?", status + doctor + cluster + address + sessions + top + blobs + outbox),
        ("What became of it?", why + trace + records),
        ("Tell nodes", command + nodeState),
        ("Users, groups, departments", user + quota + group + department),
        ("Tell users", announcement),
        ("Programs", bot + webhook),
        ("Access and configuration", token + config),
        ("The database", migrate + verify + retention + backup),
        ("Shells", completion),
    ]

    static let all = families.flatMap(\.verbs)

    static let common = [
        Option("--config", "FILE", "configuration of a node (default: GRAPEVINE_CONFIG, or .local/node1.conf)"),
        Option("--json", nil, "one JSON value instead of a text"),
        Option("--help", nil, "this text"),
    ]

    /// What calls it, without `talkctl`.
    var words: [String] { [noun, name].compactMap(\.self) }

    var usage: String { (["talkctl"] + words + [operand].compactMap(\.self)).joined(separator: " ") }

    var help: String {
        let table = Self.lines(of: options) + (options.isEmpty ? "" : "\n") + Self.lines(of: Self.common)
        return "\(usage) [OPTIONS]\n\n\(summary)\n\n\(table)"
    }

    /// Several of them, briefly.
    static func list(_ verbs: [Verb]) -> String {
        verbs.map { "\($0.usage)\n      \($0.summary)\n" }.joined()
    }

    static var overview: String {
        let width = (all.map(\.usage.count).max() ?? 0) + 3
        let verbs = families.map { title, verbs in
            "\(title)\n" + verbs.map { verb in
                let gap = String(repeating: " ", count: width - verb.usage.count)
                return "  \(verb.usage)\(gap)\(verb.summary)\n"
            }.joined()
        }.joined(separator: "\n")
        return """
            talkctl looks after users, groups, departments and tokens in the database of a cluster, checks, shrinks and
            saves that database, and asks the nodes.

            \(verbs)
            Each takes:

            \(Self.lines(of: common))
            Names may consist of digits, so a number is written '#7' (in quotes: to a shell # begins a comment).
            What follows -- is no option. talkctl help COMMAND explains a command, talkctl version says which this is.

            Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 database or node unreachable,
            4 not as it should be.

            """
    }

    private static func lines(of options: [Option]) -> String {
        options.map { option in
            let left = [option.name, option.placeholder].compactMap(\.self).joined(separator: " ")
            return "  " + left + String(repeating: " ", count: max(1, 24 - left.count)) + option.help + "\n"
        }.joined()
    }
}
