import Primitives
import TalkProtocol

/// Conversations with an append that was given up without an answer: they may get messages that nobody pushes and that
/// no other node is told of, so that they are looked at for a while. Bounded. A core.
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
        /// The look at its end has been answered: nothing more can come.
        var isClosed = false
        /// Stored lately, as far as was seen; other nodes have been told of everything up to `told`.
        var head = MessageID(0)
        var told = MessageID(0)

        var untold: ClosedRange<UInt32>? { told < head ? told.rawValue + 1...head.rawValue : nil }
    }

    /// What is to be done now.
    struct Look {
        /// Which ones to ask for, and how far back: the database may have been away since.
        var conversations: [ConversationID] = []
        var back: Duration = .zero
        /// What others must still be told of, of those that need not be asked for.
        var untold: [(conversation: ConversationID, ids: ClosedRange<UInt32>)] = []
    }

    private var watches: [ConversationID: Watch] = [:]
    private var nextLook = Instant(nanoseconds: 0)

    var count: Int { watches.count }

    func contains(_ conversation: ConversationID) -> Bool { watches[conversation] != nil }

    /// `false`: there is no room, and it is not looked at.
    mutating func add(_ conversation: ConversationID, at now: Instant) -> Bool {
        guard watches.count < Self.capacity || watches[conversation] != nil else { return false }
        var watch = watches[conversation] ?? Watch(end: now)
        watch.end = now + Self.lifetime
        watch.isClosed = false
        watches[conversation] = watch
        return true
    }

    mutating func due(at now: Instant) -> Look? {
        guard now >= nextLook, !watches.isEmpty else { return nil }
        nextLook = now + Self.period
        var look = Look()
        var firstEnd = Instant.never
        for (conversation, watch) in watches {
            if !watch.isClosed {
                look.conversations.append(conversation)
                firstEnd = min(firstEnd, watch.end)
            } else if let ids = watch.untold {
                look.untold.append((conversation, ids))
            }
        }
        look.conversations.sort()
        look.untold.sort { $0.conversation < $1.conversation }
        if firstEnd != .never { look.back = now + Self.lifetime - firstEnd + Self.patience }
        return look
    }

    /// Messages of these ids were stored lately, by an answer to what was asked while more could come.
    ///
    /// - Returns: those that others are to be told of.
    mutating func saw(_ first: MessageID, _ head: MessageID, in conversation: ConversationID) -> ClosedRange<UInt32>? {
        guard var watch = watches[conversation], !watch.isClosed else { return nil }
        watch.head = max(watch.head, head)
        // What came before was not stored by what was given up.
        watch.told = max(watch.told, MessageID(max(1, first.rawValue) - 1))
        watches[conversation] = watch
        return watch.untold
    }

    /// All that came to what was asked then has been seen. Returns those that need not be looked at any more.
    mutating func looked(askedAt asked: Instant) -> [ConversationID] {
        for (conversation, watch) in watches where watch.end <= asked { watches[conversation]?.isClosed = true }
        return removeDone()
    }

    /// Others know of everything up to there. Returns those that need not be looked at any more.
    mutating func tell(of conversation: ConversationID, through id: MessageID) -> [ConversationID] {
        guard let told = watches[conversation]?.told else { return [] }
        watches[conversation]?.told = max(told, id)
        return removeDone()
    }

    private mutating func removeDone() -> [ConversationID] {
        let done = watches.filter { $0.value.isClosed && $0.value.untold == nil }.keys.sorted()
        for conversation in done { watches[conversation] = nil }
        return done
    }
}
