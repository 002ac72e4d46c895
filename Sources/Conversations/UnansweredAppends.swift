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

    private var ends: [ConversationID: Instant] = [:]
    private var nextLook = Instant(nanoseconds: 0)

    var count: Int { ends.count }

    func contains(_ conversation: ConversationID) -> Bool { ends[conversation] != nil }

    /// `false`: there is no room, and it is not looked at.
    mutating func add(_ conversation: ConversationID, at now: Instant) -> Bool {
        guard ends.count < Self.capacity || ends[conversation] != nil else { return false }
        ends[conversation] = now + Self.lifetime
        return true
    }

    /// Which ones to ask for now, and how far back: the database may have been away since.
    mutating func due(at now: Instant) -> (conversations: [ConversationID], back: Duration)? {
        guard now >= nextLook, let firstEnd = ends.values.min() else { return nil }
        nextLook = now + Self.period
        return (ends.keys.sorted(), now - (firstEnd - Self.lifetime) + Self.patience)
    }

    /// An answer came to what was asked then. Returns those that need not be looked at any more.
    mutating func looked(askedAt asked: Instant) -> [ConversationID] {
        let over = ends.filter { $0.value <= asked }.keys.sorted()
        for conversation in over { ends[conversation] = nil }
        return over
    }
}
