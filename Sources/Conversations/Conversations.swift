public import DBProxy
public import Metrics
public import Primitives
public import Reactor
public import TalkProtocol

/// Where conversations hand their results: acknowledgements to one session, pushes to all sessions of users.
public protocol ConversationOutlet: AnyObject {
    /// The send is committed under this id. Comes before the push of the same message.
    func acknowledge(_ send: Send, id: MessageID)

    /// The send was taken, and will not be stored.
    func lost(_ send: LostSend)

    /// A message for every session of these users on this node except `origin`.
    func push(_ packet: RawSpan, of message: MessageName, to users: [UserID], except origin: SessionAddress?)
    func push(
        _ packet: RawSpan, of message: MessageName, to one: UserID, and other: UserID, except origin: SessionAddress?)

    /// A message that was just committed, for sessions of these users on other nodes.
    func forward(_ packet: RawSpan, of message: MessageName, to users: [UserID])

    /// Whether there are other nodes, which store messages as well.
    var hasOtherNodes: Bool { get }

    /// What other nodes have stored since then may not have been heard of here; now, if nothing is in doubt.
    var unheardSince: Instant { get }

    /// What transactions before it stored, all sessions of these users on this node read by themselves; `nil` if there
    /// are none.
    func horizon(of users: [UserID]) -> Int64?

    /// Whether a session of one of these users has been on this node since before `instant`.
    func hasSession(of users: [UserID], openedBefore instant: Instant) -> Bool
}

/// The conversations that belong to one loop: stores their messages in batches and pushes them in order.
///
/// Confined to its loop. A conversation belongs to one lane of one loop, by its id.
public final class Conversations: TurnObserver {
    /// A packet that waits for those before it.
    struct Held {
        let packet: [UInt8]
        let origin: SessionAddress?
        /// Of a group; a pair's are in its id.
        let members: [UserID]
        /// At this node, from its sender or from another node; `nil` if it was read from the database.
        let arrived: Instant?
    }

    /// How long things take. Written by the loop of these conversations only.
    public struct Timings: Sendable {
        /// One transaction of messages.
        let append: Histogram
        /// From the arrival of a message, or of one that was stored with it, to its commit.
        let commit: Histogram
        /// From the arrival of a message at this node, from its sender or another node, to its push.
        let delivery: Histogram

        public init(append: Histogram, commit: Histogram, delivery: Histogram) {
            self.append = append
            self.commit = commit
            self.delivery = delivery
        }
    }

    private static let housekeeping: Duration = .milliseconds(50)
    private static let maxCursors = 200_000
    /// So long and so many bytes of what was stored is kept by each loop, in case the database loses it.
    private static let keptFor: Duration = .seconds(60)
    private static let keptBytes = 32 << 20
    /// How long an append without an answer may still be stored: above the server's `statement_timeout`, with room for
    /// another one in front of it.
    private static let doubtLasts: Duration = .seconds(15)
    private static let maxDoubts = 100_000

    unowned let loop: EventLoop
    let database: Database
    let groups: GroupMembers
    let timings: Timings
    public weak var outlet: (any ConversationOutlet)?

    private var lanes: [AppendLane]
    private var batch = AppendBatch()
    var table = CursorTable<Held>(capacity: maxCursors)
    /// Conversations that are to get a cursor.
    var openings: [ConversationID: Opening] = [:]
    /// Of the packets that these hold.
    var openingBytes = 0
    /// Conversations with a hole, looked at until it is closed.
    var holes: Set<ConversationID> = []
    /// May get messages that nobody pushes until this time, since an append was given up without an answer.
    var doubts: [ConversationID: Instant] = [:]
    var nextLookAtDoubts: Instant
    var kept = KeptMessages(lifetime: keptFor, maxBytes: keptBytes)
    private let scratch = ScratchWriter()
    private var lastSweep: Instant
    public internal(set) var statistics = Statistics()

    public struct Statistics: Sendable {
        public var stored = 0
        public var repeated = 0
        public var batches = 0
        public var refusedFull = 0
        public var failedAppends = 0
        public var holesRead = 0
        public var foundLocked = 0
        /// Conversations whose last id was below those of their messages.
        public var headsRaised = 0
        /// Messages that were not pushed, as there was no room for their conversation's cursor.
        public var cursorsRefused = 0
        /// Conversations that were not watched after an append without an answer, as there were too many.
        public var doubtsRefused = 0

        public init() {}
    }

    public init(
        _ database: Database, groups: GroupMembers, limits: AppendLane.Limits, timings: Timings, on loop: EventLoop
    ) {
        self.timings = timings
        self.loop = loop
        self.database = database
        self.groups = groups
        lanes = (0..<database.laneCount).map { _ in AppendLane(limits) }
        lastSweep = loop.now
        nextLookAtDoubts = loop.now
        loop.addTurnObserver(self)
        keepHouse()
    }

    /// Which of `loops` loops, each with `lanes` lanes, a conversation belongs to.
    public static func home(of conversation: ConversationID, loops: Int, lanes: Int) -> (loop: Int, lane: Int) {
        let place = Int(mix64(conversation.rawValue) % UInt64(loops * lanes))
        return (place / lanes, place % lanes)
    }

    /// Up to where the conversation was pushed; `nil` if it was quiet.
    public func position(of conversation: ConversationID) -> MessageID? { table.cursors[conversation]?.position }

    /// Conversations whose pushes are followed.
    public var cursorCount: Int { table.count }

    /// Conversations that may have grown unseen.
    public var doubtCount: Int { doubts.count }

    /// Of messages that are kept in case the database loses them.
    public var keptByteCount: Int { kept.byteCount }

    /// Sends that wait or are under way.
    public var depth: Int { lanes.reduce(0) { $0 + $1.depth } }

    /// Takes a send. It is acknowledged after its commit, or never.
    public func submit(_ send: Send, body: RawSpan, lane: Int) {
        if !lanes[lane].submit(send, body: body, at: loop.now) {
            statistics.refusedFull += 1
            outlet?.lost(LostSend(send, byteCount: body.byteCount, because: .queueFull))
        }
    }

    public func turnEnding() {
        for lane in lanes.indices where lanes[lane].depth > 0 { pump(lane) }
    }

    private func pump(_ lane: Int) {
        for send in lanes[lane].takeLost() { outlet?.lost(send) }
        guard database.isReady(lane: lane) else { return }
        switch lanes[lane].next(at: loop.now) {
        case .append(let sends, let limit, let skips): append(sends, lane, within: limit, skippingLocked: skips)
        case .openPairs(let pairs, let limit): open(pairs, lane, within: limit)
        case .raiseHeads(let conversations, let limit): raiseHeads(of: conversations, lane, within: limit)
        case nil: break
        }
    }

    private func append(_ sends: SendBatch, _ lane: Int, within limit: Duration, skippingLocked: Bool) {
        statistics.batches += 1
        batch.fill(
            count: sends.count, conversation: { sends.sends[$0].conversation }, sender: { sends.sends[$0].sender },
            type: { sends.sends[$0].type }, key: { sends.sends[$0].key.write(into: &$1) },
            keyExpires: sends.sends.map(\.keyExpires),
            body: { index, writer in sends.withBody(index) { writer.append($0) } }, keyLifetime: SendKey.lifetime,
            skippingLocked: skippingLocked)
        let begin = loop.now
        database.append(lane: lane, batch, within: limit) { [unowned self] result in
            timings.append.record(loop.now - begin)
            switch result {
            case .success(let appended):
                lanes[lane].appended(appended.outcomes, at: loop.now) {
                    settle($0, $1, $2, storedAt: appended.times[$1])
                }
                statistics.foundLocked = lanes.reduce(0) { $0 + $1.foundLocked }
            case .failure(let error):
                failed(error, lane)
            }
            pump(lane)
        }
    }

    private func open(_ pairs: [ConversationID], _ lane: Int, within limit: Duration) {
        database.openPairs(lane: lane, pairs, within: limit) { [unowned self] result in
            switch result {
            case .success(let existing): lanes[lane].openedPairs(existing, at: loop.now)
            case .failure(let error): failed(error, lane)
            }
            pump(lane)
        }
    }

    private func raiseHeads(of conversations: [ConversationID], _ lane: Int, within limit: Duration) {
        database.raiseHeads(lane: lane, of: conversations, within: limit) { [unowned self] result in
            switch result {
            case .success(let count):
                statistics.headsRaised += count
                lanes[lane].raisedHeads(at: loop.now)
            case .failure(let error): failed(error, lane)
            }
            pump(lane)
        }
    }

    private func failed(_ error: DatabaseError, _ lane: Int) {
        statistics.failedAppends += 1
        doubt(lanes[lane].failed(error, at: loop.now))
    }

    func doubt(_ conversations: [ConversationID]) {
        for conversation in conversations {
            if doubts.count < Self.maxDoubts || doubts[conversation] != nil {
                doubts[conversation] = loop.now + Self.doubtLasts
            } else {
                statistics.doubtsRefused += 1
            }
        }
    }

    // MARK: After the commit

    private func settle(_ sends: SendBatch, _ index: Int, _ settlement: AppendLane.Settlement, storedAt: UInt32) {
        let send = sends.sends[index]
        outlet?.acknowledge(send, id: settlement.id)
        if settlement.repeated {
            statistics.repeated += 1
            // Unknown to this node: whoever is here now has read it, or will. Unless nobody could push it yet.
            if table.cursors[send.conversation] == nil, !settlement.inDoubt, doubts[send.conversation] == nil { return }
        } else {
            statistics.stored += 1
            timings.commit.record(loop.now - sends.started)
            let message = KeptMessage(
                conversation: send.conversation, id: settlement.id, sender: send.sender, type: send.type,
                createdAt: storedAt)
            sends.withBody(index) { kept.keep(message, key: send.key, body: $0, at: loop.now) }
        }
        scratch.writer.clear(keeping: 1 << 16)
        sends.withBody(index) { body in
            scratch.writer.appendMsgData(
                from: send.sender, to: send.sessionID, id: settlement.id, createTime: storedAt, type: send.type,
                data: body, clientKey: nil)
        }
        // The version is that of now: an earlier send was accepted under another one, perhaps.
        deliver(
            send.conversation, settlement.id, origin: send.origin, arrived: sends.started,
            groupVersion: settlement.repeated ? nil : settlement.groupVersion)
    }

    /// The packet is in `scratch`.
    private func deliver(
        _ conversation: ConversationID, _ id: MessageID, origin: SessionAddress, arrived: Instant, groupVersion: UInt32?
    ) {
        let scratch = scratch
        var members: [UserID] = []
        if case .group(let group) = conversation.kind {
            guard let known = groupVersion.flatMap({ groups.members(of: group, version: $0) }) else {
                // The cursor is set now, as messages behind it may be ready before its own list of members is.
                begin(conversation, with: id, for: nil)
                return load(group, groupVersion, id, scratch.writer.bytes.copied(), origin, arrived)
            }
            members = known
        }
        begin(conversation, with: id, for: members)
        forward(conversation, id, scratch.writer.bytes, members)
        if openings[conversation] == nil, table.cursors[conversation]?.advance(to: id, at: loop.now) == true {
            push(MessageName(conversation, id), scratch.writer.bytes, origin, members)
            timings.delivery.record(loop.now - arrived)
        } else {
            let packet = scratch.writer.bytes.copied()
            hold(conversation, id, Held(packet: packet, origin: origin, members: members, arrived: arrived))
        }
    }

    /// The list of members changed: the message waits for the new one, and those behind it wait for the message.
    private func load(
        _ group: GroupID, _ version: UInt32?, _ id: MessageID, _ packet: [UInt8], _ origin: SessionAddress,
        _ arrived: Instant
    ) {
        groups.load(group, version: version, message: id) { [weak self] members in
            guard let self else { return }
            // Without an answer it is read from the database, when that answers again.
            guard let members else { return missed(.group(group), id) }
            outlet?.forward(packet.rawBytes, of: MessageName(.group(group), id), to: members)
            hold(.group(group), id, Held(packet: packet, origin: origin, members: members, arrived: arrived))
        }
    }

    private func forward(_ conversation: ConversationID, _ id: MessageID, _ packet: RawSpan, _ members: [UserID]) {
        let message = MessageName(conversation, id)
        switch conversation.kind {
        case .pair(let one, let other): outlet?.forward(packet, of: message, to: [one, other])
        case .group: outlet?.forward(packet, of: message, to: members)
        }
    }

    /// Until those before it are pushed.
    func hold(_ conversation: ConversationID, _ id: MessageID, _ held: Held) {
        if openings[conversation] != nil { return holdForOpening(conversation, id, held) }
        var due: [(MessageID, Held)] = []
        table.cursors[conversation]?.committed(id, held, at: loop.now) { due.append(($0, $1)) }
        push(conversation, due)
    }

    /// Makes sure that the conversation has a cursor, if there is room for one.
    func openCursor(_ conversation: ConversationID, after id: MessageID) {
        if !table.open(conversation, after: id, at: loop.now) { statistics.cursorsRefused += 1 }
    }

    func missed(_ conversation: ConversationID, _ id: MessageID) {
        guard table.cursors[conversation] != nil else { return }
        table.cursors[conversation]?.sawHead(id, at: loop.now)
        if table.cursors[conversation]?.isIdle == false { holes.insert(conversation) }
    }

    func push(_ conversation: ConversationID, _ due: [(MessageID, Held)]) {
        for (id, held) in due {
            push(MessageName(conversation, id), held.packet.rawBytes, held.origin, held.members)
            if let arrived = held.arrived { timings.delivery.record(loop.now - arrived) }
        }
        let isIdle = table.cursors[conversation]?.isIdle != false
        if isIdle { holes.remove(conversation) } else { holes.insert(conversation) }
    }

    private func push(
        _ message: MessageName, _ packet: RawSpan, _ origin: SessionAddress?, _ members: [UserID]
    ) {
        switch message.conversation.kind {
        case .pair(let one, let other): outlet?.push(packet, of: message, to: one, and: other, except: origin)
        case .group: outlet?.push(packet, of: message, to: members, except: origin)
        }
    }

    // MARK: Housekeeping

    private func keepHouse() {
        for lane in lanes.indices {
            doubt(lanes[lane].expire(at: loop.now))
            pump(lane)
        }
        if !doubts.isEmpty, loop.now >= nextLookAtDoubts { lookAtDoubts() }
        for conversation in holes {
            if let hole = table.cursors[conversation]?.overdueHole(at: loop.now) { read(hole, of: conversation) }
        }
        // While the database is away, nobody knows in which state it comes back.
        if database.isReady { kept.forgetOld(at: loop.now) }
        if loop.now - lastSweep >= .seconds(60) {
            lastSweep = loop.now
            table.forgetOld(at: loop.now)
        }
        loop.schedule(after: Self.housekeeping) { [weak self] in self?.keepHouse() }
    }
}
