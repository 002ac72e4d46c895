public import Accounts
public import Conversations
public import DBProxy
import Directory
public import Log
import Metrics
import Primitives
public import Reactor
public import TalkProtocol

/// The clients of one loop: their sessions, and what their commands do.
///
/// Confined to its loop. The commands stand in `Commands/`, one file per service of the protocol.
public final class Gateway {
    /// What the gateways of all loops of a node share.
    public struct Shared: Sendable {
        public let online: OnlineSessions
        public let cluster: ClusterView
        public let census: Census
        public let displacements: Displacements
        public let budgets = UserBudgets()
        public let deviceHolders = DeviceHolders()
        public let loops: Int
        public let queuesPerLoop: Int
        public let log: Logger
        /// Unix seconds, for the clients to see; nothing is decided by it.
        public let wallClock: @Sendable () -> UInt32

        public init(
            online: OnlineSessions, cluster: ClusterView, census: Census, displacements: Displacements, loops: Int,
            queuesPerLoop: Int, log: Logger, wallClock: @escaping @Sendable () -> UInt32
        ) {
            self.online = online
            self.cluster = cluster
            self.census = census
            self.displacements = displacements
            self.loops = loops
            self.queuesPerLoop = queuesPerLoop
            self.log = log
            self.wallClock = wallClock
        }
    }

    enum Handling {
        case taken
        /// After so long; `nil`: `ClientTransport.resume` will be called.
        case later(Duration?)
        case closed
    }

    unowned let loop: EventLoop
    let shared: Shared
    let database: Database
    let logins: LoginService
    let conversations: Conversations
    let counters: GatewayCounters
    var sessions = SessionTable()
    var roster = Roster()
    /// In force from the next packet on.
    public var limits: GatewayLimits {
        get { inForce.limits }
        set { inForce = LimitsInForce(newValue) }
    }
    private var inForce: LimitsInForce
    let scratch = ScratchWriter()
    let keyScratch = ScratchWriter(capacity: 1024)
    /// Sessions of each loop that the packet at hand goes to; used during one call and emptied.
    var targets: [[SessionAddress]]
    /// Whose sessions these are, for the trace.
    var targetDevices: [(user: UserID, device: DeviceClass)] = []
    var isLookingForLogins = false
    var presenceChanges = PresenceChanges()
    var profileNotices = ProfileNotices()
    var notifications = NotificationQueue()
    var refusalLog = RefusalLog()
    var programSends = ProgramSends()
    var reviews = ReviewedSends()
    /// `nil`: messages are not reviewed.
    public var reviewer: (any MessageReviewer)?
    /// The node lets go of its clients.
    var drain: Drain?
    /// Clients that are let go, and until when what they have sent may be acknowledged.
    var leaving: [(SessionAddress, until: Instant)] = []
    var isParting = false
    public let trace = MessageTrace()
    var questions: Questions
    /// Answers what another node asks, once, on this loop; see `ask`.
    public var answerer: (_ question: [UInt8], _ answer: @escaping ([UInt8]) -> Void) -> Void = { $1([]) }
    /// `nil`: this node takes no files.
    public var files: () -> FilePlace? = { nil }
    /// What calls are passed through, from the next question on.
    public var relay = CallRelay()
    /// Where a client should log in, as packets say it.
    public var lookup: (_ isLocal: Bool) -> IMMsgServRsp = { _ in IMMsgServRsp(resultCode: .noMsgServer) }
    /// Shown in lists in place of a voice message: "[voice]", as the stock server says it.
    let voicePlaceholder: [UInt8]
    /// Shown in lists that are long already.
    let longTextPlaceholder: [UInt8]

    public init(
        _ shared: Shared, limits: GatewayLimits, database: Database, logins: LoginService,
        conversations: Conversations, counters: GatewayCounters, on loop: EventLoop
    ) {
        self.loop = loop
        self.shared = shared
        inForce = LimitsInForce(limits)
        questions = Questions(startingAt: loop.random.next())
        self.database = database
        self.logins = logins
        self.conversations = conversations
        self.counters = counters
        targets = Array(repeating: [], count: shared.loops)
        voicePlaceholder = (try? TextCodec().encode("[语音]")) ?? []
        longTextPlaceholder = (try? TextCodec().encode("…")) ?? []
        conversations.outlet = self
        for kind in Mail.allCases { loop.handleMail(kind: kind.rawValue, self) }
    }

    /// Clients of this loop, logged in or not.
    public var connectionCount: Int { sessions.count }

    var online: OnlineSessions { shared.online }

    // MARK: Life of a session

    /// `nil`: there are too many newcomers already, or the node takes none.
    func connected(
        _ connection: ConnectionHandle, over transport: any ClientTransport, peer: SocketAddress
    ) -> Session? {
        guard drain?.takesNewcomers(at: loop.now) != false else {
            counters.refusedNewcomers.add()
            return nil
        }
        let session = sessions.insert(loop: loop.index) {
            Session(transport: transport, connection: connection, address: $0, peer: peer)
        }
        guard case .entered(let evicted) = shared.census.connected(session.address, from: peer.host) else {
            counters.refusedNewcomers.add()
            sessions.remove(session.address)
            return nil
        }
        if let evicted { loop.post(.evict, to: Int(evicted.loop)) { evicted.write(into: &$0) } }
        counters.connections.add(1)
        return session
    }

    /// Whether another connection may come from there now.
    public func admits(_ peer: SocketAddress) -> Bool {
        let isAdmitted = shared.census.admits(peer.host, at: loop.now)
        if !isAdmitted { counters.refusedNewcomers.add() }
        return isAdmitted
    }

    /// Somebody else needs the place of one who has not logged in.
    func evict(_ address: SessionAddress) {
        guard let session = sessions[address], session.gate.phase == .newcomer else { return }
        counters.refusedNewcomers.add()
        leave(session)
        session.close(because: .busy)
    }

    func disconnected(_ session: Session, _ reason: CloseReason) {
        leave(session)
        shared.census.gone(session.address, from: session.peer.host, wasNewcomer: session.isNewcomer)
        sessions.remove(session.address)
        counters.connections.subtract(1)
        shared.log.debug(
            "disconnected", "a connection ended",
            ["trace": .string(session.trace), "reason": .string("\(reason)")])
    }

    /// Takes the session away from its user: nothing is pushed to it from here on, and nothing it says counts.
    func leave(_ session: Session) {
        session.login?.end()
        session.login = nil
        guard session.gate.phase == .online else {
            session.gate.phase = .leaving
            return
        }
        session.gate.phase = .leaving
        session.directories = []
        session.longAnswers.removeAll()
        roster.remove(session)
        guard online.remove(session.address, session.device, of: session.user) else { return }
        counters.sessions.subtract(1)
        announceClosed(session)
        presenceChanged(session.user, left: session.device)
    }

    func close(_ session: Session, because reason: SessionGate.Reason) {
        counters.closed(reason)
        shared.log.info(
            "client_closed", "closed a client that broke a rule",
            [
                "trace": .string(session.trace), "peer": .string(session.peer.description),
                "reason": .string(reason.rawValue),
            ])
        leave(session)
        session.close(because: reason == .tooFast ? .tooFast : .badPacket)
    }

    func refusedFrame(_ session: Session) {
        counters.badFrames.add()
        leave(session)
    }

    func timedOut(_ session: Session) {
        if session.silentUntil == nil { counters.timeouts.add() }
        tellUnheard(session)
        leave(session)
    }

    // MARK: Packets

    func received(_ header: PDUHeader, _ body: RawSpan, from session: Session) -> Handling {
        counters.packets.add()
        let (budgets, inForce, now) = (shared.budgets, inForce, loop.now)
        let user = session.user
        let verdict = session.gate.judge(header, inForce.limits, at: now) {
            budgets.take($0, byteCount: Int(header.length), of: user, inForce.limits, at: now)
        }
        switch verdict {
        case .handle(let command):
            if command.needsSlot, Int(header.length) > inForce.limits.smallQuestionBytes {
                let weight = Int(header.length) * inForce.limits.questionWeight
                budgets.charge(weight, to: user, inForce.limits, at: now)
            }
            return handle(command, header, body, session)
        case .drop:
            counters.dropped.add()
            return ignored(session)
        case .later(let wait):
            counters.throttled.add()
            return .later(wait)
        case .afterAnswers:
            counters.throttled.add()
            session.isHeldUp = true
            return .later(nil)
        case .close(let reason):
            close(session, because: reason)
            return .closed
        }
    }

    private func handle(_ command: Command, _ header: PDUHeader, _ body: RawSpan, _ session: Session) -> Handling {
        do {
            let slot = command.needsSlot && session.isOnline ? RequestSlot(session) : nil
            try execute(command, Request(session: session, sequence: header.sequence, slot: slot), body)
            return .taken
        } catch {
            return badBody(session)
        }
    }

    /// A connection that was left open after its session is closed when it goes on for long.
    private func ignored(_ session: Session) -> Handling {
        guard session.silentUntil != nil else { return .taken }
        session.ignored += 1
        guard session.ignored > limits.maxIgnored else { return .taken }
        session.close(because: .kicked)
        return .closed
    }

    private func badBody(_ session: Session) -> Handling {
        counters.badBodies.add()
        guard session.isOnline else {
            close(session, because: .meaningless)
            return .closed
        }
        if case .close(let reason) = session.gate.noteMeaningless(limits, at: loop.now) {
            close(session, because: reason)
            return .closed
        }
        return .taken
    }
}

/// Who asked, and under which number the answer goes back.
struct Request {
    let session: Session
    let sequence: UInt16
    /// Given back when nobody works on the request any more.
    let slot: RequestSlot?

    var user: UserID { session.user }
}
