import LoadBench
import Primitives
import Settings

/// What to do, from the command line.
struct Arguments {
    let plan: Plan
    let isJSON: Bool
    let isQuiet: Bool

    enum Failure: Error {
        /// `--help` was asked for.
        case help(String)
        case usage(String)
    }

    enum Verb: String, CaseIterable {
        case connect, chat, group

        var meaning: String {
            switch self {
            case .connect: "users log in and stay"
            case .chat: "pairs of users write to each other"
            case .group: "groups are made, and some of their members write"
            }
        }

        var flags: [Flag] {
            switch self {
            case .connect: Flag.connect
            case .chat: Flag.chat
            case .group: Flag.group
            }
        }
    }

    /// - Parameter arguments: those after the name of the program.
    init(_ arguments: [String]) throws(Failure) {
        guard let first = arguments.first, first != "--help" else { throw .help(Self.help) }
        guard let verb = Verb(rawValue: first) else {
            throw .usage("unknown verb '\(first)'" + Self.suggestion(first, Verb.allCases.map(\.rawValue)))
        }
        let flags = verb.flags + Flag.common
        var draft = Draft()
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            if argument == "--help" { throw .help(Self.help(verb)) }
            // Both forms that people try: "--rate 5" and "--rate=5".
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let flag = flags.first(where: { $0.name == parts[0] }) else {
                throw .usage("unknown flag '\(parts[0])'" + Self.suggestion(parts[0], flags.map { $0.name }))
            }
            try Self.apply(flag, parts.count > 1 ? parts[1] : nil, &rest, to: &draft)
        }
        plan = try draft.plan(verb)
        isJSON = draft.isJSON
        isQuiet = draft.isQuiet || draft.isJSON
    }

    private static func apply(
        _ flag: Flag, _ attached: String?, _ rest: inout ArraySlice<String>, to draft: inout Draft
    ) throws(Failure) {
        guard let placeholder = flag.placeholder else {
            if attached != nil { throw .usage("\(flag.name) takes no value") }
            _ = flag.apply(&draft, "")
            return
        }
        guard let value = attached ?? rest.popFirst() else {
            throw .usage("\(flag.name) needs a value: \(placeholder)")
        }
        guard flag.apply(&draft, value) else {
            throw .usage("\(flag.name) \(value): expected \(placeholder), \(flag.help)")
        }
    }

    private static func suggestion(_ name: String, _ names: [String]) -> String {
        nearestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    }
}

/// What the flags said, before it is known to make sense.
struct Draft {
    var plan = Plan(.connections(count: 1), .direct([]))
    var lookUp: [HostPort] = []
    var direct: [HostPort] = []
    var count: Int?
    var isOneWay = false
    var members: Int?
    var senders = 1
    var rate: Double?
    var window: Int?
    var isJSON = false
    var isQuiet = false

    init() {
        plan.seed = .random(in: 0...(.max))
    }

    func plan(_ verb: Arguments.Verb) throws(Arguments.Failure) -> Plan {
        var plan = plan
        plan.load = try load(verb)
        switch (lookUp.isEmpty, direct.isEmpty) {
        case (false, true): plan.target = .lookUp(lookUp)
        case (true, false): plan.target = .direct(direct)
        case (true, true): throw .usage("where is the server? Give --http HOST:PORT or --server HOST:PORT")
        case (false, false): throw .usage("--http and --server exclude each other")
        }
        switch (rate, window) {
        case (let rate?, nil): plan.pace = .rate(rate)
        case (nil, let window): plan.pace = .window(window ?? 1)
        case (_?, _?): throw .usage("--rate and --window exclude each other")
        }
        return plan
    }

    private func load(_ verb: Arguments.Verb) throws(Arguments.Failure) -> Plan.Load {
        switch verb {
        case .connect:
            guard let count else { throw .usage("connect needs --count N") }
            return .connections(count: count)
        case .chat:
            guard let count else { throw .usage("chat needs --pairs N") }
            return .pairs(count: count, isOneWay: isOneWay)
        case .group:
            guard let count, let members else { throw .usage("group needs --groups G and --members M") }
            guard senders <= members else { throw .usage("--senders \(senders) are more than --members \(members)") }
            return .groups(count: count, members: members, senders: senders)
        }
    }
}
