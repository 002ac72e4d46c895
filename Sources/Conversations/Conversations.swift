public import DBProxy
import Primitives
public import Reactor
public import TalkProtocol

/// Where conversations hand their results: acknowledgements to one session, pushes to all sessions of users.
public protocol ConversationOutlet: AnyObject {
    /// The send is committed under this id. Comes before the push of the same message.
    func acknowledge(_ send: Send, id: MessageID)

    /// A packet for every session of these users on this node except `origin`.
    func push(_ packet: RawSpan, to users: [UserID], except origin: SessionAddress?)
    func push(_ packet: RawSpan, to one: UserID, and other: UserID, except origin: SessionAddress?)
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
    }

    private static let housekeeping: Duration = .milliseconds(50)
    private static let cursorLifetime: Duration = .seconds(600)
    private static let maxCursors = 200_000

    private unowned let loop: EventLoop
    private let database: Database
    private let groups: GroupMembers
    public weak var outlet: (any ConversationOutlet)?

    private var lanes: [AppendLane]
    private var batch = AppendBatch()
    private var cursors: [ConversationID: DeliveryCursor<Held>] = [:]
    /// Conversations with a hole, looked at until it is closed.
    private var holes: Set<ConversationID> = []
    /// May have messages that nobody pushed, since an append ended without an answer.
    private var uncertain: Set<ConversationID> = []
    private let scratch = ScratchWriter()
    private var lastSweep: Instant
    public private(set) var statistics = Statistics()

    public struct Statistics: Sendable {
        public var stored = 0
        public var repeated = 0
        public var batches = 0
        public var refusedFull = 0
        public var failedAppends = 0
        public var holesRead = 0

        public init() {}
    }

    public init(
        _ database: Database, groups: GroupMembers, limits: AppendLane.Limits, on loop: EventLoop
    ) {
        self.loop = loop
        self.database = database
        self.groups = groups
        lanes = (0..<database.laneCount).map { _ in AppendLane(limits) }
        lastSweep = loop.now
        loop.addTurnObserver(self)
        for lane in lanes.indices { database.whenReady(lane: lane) { [weak self] in self?.lookAtUncertain() } }
        keepHouse()
    }

    /// Which of `loops` loops, each with `lanes` lanes, a conversation belongs to.
    public static func home(of conversation: ConversationID, loops: Int, lanes: Int) -> (loop: Int, lane: Int) {
        let place = Int(mix64(conversation.rawValue) % UInt64(loops * lanes))
        return (place / lanes, place % lanes)
    }

    /// Sends that wait or are under way.
    public var depth: Int { lanes.reduce(0) { $0 + $1.depth } }

    /// Takes a send. It is acknowledged after its commit, or never.
    public func submit(_ send: Send, body: RawSpan, lane: Int) {
        if !lanes[lane].submit(send, body: body, at: loop.now) { statistics.refusedFull += 1 }
    }

    public func turnEnding() {
        for lane in lanes.indices where lanes[lane].depth > 0 { pump(lane) }
    }

    private func pump(_ lane: Int) {
        guard database.isReady(lane: lane) else { return }
        switch lanes[lane].next(at: loop.now) {
        case .append(let sends): append(sends, lane)
        case .openPairs(let pairs): open(pairs, lane)
        case nil: break
        }
    }

    private func append(_ sends: SendBatch, _ lane: Int) {
        statistics.batches += 1
        batch.fill(
            count: sends.count, conversation: { sends.sends[$0].conversation }, sender: { sends.sends[$0].sender },
            type: { sends.sends[$0].type }, key: { sends.sends[$0].key.write(into: &$1) },
            keyExpires: sends.sends.map(\.keyExpires),
            body: { index, writer in sends.withBody(index) { writer.append($0) } }, keyLifetime: SendKey.lifetime)
        database.append(lane: lane, batch) { [unowned self] result in
            switch result {
            case .success(let (outcomes, storedAt)):
                lanes[lane].appended(outcomes) { settle($0, $1, $2, storedAt: storedAt) }
            case .failure(let error):
                failed(error, lane)
            }
            pump(lane)
        }
    }

    private func open(_ pairs: [ConversationID], _ lane: Int) {
        database.openPairs(lane: lane, pairs) { [unowned self] result in
            switch result {
            case .success(let existing): lanes[lane].openedPairs(existing, at: loop.now)
            case .failure(let error): failed(error, lane)
            }
            pump(lane)
        }
    }

    private func failed(_ error: DatabaseError, _ lane: Int) {
        statistics.failedAppends += 1
        uncertain.formUnion(lanes[lane].failed(error, at: loop.now))
    }

    // MARK: After the commit

    private func settle(_ sends: SendBatch, _ index: Int, _ settlement: AppendLane.Settlement, storedAt: UInt32) {
        let send = sends.sends[index]
        outlet?.acknowledge(send, id: settlement.id)
        if settlement.repeated {
            statistics.repeated += 1
            // Unknown to this node: whoever is here now has read it, or will.
            if cursors[send.conversation] == nil { return }
        } else {
            statistics.stored += 1
        }
        scratch.writer.clear(keeping: 1 << 16)
        sends.withBody(index) { body in
            scratch.writer.appendMsgData(
                from: send.sender, to: send.sessionID, id: settlement.id, createTime: storedAt, type: send.type,
                data: body, clientKey: nil)
        }
        deliver(send.conversation, settlement.id, origin: send.origin, groupVersion: settlement.groupVersion)
    }

    /// The packet is in `scratch`.
    private func deliver(
        _ conversation: ConversationID, _ id: MessageID, origin: SessionAddress, groupVersion: UInt32
    ) {
        let scratch = scratch
        var members: [UserID] = []
        if case .group(let group) = conversation.kind {
            guard let known = groups.members(of: group, version: groupVersion) else {
                return load(group, groupVersion, id, scratch.writer.bytes.copied(), origin)
            }
            members = known
        }
        if cursors[conversation, default: DeliveryCursor(at: loop.now)].advance(to: id, at: loop.now) {
            push(conversation, scratch.writer.bytes, origin, members)
        } else {
            arrived(conversation, id, Held(packet: scratch.writer.bytes.copied(), origin: origin, members: members))
        }
    }

    /// The list of members changed: the message waits for the new one, and those behind it wait for the message.
    private func load(
        _ group: GroupID, _ version: UInt32, _ id: MessageID, _ packet: [UInt8], _ origin: SessionAddress
    ) {
        groups.load(group, version: version, message: id) { [weak self] members in
            guard let self else { return }
            guard let members else {
                // It is in the database: the hole it leaves is read from there.
                uncertain.insert(.group(group))
                return
            }
            arrived(.group(group), id, Held(packet: packet, origin: origin, members: members))
        }
    }

    private func arrived(_ conversation: ConversationID, _ id: MessageID, _ held: Held) {
        var due: [Held] = []
        if cursors[conversation, default: DeliveryCursor(at: loop.now)].advance(to: id, at: loop.now) {
            due.append(held)
        } else {
            cursors[conversation]?.committed(id, held, at: loop.now) { due.append($1) }
        }
        push(conversation, due)
    }

    private func push(_ conversation: ConversationID, _ due: [Held]) {
        for held in due { push(conversation, held.packet.rawBytes, held.origin, held.members) }
        if cursors[conversation]?.isIdle == false { holes.insert(conversation) } else { holes.remove(conversation) }
    }

    private func push(
        _ conversation: ConversationID, _ packet: RawSpan, _ origin: SessionAddress?, _ members: [UserID]
    ) {
        switch conversation.kind {
        case .pair(let one, let other): outlet?.push(packet, to: one, and: other, except: origin)
        case .group: outlet?.push(packet, to: members, except: origin)
        }
    }

    // MARK: Holes

    private func keepHouse() {
        for lane in lanes.indices {
            uncertain.formUnion(lanes[lane].expire(at: loop.now))
            pump(lane)
        }
        for conversation in holes {
            if let hole = cursors[conversation]?.overdueHole(at: loop.now) { read(hole, of: conversation) }
        }
        if loop.now - lastSweep >= .seconds(60) { forgetOldCursors() }
        loop.schedule(after: Self.housekeeping) { [weak self] in self?.keepHouse() }
    }

    private func forgetOldCursors() {
        lastSweep = loop.now
        let limit = cursors.count > Self.maxCursors ? Duration.seconds(60) : Self.cursorLifetime
        cursors = cursors.filter { !$0.value.isIdle || loop.now - $0.value.lastUsed < limit }
    }

    /// The database is back after appends without an answer: their conversations may have grown unseen.
    private func lookAtUncertain() {
        if uncertain.isEmpty { return }
        let conversations = uncertain.sorted()
        uncertain.removeAll()
        database.heads(of: conversations) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let heads):
                for (conversation, head) in heads {
                    if let hole = cursors[conversation]?.sawHead(head, at: loop.now) { read(hole, of: conversation) }
                }
            case .failure:
                uncertain.formUnion(conversations)
                loop.schedule(after: .seconds(1)) { [weak self] in self?.lookAtUncertain() }
            }
        }
    }

    private func read(_ hole: ClosedRange<MessageID>, of conversation: ConversationID) {
        statistics.holesRead += 1
        holes.insert(conversation)
        database.messages(of: conversation, from: hole.lowerBound, through: hole.upperBound) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let messages): found(messages, of: conversation, through: hole.upperBound)
            case .failure: cursors[conversation]?.fetchFailed(at: loop.now)
            }
        }
    }

    private func found(_ messages: [StoredMessage], of conversation: ConversationID, through last: MessageID) {
        guard case .group(let group) = conversation.kind else {
            return fill(messages, of: conversation, through: last, memberships: [])
        }
        database.memberships(of: group) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let memberships):
                fill(messages, of: conversation, through: last, memberships: memberships)
            case .failure:
                cursors[conversation]?.fetchFailed(at: loop.now)
            }
        }
    }

    private func fill(
        _ messages: [StoredMessage], of conversation: ConversationID, through last: MessageID,
        memberships: [Membership]
    ) {
        let payloads = messages.map { message in
            let members = memberships.filter { $0.isEntitled(to: message.id) }.map(\.user)
            return (
                id: message.id,
                payload: Held(packet: packet(message, in: conversation), origin: nil, members: members)
            )
        }
        var due: [Held] = []
        cursors[conversation]?.fetched(payloads, through: last, at: loop.now) { due.append($1) }
        push(conversation, due)
    }

    private func packet(_ message: StoredMessage, in conversation: ConversationID) -> [UInt8] {
        var writer = ByteWriter()
        let session: UInt32 =
            switch conversation.kind {
            case .group(let group): group.rawValue
            case .pair: conversation.peer(of: message.sender)?.rawValue ?? 0
            }
        writer.appendMsgData(
            from: message.sender, to: session, id: message.id, createTime: message.createdAt, type: message.type,
            data: message.body.rawBytes, clientKey: nil)
        return writer.bytes.copied()
    }
}
