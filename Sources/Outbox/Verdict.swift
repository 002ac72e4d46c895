public import Primitives

/// What an answer means for what was sent, and for what is sent to the same service next.
public struct Verdict: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        case sent
        /// It would be refused again.
        case refused
        /// The service knows no such device any more, since then (unix seconds).
        case gone(since: Int64)
        /// Its fault, or the network's: later again.
        case later(Duration?)
    }

    public let outcome: Outcome
    /// For people.
    public let answer: String
    /// Nothing else would be taken now.
    public var stopsChannel = false

    public init(_ outcome: Outcome, _ answer: String, stopsChannel: Bool = false) {
        self.outcome = outcome
        self.answer = answer
        self.stopsChannel = stopsChannel
    }

    /// What holds for all services: success, refusals, and what is tried again.
    public init(common answer: OutboundAnswer) {
        switch answer {
        case .nothing(let reason): self.init(.later(nil), reason, stopsChannel: true)
        case .status(let status, let body, let retryAfter):
            let text = "\(status) " + OutboundText.line(body)
            switch status {
            case 200...299: self.init(.sent, "\(status)")
            case 408, 425: self.init(.later(retryAfter), text)
            case 429, 500...599: self.init(.later(retryAfter), text, stopsChannel: true)
            default: self.init(.refused, text)
            }
        }
    }
}

/// When something is tried again: doubling from a second to ten minutes, each time between half of that and all of it,
/// so that what waited for a service does not come back to it at once.
public enum Retries {
    private static let longest: Int64 = 600_000

    public static func wait(after attempts: Int16, atLeast: Duration?, _ random: inout SeededRandom) -> Duration {
        let doubled = min(Self.longest, 1_000 << Int64(min(max(0, Int(attempts) - 1), 20)))
        let drawn = doubled / 2 + Int64(random.next() % UInt64(doubled / 2 + 1))
        let asked = min(Self.longest, atLeast?.milliseconds ?? 0)
        return .milliseconds(max(drawn, asked))
    }
}

/// What services say, for people.
enum OutboundText {
    private static let longest = 200

    /// The beginning of a body, without control characters.
    static func line(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(longest), as: UTF8.self)
        return String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}
