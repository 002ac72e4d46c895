import Primitives
import TalkProtocol

/// The delivery cursors of a loop, bounded: a conversation whose cursor is forgotten while nothing of it is missing
/// loses nothing, its next message makes another one. A core.
struct CursorTable<Payload> {
    private static var lifetime: Duration { .seconds(600) }
    /// Making room looks at all of them: not for each newcomer.
    private static var restBetweenSearches: Duration { .seconds(1) }

    private let capacity: Int
    private var nextSearch = Instant(nanoseconds: 0)
    /// Not to be added to from outside: `open` does that.
    var cursors: [ConversationID: DeliveryCursor<Payload>] = [:]

    init(capacity: Int) {
        precondition(capacity > 0, "a table of \(capacity) cursors")
        self.capacity = capacity
    }

    var count: Int { cursors.count }

    /// Makes sure there is a cursor. `false`: there is no room, as messages are missing in all conversations.
    mutating func open(_ conversation: ConversationID, after id: MessageID, at now: Instant) -> Bool {
        if cursors[conversation] != nil { return true }
        if cursors.count >= capacity { makeRoom(at: now) }
        guard cursors.count < capacity else { return false }
        cursors[conversation] = DeliveryCursor(after: id, at: now)
        return true
    }

    /// Forgets what has rested for long. To be called now and then.
    mutating func forgetOld(at now: Instant) {
        cursors = cursors.filter { !$0.value.isIdle || now - $0.value.lastUsed < Self.lifetime }
    }

    /// An eighth of the room, from those that rest: so the next search is far away.
    private mutating func makeRoom(at now: Instant) {
        guard now >= nextSearch else { return }
        let wanted = max(1, capacity / 8)
        var found: [(used: Instant, conversation: ConversationID)] = []
        for (conversation, cursor) in cursors where cursor.isIdle { found.append((cursor.lastUsed, conversation)) }
        if found.count > wanted { found.sort { ($0.used, $0.conversation) < ($1.used, $1.conversation) } }
        for (_, conversation) in found.prefix(wanted) { cursors[conversation] = nil }
        if found.count < wanted { nextSearch = now + Self.restBetweenSearches }
    }
}
