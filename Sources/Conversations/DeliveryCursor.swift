public import Primitives
public import TalkProtocol

/// What a node has pushed of one conversation: pushes run in the order of ids, each id once.
///
/// Two commits can overtake each other on their way to the node, and one can be lost: what comes too early is held
/// for a moment, then the hole is read from the database (reference/reliability.md 2.5). A core: the payload is the
/// shell's.
public struct DeliveryCursor<Payload> {
    /// How long to wait for what is missing before asking the database.
    public static var patience: Duration { .milliseconds(100) }
    /// Held at most; beyond it the oldest hole is asked for at once and the newest messages wait in the database.
    static var maxHeld: Int { 256 }

    private var delivered: MessageID?
    private var held: [(id: MessageID, payload: Payload)] = []
    private var holeSince = Instant.never
    private var fetching = false
    public private(set) var lastUsed: Instant

    public init(at now: Instant) {
        lastUsed = now
    }

    /// Nothing is held and nothing is being read.
    public var isIdle: Bool { held.isEmpty && !fetching }

    /// A message was committed and is the next one: nothing is held before it, it can be pushed as it is.
    ///
    /// The first message that a node sees of a conversation sets the cursor: what was before it, its users have read
    /// when they logged in.
    public mutating func advance(to id: MessageID, at now: Instant) -> Bool {
        lastUsed = now
        if let delivered, id.rawValue != delivered.rawValue + 1 || !held.isEmpty { return false }
        delivered = id
        return true
    }

    /// A message was committed that `advance` did not take. It is held until those before it are there, or dropped if
    /// it was pushed before. Calls `push` with everything that is due now, in order.
    public mutating func committed(
        _ id: MessageID, _ payload: Payload, at now: Instant, _ push: (MessageID, Payload) -> Void
    ) {
        lastUsed = now
        hold(id, payload, at: now)
        pushHeld(push)
    }

    /// The database says that the conversation has reached `head`: what is missing up to it must be read.
    public mutating func sawHead(_ head: MessageID, at now: Instant) -> ClosedRange<MessageID>? {
        guard let delivered, head > delivered, !fetching else { return nil }
        fetching = true
        return MessageID(delivered.rawValue + 1)...head
    }

    /// Which hole to read from the database now, if it has been open for long enough. Follow with `fetched`.
    public mutating func overdueHole(at now: Instant) -> ClosedRange<MessageID>? {
        guard !fetching, let delivered, let first = held.first, now >= holeSince + Self.patience else { return nil }
        fetching = true
        return MessageID(delivered.rawValue + 1)...MessageID(first.id.rawValue - 1)
    }

    /// What the database had of the hole. Ids that it does not have do not exist: the cursor moves over them.
    public mutating func fetched(
        _ messages: [(id: MessageID, payload: Payload)], through last: MessageID, at now: Instant,
        _ push: (MessageID, Payload) -> Void
    ) {
        fetching = false
        for message in messages { hold(message.id, message.payload, at: now) }
        let count = held.firstIndex { $0.id > last } ?? held.count
        for entry in held[..<count] { push(entry.id, entry.payload) }
        held.removeFirst(count)
        if let delivered { self.delivered = max(delivered, last) }
        pushHeld(push)
        if !held.isEmpty { holeSince = now }
    }

    /// The database did not answer: the hole stays, and is asked for again.
    public mutating func fetchFailed(at now: Instant) {
        fetching = false
        holeSince = now
    }

    private mutating func hold(_ id: MessageID, _ payload: Payload, at now: Instant) {
        guard let delivered, id > delivered, held.count < Self.maxHeld else { return }
        let place = held.firstIndex { $0.id >= id } ?? held.count
        if place < held.count, held[place].id == id { return }
        if held.isEmpty { holeSince = now }
        held.insert((id, payload), at: place)
    }

    private mutating func pushHeld(_ push: (MessageID, Payload) -> Void) {
        var count = 0
        for entry in held {
            guard let delivered, entry.id.rawValue == delivered.rawValue + 1 else { break }
            push(entry.id, entry.payload)
            self.delivered = entry.id
            count += 1
        }
        held.removeFirst(count)
    }
}
