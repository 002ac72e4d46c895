import LoadBench
import Primitives
import Settings
import TalkProtocol

/// One row of the table of flags: parsing and help follow from it.
struct Flag {
    let name: String
    /// `nil` for a flag without a value.
    let placeholder: String?
    let help: String
    /// `false` if the value cannot be read.
    let apply: (inout Draft, String) -> Bool

    init(_ name: String, _ help: String, _ apply: @escaping (inout Draft) -> Void) {
        self.name = name
        placeholder = nil
        self.help = help
        self.apply = { draft, _ in
            apply(&draft)
            return true
        }
    }

    init<Value>(
        _ name: String, _ placeholder: String, _ help: String, _ read: @escaping (String) -> Value?,
        _ apply: @escaping (inout Draft, Value) -> Void
    ) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        self.apply = { draft, text in
            guard let value = read(text) else { return false }
            apply(&draft, value)
            return true
        }
    }

    /// A number of at least `least`.
    init(
        _ name: String, _ placeholder: String, _ help: String, least: Int,
        _ apply: @escaping (inout Draft, Int) -> Void
    ) {
        self.init(name, placeholder, help, { Int($0).flatMap { $0 >= least ? $0 : nil } }, apply)
    }
}

extension Flag {
    static var connect: [Flag] {
        [
            Flag("--count", "N", "users who log in", least: 1) { $0.count = $1 },
            Flag("--rate", "R", "logins per second; as fast as they are answered without it", rate) {
                $0.plan.loginRate = $1
            },
        ]
    }

    static var chat: [Flag] {
        pace + [
            Flag("--pairs", "N", "pairs of users: the first two, the next two …", least: 1) { $0.count = $1 },
            Flag("--one-way", "only the first of each pair sends") { $0.isOneWay = true },
            Flag("--cross", "the two users of a pair are on different servers") { $0.plan.isCross = true },
        ]
    }

    static var group: [Flag] {
        pace + [
            Flag("--groups", "G", "groups, made for the run", least: 1) { $0.count = $1 },
            Flag("--members", "M", "users in each group, each in one group only", least: 2) { $0.members = $1 },
            Flag("--senders", "S", "members of each group who send", least: 1) { $0.senders = $1 },
        ]
    }

    private static var pace: [Flag] {
        [
            Flag("--rate", "R", "messages per second of all senders together, sent on a fixed schedule", rate) {
                $0.rate = $1
            },
            Flag("--window", "W", "or: messages in flight per sender, unpaced (default 1)", least: 1) {
                $0.window = $1
            },
            Flag("--size", "BYTES", "length of a body (default 128)", least: Plan.minBodySize) {
                $0.plan.bodySize = $1
            },
            Flag("--text", "bodies are encrypted texts, as clients write them, 2.7 times as long") {
                $0.plan.sendsText = true
            },
            Flag("--legacy", "as the clients of the original: no client key, resends repeat sequence and time") {
                $0.plan.isLegacy = true
            },
            Flag("--no-receive-acks", "do not answer pushes, as Android") { $0.plan.sendsReceiveAcks = false },
            Flag("--read-every", "N", "say what was read after N messages (default 100; 0: at the end)", least: 0) {
                $0.plan.readAckInterval = $1
            },
            Flag("--drain", "TIME", "how long a message may take to everyone online (default 5s)", duration) {
                $0.plan.drainTime = $1
            },
            Flag("--no-verify", "do not read the histories and unread counts at the end") { $0.plan.verifies = false },
        ]
    }

    static var common: [Flag] {
        [
            Flag("--http", "HOST:PORT", "ask GET /msg_server here at each login; repeatable", hostPort) {
                $0.lookUp.append($1)
            },
            Flag("--server", "HOST:PORT", "or: log in here without asking; repeatable", hostPort) {
                $0.direct.append($1)
            },
            Flag("--prefix", "TEXT", "users are called TEXT1, TEXT2 … (default u)", text) { $0.plan.userPrefix = $1 },
            Flag("--first", "N", "number of the first user (default 1)", least: 0) { $0.plan.firstUser = $1 },
            Flag("--password", "TEXT", "password of all of them", text) { $0.plan.password = $1 },
            Flag("--client-type", "TYPE", "windows, mac, ios or android (the default)", clientType) {
                $0.plan.clientType = $1
            },
            Flag(
                "--transport", "KIND", "native (the default), ws, tls, wss, or poll, which wants public HTTP ports",
                { Plan.Transport(rawValue: $0) }) { $0.plan.transport = $1 },
            Flag("--tls-authorities", "FILE", "PEM file of whose certificates are believed (default: system)", text) {
                $0.plan.authorities = $1
            },
            Flag("--duration", "TIME", "measured time (default 10s)", duration) { $0.plan.duration = $1 },
            Flag("--warmup", "TIME", "time before it (default 2s)", duration) { $0.plan.warmUp = $1 },
            Flag("--login-rate", "R", "logins per second", rate) { $0.plan.loginRate = $1 },
            Flag("--at-once", "N", "logins under way at once (default 64)", least: 1) { $0.plan.loginsAtOnce = $1 },
            Flag("--login-time", "TIME", "how long the logins may take in all (default 30s)", duration) {
                $0.plan.loginTime = $1
            },
            Flag("--heartbeat", "TIME", "interval of heartbeats (default 30s)", duration) {
                $0.plan.heartbeatInterval = $1
            },
            Flag("--reconnect", "come back after a lost connection, resend, and fetch what was missed") {
                $0.plan.reconnects = true
            },
            Flag("--loops", "N", "threads (default 1)", least: 1) { $0.plan.loops = $1 },
            Flag("--source", "IP,…", "addresses to connect from, in turn", addresses) { $0.plan.sources += $1 },
            Flag("--seed", "N", "of the jitter (default random)", { UInt64($0) }) { $0.plan.seed = $1 },
            Flag("--server-pid", "PID", "local process whose memory is reported", { Int32($0) }) {
                $0.plan.serverProcess = $1
            },
            Flag("--json", "report as one JSON object, no progress") { $0.isJSON = true },
            Flag("--quiet", "no progress") { $0.isQuiet = true },
        ]
    }

    private static func rate(_ text: String) -> Double? {
        Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }

    private static func text(_ text: String) -> String? { text }

    private static func hostPort(_ text: String) -> HostPort? { HostPort(setting: text) }

    private static func duration(_ text: String) -> Duration? { Duration(setting: text) }

    private static func clientType(_ text: String) -> ClientType? {
        switch text {
        case "windows": .windows
        case "mac": .mac
        case "ios": .ios
        case "android": .android
        default: nil
        }
    }

    private static func addresses(_ text: String) -> [String]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        return parts.allSatisfy(Plan.isAddress) ? parts : nil
    }
}
