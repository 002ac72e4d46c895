import Primitives
import TalkProtocol

/// Conversations with an append that was given up without an answer: they may get messages that nobody pushes, so that
/// they are looked at for a while. Bounded. A core.
struct UnansweredAppends {
    /// How long such an append may still be stored: above the server's `statement_timeout`, with room for another one
    /// in front of it.
    private static let lifetime: Duration = .seconds(15)
    /// So long it may have waited for its answer, with room.
    private static let patience: Duration = .seconds(6)
    private static let period: Duration = .seconds(1)
    static let capacity = 100_000

    private struct Watch {
        var end: Instant
        /// Other nodes have been told of what is stored up to there.
        var told = MessageID(0)
    }

    private var watches: [ConversationID: Watch] = [:]
    private var nextLook = Instant(nanoseconds: 0)

    var count: Int { watches.count }

    func contains(_ conversation: ConversationID) -> Bool { watches[conversation] != nil }

    /// Up to where others know everything; `nil`: the conversation is not looked at.
    func told(of conversation: ConversationID) -> MessageID? { watches[conversation]?.told }

    mutating func tell(of conversation: ConversationID, through id: MessageID) {
        guard let told = watches[conversation]?.told else { return }
        watches[conversation]?.told = max(told, id)
    }

    /// `false`: there is no room, and it is not looked at.
    mutating func add(_ conversation: ConversationID, at now: Instant) -> Bool {
        guard watches.count < Self.capacity || watches[conversation] != nil else { return false }
        watches[conversation, default: Watch(end: now)].end = now + Self.lifetime
        return true
    }

    /// Which ones to ask for now, and how far back: the database may have been away since.
    mutating func due(at now: Instant) -> (conversations: [ConversationID], back: Duration)? {
        guard now >= nextLook, let firstEnd = watches.values.map(\.end).min() else { return nil }
        nextLook = now + Self.period
        return (watches.keys.sorted(), now - (firstEnd - Self.lifetime) + Self.patience)
    }

    /// An answer came to what was asked then. Returns those that need not be looked at any more.
    mutating func looked(askedAt asked: Instant) -> [ConversationID] {
        let over = watches.filter { $0.value.end <= asked }.keys.sorted()
        for conversation in over { watches[conversation] = nil }
        return over
    }
}
