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
        /// Stored lately, as far as is known; other nodes have been told of everything up to `told`.
        var head = MessageID(0)
        var told = MessageID(0)
    }

    private var watches: [ConversationID: Watch] = [:]
    private var nextLook = Instant(nanoseconds: 0)

    var count: Int { watches.count }

    func contains(_ conversation: ConversationID) -> Bool { watches[conversation] != nil }

    /// Messages of these ids were stored lately.
    ///
    /// - Returns: those that others are to be told of.
    mutating func saw(_ first: MessageID, _ head: MessageID, in conversation: ConversationID) -> ClosedRange<UInt32>? {
        guard var watch = watches[conversation] else { return nil }
        watch.head = head
        // What came before was not stored by what was given up.
        watch.told = max(watch.told, MessageID(max(1, first.rawValue) - 1))
        watches[conversation] = watch
        return watch.told < head ? watch.told.rawValue + 1...head.rawValue : nil
    }

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

    /// An answer came to what was asked then. Returns those that need not be looked at any more: not before others know
    /// of all.
    mutating func looked(askedAt asked: Instant) -> [ConversationID] {
        let over = watches.filter { $0.value.end <= asked && $0.value.told >= $0.value.head }.keys.sorted()
        for conversation in over { watches[conversation] = nil }
        return over
    }
}
