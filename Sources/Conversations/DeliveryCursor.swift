public import Primitives
public import TalkProtocol

/// What a node has pushed of one conversation: pushes run in the order of ids, each id once.
///
/// Two commits can overtake each other on their way to the node, and one can be lost: what comes too early is held
/// for a moment, then the hole is read from the database (Pushes.md). A core: the payload is the
/// shell's.
public struct DeliveryCursor<Payload> {
    /// How long to wait for what is missing before asking the database.
    public static var patience: Duration { .milliseconds(100) }
    /// Held at most; beyond it the newest ones wait in the database.
    static var maxHeld: Int { 256 }
    /// Read from the database at once.
    static var maxRead: UInt32 { 256 }

    private var delivered: MessageID
    /// The highest id that is known to exist: what is above `delivered` is held, or must be read.
    private var head: MessageID
    private var held: [(id: MessageID, payload: Payload)] = []
    private var holeSince = Instant.never
    private var fetching = false
    public private(set) var lastUsed: Instant

    /// - Parameter delivered: what its users have read, or will read for themselves; the next id is pushed first.
    public init(after delivered: MessageID, at now: Instant) {
        self.delivered = delivered
        head = delivered
        lastUsed = now
    }

    /// The highest id that was pushed.
    var position: MessageID { delivered }

    /// The highest id that is known to exist.
    var highest: MessageID { head }

    /// Nothing is missing and nothing is being read.
    public var isIdle: Bool { head == delivered && !fetching }

    /// A message was committed and is the next one: nothing is held before it, it can be pushed as it is.
    public mutating func advance(to id: MessageID, at now: Instant) -> Bool {
        lastUsed = now
        guard id.rawValue == delivered.rawValue &+ 1, held.isEmpty else { return false }
        moveOn(to: id)
        return true
    }

    /// A message was committed that `advance` did not take. It is held until those before it are there, or dropped if
    /// it was pushed before. Calls `push` with everything that is due now, in order.
    public mutating func committed(
        _ id: MessageID, _ payload: Payload, at now: Instant, _ push: (MessageID, Payload) -> Void
    ) {
        lastUsed = now
        guard id > delivered else { return }
        sawHead(id, at: now)
        hold(id, payload)
        pushHeld(push)
    }

    /// The conversation has reached `id`: what is missing up to it must be read.
    public mutating func sawHead(_ id: MessageID, at now: Instant) {
        if head == delivered { holeSince = now }
        head = max(head, id)
    }

    /// What to read from the database now, if it has been missing for long enough. Follow with `fetched` or
    /// `fetchFailed`.
    public mutating func overdueHole(at now: Instant) -> ClosedRange<MessageID>? {
        guard !fetching, head > delivered, now >= holeSince + Self.patience else { return nil }
        let first = delivered.rawValue + 1
        let last = held.first.map { $0.id.rawValue - 1 } ?? head.rawValue
        fetching = true
        return MessageID(first)...MessageID(first + min(last - first, Self.maxRead - 1))
    }

    /// What the database had of the hole, in order. Ids that it does not have do not exist: the cursor moves over them.
    public mutating func fetched(
        _ messages: [(id: MessageID, payload: Payload)], through last: MessageID, at now: Instant,
        _ push: (MessageID, Payload) -> Void
    ) {
        fetching = false
        lastUsed = now
        for message in messages where message.id > delivered {
            pushHeld(below: message.id, push)
            // What is held knows which session it came from.
            let isHeld = held.first?.id == message.id
            push(message.id, isHeld ? held.removeFirst().payload : message.payload)
            moveOn(to: message.id)
        }
        pushHeld(below: MessageID(last.rawValue &+ 1), push)
        if last > delivered { moveOn(to: last) }
        pushHeld(push)
        if head > delivered { holeSince = now }
    }

    /// The database did not answer: the hole stays, and is asked for again.
    public mutating func fetchFailed(at now: Instant) {
        fetching = false
        holeSince = now
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        if head < delivered { return "\(delivered) was pushed, \(head) is the highest" }
        if held.count > Self.maxHeld { return "\(held.count) messages are held" }
        var last = MessageID(delivered.rawValue &+ 1)
        for (id, _) in held {
            if id <= last { return "\(id) is held behind \(last)" }
            last = id
        }
        return held.isEmpty || last <= head ? nil : "\(last) is held, \(head) is the highest"
    }

    private mutating func moveOn(to id: MessageID) {
        delivered = id
        head = max(head, id)
    }

    private mutating func hold(_ id: MessageID, _ payload: Payload) {
        let place = held.firstIndex { $0.id >= id } ?? held.count
        if place < held.count, held[place].id == id { return }
        held.insert((id, payload), at: place)
        if held.count > Self.maxHeld { held.removeLast() }
    }

    private mutating func pushHeld(_ push: (MessageID, Payload) -> Void) {
        var count = 0
        for entry in held {
            guard entry.id.rawValue == delivered.rawValue &+ 1 else { break }
            push(entry.id, entry.payload)
            moveOn(to: entry.id)
            count += 1
        }
        held.removeFirst(count)
    }

    private mutating func pushHeld(below id: MessageID, _ push: (MessageID, Payload) -> Void) {
        while let first = held.first, first.id < id {
            held.removeFirst()
            push(first.id, first.payload)
            moveOn(to: first.id)
        }
    }
}

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
