public import DBProxy
public import Primitives
public import TalkProtocol

/// The queue in front of one append connection: what comes while a commit is under way goes with the next one.
///
/// A conversation always uses the same queue, so its sends are stored in the order in which they came. An idle queue
/// commits at once; a busy one makes batches by itself (Appends.md). A core: the shell executes what
/// `next` says and reports how it ended.
public struct AppendQueue {
    public struct Limits: Sendable {
        /// Sends that wait. Beyond it they are refused, as if the packet had been lost.
        public var maxWaiting = 20_000
        public var maxWaitingBytes = 32 << 20
        /// How long a send may wait and be retried before it is dropped: the stock clients resend after 5 s.
        public var budget: Duration = .seconds(4)

        public init() {}
    }

    /// What to ask the database, and how long to wait for its answer: after that nobody may be acknowledged any more.
    public enum Action {
        /// - Parameter skippingLocked: leave out conversations that are locked now, in place of waiting for them.
        case append(SendBatch, within: Duration, skippingLocked: Bool)
        case openPairs([ConversationID], within: Duration)
        /// Raise the heads of those conversations that are below their messages: with such a one nothing can be stored.
        case raiseHeads([ConversationID], within: Duration)
    }

    /// A send that is stored.
    public struct StoredSend: Equatable {
        public let id: MessageID
        public let groupVersion: UInt32
        /// It had been stored before, by an earlier send with the same key.
        public let repeated: Bool
        /// That earlier send may have been an attempt of this queue whose end is not known: then nobody has pushed it.
        public let uncertain: Bool
    }

    private enum Phase {
        case idle
        case appending
        /// Some sends of the batch are the first of their pair.
        case mustOpen(Set<ConversationID>)
        case opening
        /// A message that was to be stored was there already: the head of a conversation may be wrong.
        case mustRaise
        case raising
        /// Again at this time, when the connection is there.
        case retrying(after: Instant)
    }

    private static let maxAttempts = 3
    private static let reconnectDelay: Duration = .milliseconds(50)

    let limits: Limits
    var waiting = Fifo<SendBatch>()
    var spare: [SendBatch] = []
    var current: SendBatch?
    private var phase = Phase.idle
    var attempts = 0
    /// The current batch may have been stored although no answer came.
    var uncertain = false
    private var opened: Set<ConversationID> = []
    /// The heads of the current batch were looked at.
    var hasRaised = false
    var waitingBytes = 0
    /// What cannot be stored while others can.
    var parked = ParkedSends()
    /// The current batch was parked, and is of one conversation. Parked and waiting ones take turns.
    var isParked = false
    /// Somebody held a lock for as long as PostgreSQL waits for it: until nothing is parked nobody waits for one.
    var skipsLocked = false
    /// Sends that wait or are under way.
    public internal(set) var depth = 0
    /// What was taken and will not be stored, until it is taken from here.
    private var lost: [LostSend] = []
    /// Sends that were found locked, each time they were.
    public internal(set) var foundLocked = 0

    public init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// `false`: the queue is full and the send is dropped.
    public mutating func submit(_ send: Send, body: RawSpan, at now: Instant) -> Bool {
        guard depth < limits.maxWaiting,
            waitingBytes + parked.byteCount + body.byteCount <= limits.maxWaitingBytes
        else { return false }
        depth += 1
        waitingBytes += body.byteCount
        if waiting.isEmpty || !waiting[waiting.count - 1].accepts(send, byteCount: body.byteCount, at: now) {
            waiting.append(spare.popLast() ?? SendBatch())
        }
        waiting[waiting.count - 1].add(send, body: body, at: now)
        return true
    }

    /// What was given up since the last time.
    public mutating func takeLost() -> [LostSend] {
        defer { lost.removeAll() }
        return lost
    }

    /// What to do now, if anything. To be asked at the end of each turn and after each answer, while the connection is
    /// there.
    public mutating func next(at now: Instant) -> Action? {
        // What is too old is left to `expire`.
        switch phase {
        case .appending, .opening, .raising:
            return nil
        case .mustRaise:
            guard let current, let rest = rest(of: current, at: now) else { return nil }
            phase = .raising
            return .raiseHeads(Set(current.sends.map(\.conversation)).sorted(), within: rest)
        case .mustOpen(let pairs):
            guard let current, let rest = rest(of: current, at: now) else { return nil }
            phase = .opening
            return .openPairs(pairs.sorted(), within: rest)
        case .retrying(let after):
            guard now >= after, let current, let rest = rest(of: current, at: now) else { return nil }
            attempts += 1
            phase = .appending
            return .append(current, within: rest, skippingLocked: skipsLocked)
        case .idle:
            guard let batch = takeNext(at: now), let rest = rest(of: batch, at: now) else { return nil }
            current = batch
            attempts = 1
            opened = []
            hasRaised = false
            phase = .appending
            return .append(batch, within: rest, skippingLocked: skipsLocked)
        }
    }

    /// The batch was committed. Calls `body` with the place in the batch of each send that is stored; refused ones
    /// are dropped, and the first ones of new pairs are kept for another round.
    public mutating func appended(
        _ outcomes: [AppendOutcome], at now: Instant, _ body: (SendBatch, Int, StoredSend) -> Void
    ) {
        guard case .appending = phase, let batch = current, outcomes.count == batch.count else {
            preconditionFailure("\(outcomes.count) outcomes for a batch of \(current?.count ?? 0) in \(phase)")
        }
        var unopened: Set<ConversationID> = []
        var rest: [Int] = []
        var locked: [Int] = []
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .stored(let id, let version):
                body(batch, index, StoredSend(id: id, groupVersion: version, repeated: false, uncertain: false))
            case .repeated(let id, let version):
                body(batch, index, StoredSend(id: id, groupVersion: version, repeated: true, uncertain: uncertain))
            case .refused: lose(index, of: batch, because: .notAllowed)
            case .full: lose(index, of: batch, because: .idsUsedUp)
            case .noConversation:
                let conversation = batch.sends[index].conversation
                guard case .pair = conversation.kind, !opened.contains(conversation) else {
                    lose(index, of: batch, because: .noReceiver)
                    continue
                }
                unopened.insert(conversation)
                rest.append(index)
            case .locked:
                locked.append(index)
            }
        }
        if !locked.isEmpty { park(locked, of: batch, at: now) }
        replaceCurrent(keeping: rest)
        phase = rest.isEmpty ? .idle : .mustOpen(unopened)
    }

    /// These conversations exist now; what was sent to others of the batch is dropped.
    public mutating func openedPairs(_ existing: Set<ConversationID>, at now: Instant) {
        guard case .opening = phase, let batch = current else {
            preconditionFailure("no pairs were asked for in \(phase)")
        }
        opened.formUnion(existing)
        let rest = batch.sends.indices.filter { existing.contains(batch.sends[$0].conversation) }
        for index in batch.sends.indices where !existing.contains(batch.sends[index].conversation) {
            lose(index, of: batch, because: .noReceiver)
        }
        replaceCurrent(keeping: rest)
        attempts = 0
        phase = rest.isEmpty ? .idle : .retrying(after: now)
    }

    /// The heads that were wrong are right now, if there were any.
    public mutating func raisedHeads(at now: Instant) {
        guard case .raising = phase else { preconditionFailure("no heads were to be raised in \(phase)") }
        hasRaised = true
        phase = .retrying(after: now)
    }

    /// The call failed. It is repeated as long as the budget lasts; the keys of the sends make that harmless.
    ///
    /// Returns the conversations of sends that were given up and may have been stored: once the database is back,
    /// their heads tell.
    public mutating func failed(_ error: DatabaseError, at now: Instant) -> [ConversationID] {
        guard let batch = current else { preconditionFailure("no call was under way in \(phase)") }
        uncertain = uncertain || error.outcomeIsUnknown
        // One conversation was locked for as long as PostgreSQL waits; all others of the batch can be stored.
        if case .appending = phase, error.isLockTimeout, !skipsLocked, rest(of: batch, at: now) != nil {
            skipsLocked = true
            phase = .retrying(after: now)
            return []
        }
        if case .appending = phase, error.isDuplicate, !hasRaised, rest(of: batch, at: now) != nil {
            phase = .mustRaise
            return []
        }
        let retries: Bool
        var delay: Duration = .zero
        switch error.remedy {
        case .retryNow: retries = attempts < Self.maxAttempts
        case .retryOnce: retries = attempts < 2
        case .reconnect:
            retries = true
            delay = Self.reconnectDelay
        case .giveUp: retries = false
        }
        if retries, rest(of: batch, at: now) != nil {
            phase = .retrying(after: now + delay)
            return []
        }
        if case .refused = error, error.remedy == .giveUp || error.isDuplicate, batch.count > 1,
            rest(of: batch, at: now) != nil
        {
            split(batch, at: now)
            phase = .retrying(after: now)
            return []
        }
        return giveUp(because: rest(of: batch, at: now) == nil ? .timedOut : .databaseFailed, error.state)
    }

    /// Drops what has waited longer than the budget. To be called now and then; matters while the database is away.
    public mutating func expire(at now: Instant) -> [ConversationID] {
        var unanswered: [ConversationID] = []
        if let current, isWaiting, rest(of: current, at: now) == nil {
            unanswered = giveUp(because: .timedOut)
        }
        while let first = waiting.first, rest(of: first, at: now) == nil {
            _ = waiting.popFirst()
            waitingBytes -= first.byteCount
            depth -= first.count
            lose(first, because: .timedOut)
            recycle(first)
        }
        for (batch, uncertain) in parked.expire(at: now, budget: limits.budget) {
            if uncertain, let conversation = batch.sends.first?.conversation { unanswered.append(conversation) }
            depth -= batch.count
            lose(batch, because: .timedOut)
            recycle(batch)
        }
        return unanswered
    }

    private mutating func giveUp(because reason: LostSend.Reason, _ state: SQLState? = nil) -> [ConversationID] {
        let unanswered = uncertain ? Set(current?.sends.map(\.conversation) ?? []).sorted() : []
        if let current { lose(current, because: reason, state) }
        replaceCurrent(keeping: [])
        phase = .idle
        return unanswered
    }

    private mutating func lose(_ batch: SendBatch, because reason: LostSend.Reason, _ state: SQLState? = nil) {
        for index in batch.sends.indices { lose(index, of: batch, because: reason, state) }
    }

    private mutating func lose(
        _ index: Int, of batch: SendBatch, because reason: LostSend.Reason, _ state: SQLState? = nil
    ) {
        let byteCount = batch.withBody(index) { $0.byteCount }
        lost.append(LostSend(batch.sends[index], byteCount: byteCount, because: reason, state))
    }

    /// What is left of the budget of a batch; `nil` when it is spent.
    func rest(of batch: SendBatch, at now: Instant) -> Duration? {
        let end = batch.started + limits.budget
        return now < end ? end - now : nil
    }

    /// Nothing is under way: the current batch waits for the connection.
    private var isWaiting: Bool {
        switch phase {
        case .retrying, .mustOpen, .mustRaise: true
        case .idle, .appending, .opening, .raising: false
        }
    }
}
