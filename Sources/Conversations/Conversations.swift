public import DBProxy
public import Metrics
public import Primitives
public import Reactor
public import TalkProtocol

/// Where the conversations of a loop hand their results.
public protocol ConversationOutlet: AnyObject, DeliveryOutlet {
    /// The send was taken, and will not be stored.
    func lost(_ send: LostSend)

    /// The database was asked for messages that nobody told of.
    func searched(_ found: Result<Int, DatabaseError>)
}

/// The conversations that belong to one loop: the shell around `AppendQueue` and `Delivery`, which asks the database
/// what they want to know.
///
/// Confined to its loop. A conversation belongs to one queue of one loop, by its id.
public final class Conversations: TurnObserver {
    /// How long things take. Written by the loop of these conversations only.
    public struct Timings: Sendable {
        /// One transaction of messages.
        let append: Histogram
        /// From the arrival of a message, or of one that was stored with it, to its commit.
        public let commit: Histogram
        /// From the arrival of a message at this node, from its sender or another node, to its push.
        public let delivery: Histogram

        public init(append: Histogram, commit: Histogram, delivery: Histogram) {
            self.append = append
            self.commit = commit
            self.delivery = delivery
        }
    }

    public struct Statistics: Sendable {
        public var delivery = Delivery.Statistics()
        public var batches = 0
        public var refusedFull = 0
        public var failedAppends = 0
        public var foundLocked = 0
        /// Conversations whose last id was below those of their messages.
        public var headsRaised = 0

        public init() {}
    }

    public static var maxGroups: Int { MemberLists.capacity }

    unowned let loop: EventLoop
    let database: Database
    private let members: GroupMembers
    public let timings: Timings
    public weak var outlet: (any ConversationOutlet)?

    private var queues: [AppendQueue]
    private var batch = AppendBatch()
    var delivery: Delivery
    private var counts = Statistics()

    public init(
        _ database: Database, cache: RedisCache?, limits: AppendQueue.Limits, timings: Timings, on loop: EventLoop
    ) {
        self.timings = timings
        self.loop = loop
        self.database = database
        members = GroupMembers(database, cache: cache)
        queues = (0..<database.appendConnectionCount).map { _ in AppendQueue(limits) }
        delivery = Delivery(at: loop.now)
        loop.addTurnObserver(self)
        keepHouse()
    }

    /// Which of `loops` loops, each with `queues` queues, a conversation belongs to.
    public static func home(of conversation: ConversationID, loops: Int, queues: Int) -> (loop: Int, queue: Int) {
        let place = Int(mix64(conversation.rawValue) % UInt64(loops * queues))
        return (place / queues, place % queues)
    }

    /// Up to where the conversation was pushed; `nil` if it was quiet.
    public func position(of conversation: ConversationID) -> MessageID? { delivery.position(of: conversation) }

    /// Conversations whose pushes are followed.
    public var cursorCount: Int { delivery.cursorCount }

    /// Conversations that may have grown unseen.
    public var unansweredCount: Int { delivery.unansweredCount }

    /// Groups whose members are known.
    public var groupCount: Int { delivery.groupCount }

    /// Of messages that are kept in case the database loses them.
    public var keptByteCount: Int { delivery.keptByteCount }

    /// Sends that wait or are under way.
    public var depth: Int { queues.reduce(0) { $0 + $1.depth } }

    public var statistics: Statistics {
        var sum = counts
        sum.delivery = delivery.statistics
        sum.foundLocked = queues.reduce(0) { $0 + $1.foundLocked }
        return sum
    }

    public func forgetGroups() { delivery.forgetGroups() }

    // MARK: What happened elsewhere

    /// Takes a send. It is acknowledged after its commit, or never.
    public func submit(_ send: Send, body: RawSpan, queue: Int) {
        if !queues[queue].submit(send, body: body, at: loop.now) {
            counts.refusedFull += 1
            outlet?.lost(LostSend(send, byteCount: body.byteCount, because: .queueFull))
        }
    }

    /// Another node has committed a message for users of this one.
    public func arrived(_ packet: RawSpan, of conversation: ConversationID, id: MessageID, for users: [UserID]) {
        guard let outlet else { return }
        delivery.arrived(packet, of: conversation, id: id, for: users, at: loop.now, outlet)
        ask()
    }

    /// Messages of a conversation were stored lately; whether they were pushed here is not known.
    public func mayHaveMissed(_ recent: RecentMessages) {
        guard let outlet else { return }
        delivery.mayHaveMissed(recent, at: loop.now, outlet)
        ask()
    }

    /// A user has a session on this loop from now on.
    public func sessionOpened(_ user: UserID) {
        guard let outlet else { return }
        delivery.sessionOpened(user, at: loop.now, outlet)
    }

    /// What was stored since then for the users of this loop may not have been heard of.
    public func doubted(since start: Instant) {
        guard let outlet else { return }
        delivery.doubted(since: start, at: loop.now, outlet)
        ask()
    }

    public func turnEnding() {
        for queue in queues.indices where queues[queue].depth > 0 { pump(queue) }
    }

    private func keepHouse() {
        if let outlet {
            for queue in queues.indices {
                delivery.gaveUp(queues[queue].expire(at: loop.now), at: loop.now)
                pump(queue)
            }
            delivery.ticked(at: loop.now, databaseIsReady: database.isReady, outlet)
            ask()
        }
        loop.schedule(after: Delivery.tickPeriod) { [weak self] in self?.keepHouse() }
    }

    // MARK: What is stored

    private func pump(_ queue: Int) {
        for send in queues[queue].takeLost() { outlet?.lost(send) }
        guard database.isReady(queue: queue) else { return }
        switch queues[queue].next(at: loop.now) {
        case .append(let sends, let limit, let skips): append(sends, queue, within: limit, skippingLocked: skips)
        case .openPairs(let pairs, let limit): open(pairs, queue, within: limit)
        case .raiseHeads(let conversations, let limit): raiseHeads(of: conversations, queue, within: limit)
        case nil: break
        }
    }

    private func append(_ sends: SendBatch, _ queue: Int, within limit: Duration, skippingLocked: Bool) {
        counts.batches += 1
        batch.fill(
            count: sends.count, conversation: { sends.sends[$0].conversation }, sender: { sends.sends[$0].sender },
            type: { sends.sends[$0].type }, key: { sends.sends[$0].key.write(into: &$1) },
            keyExpires: sends.sends.map(\.keyExpires),
            body: { index, writer in sends.withBody(index) { writer.append($0) } }, keyLifetime: SendKey.lifetime,
            skippingLocked: skippingLocked)
        let begin = loop.now
        database.append(queue: queue, batch, within: limit) { [unowned self] result in
            timings.append.record(loop.now - begin)
            switch result {
            case .success(let appended): stored(appended, queue)
            case .failure(let error): failed(error, queue)
            }
            pump(queue)
        }
    }

    private func stored(_ appended: Database.Appended, _ queue: Int) {
        guard let outlet else { return }
        let (now, database) = (loop.now, database)
        queues[queue].appended(appended.outcomes, at: now) { sends, index, stored in
            delivery.stored(
                sends, index, stored, storedAt: appended.times[index], in: database.identity, at: now, outlet)
        }
        ask()
    }

    private func open(_ pairs: [ConversationID], _ queue: Int, within limit: Duration) {
        database.openPairs(queue: queue, pairs, within: limit) { [unowned self] result in
            switch result {
            case .success(let existing): queues[queue].openedPairs(existing, at: loop.now)
            case .failure(let error): failed(error, queue)
            }
            pump(queue)
        }
    }

    private func raiseHeads(of conversations: [ConversationID], _ queue: Int, within limit: Duration) {
        database.raiseHeads(queue: queue, of: conversations, within: limit) { [unowned self] result in
            switch result {
            case .success(let count):
                counts.headsRaised += count
                queues[queue].raisedHeads(at: loop.now)
            case .failure(let error): failed(error, queue)
            }
            pump(queue)
        }
    }

    private func failed(_ error: DatabaseError, _ queue: Int) {
        counts.failedAppends += 1
        delivery.gaveUp(queues[queue].failed(error, at: loop.now), at: loop.now)
    }

    // MARK: What is asked

    /// Asks the database what the delivery wants to know.
    func ask() {
        while let request = delivery.nextRequest() {
            switch request {
            case .recent(let conversation, let seconds, let horizon):
                database.recentMessages(in: [(conversation, horizon)], seconds: seconds) { [weak self] result in
                    self?.hand { $0.openingAnswered(conversation, result.map(\.first), at: $1, $2) }
                }
            case .hole(let conversation, let hole):
                read(hole, of: conversation) { delivery, found, now, outlet in
                    guard let (messages, memberships) = found else {
                        return delivery.holeFailed(conversation, at: now)
                    }
                    delivery.holeRead(
                        messages, of: conversation, through: hole.upperBound, memberships: memberships, at: now, outlet)
                }
            case .untold(let conversation, let range):
                read(range, of: conversation) { delivery, found, _, outlet in
                    guard let (messages, memberships) = found else { return }
                    delivery.untoldRead(
                        messages, of: conversation, through: range.upperBound, memberships: memberships, outlet)
                }
            case .unanswered(let conversations, let seconds, let untold, let asked):
                database.recentMessages(in: conversations, seconds: seconds) { [weak self, database] result in
                    guard case .success(let recent) = result else { return }
                    let everything = conversations.map { (conversation: $0.conversation, horizon: Int64(0)) }
                    database.recentMessages(in: everything, seconds: untold) { result in
                        guard case .success(let all) = result else { return }
                        self?.hand { $0.unansweredCame(recent, all: all, askedAt: asked, at: $1, $2) }
                    }
                }
            case .members(let group, let version, let message):
                members.load(group, version: version, message: message) { [weak self] members, origin in
                    self?.hand {
                        $0.membersCame(members, of: group, version: version, message, from: origin, at: $1, $2)
                    }
                }
            case .search(let id, let users, let seconds):
                database.recentMessages(of: users, seconds: seconds) { [weak self] result in
                    self?.outlet?.searched(result.map(\.count))
                    self?.hand { $0.searched(id, result, at: $1, $2) }
                }
            }
        }
    }

    /// Messages, and for a group all who are or were in it; `nil` without an answer.
    private func read(
        _ range: ClosedRange<MessageID>, of conversation: ConversationID,
        _ answer: @escaping (inout Delivery, ([StoredMessage], [Membership])?, Instant, any ConversationOutlet) -> Void
    ) {
        database.messages(of: conversation, from: range.lowerBound, through: range.upperBound) { [weak self] result in
            guard let self else { return }
            guard case .success(let messages) = result, case .group(let group) = conversation.kind else {
                return hand { answer(&$0, (try? result.get()).map { ($0, []) }, $1, $2) }
            }
            database.memberships(of: group) { [weak self] result in
                self?.hand { answer(&$0, (try? result.get()).map { (messages, $0) }, $1, $2) }
            }
        }
    }

    private func hand(_ answer: (inout Delivery, Instant, any ConversationOutlet) -> Void) {
        guard let outlet else { return }
        answer(&delivery, loop.now, outlet)
        ask()
    }
}
