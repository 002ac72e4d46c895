import Primitives
import Reactor
import ServerLookup
import TLS
import TalkProtocol

/// One loop's share of a run: clients, their conversations, and what they find out.
///
/// Everything happens on the thread of the loop. This file has the state and what the loop calls; what is done about
/// it stands in the extensions.
final class Driver: StreamHandler {
    /// The longest packet that the deployed clients accept.
    static let maxPacket = 409_600

    let loop: EventLoop
    let plan: Plan
    /// Names this run in bodies and keys.
    let run: UInt64
    let coordinator: Coordinator
    let clients: [Client]
    let conversations: [Conversation]
    let senders: [Client]
    let finder: ServerFinder
    let resolver: NameResolver
    let sources: [SocketAddress]
    let codec: BodyCodec
    /// What the client at hand is about to send.
    let output = ScratchWriter(capacity: 64 << 10)
    let key = ScratchWriter(capacity: 16)
    /// The message at hand, in WebSockets.
    let masked = ScratchWriter(capacity: 64 << 10)
    /// Where clients speak TLS.
    let tls: TLSContext?
    /// The MD5 of the password, as clients send it.
    let password: String
    private(set) var service: StreamService?
    /// Where packets travel in requests.
    private(set) var polls: PollWire?

    var stage = Stage.joining
    /// The user wants no more messages to be sent.
    var isStopped = false
    var measures = Measures()
    var findings = Findings()
    /// The instants between which acknowledgements and deliveries count for the report.
    var measured = Instant.never..<Instant.never
    /// What the loop's connections had carried when measuring began.
    var trafficBefore: (sent: Int, received: Int)?
    var pacer: FineTimer?
    var joinsBegan = Instant(nanoseconds: 0)
    var nextJoin = 0
    /// Logins under way.
    var joining = 0
    var online = 0
    /// The latest reason why a client did not get in.
    var problem: RunFailure?
    var schedule: SendSchedule?
    /// The next send of the schedule: which of `senders`, and how many rounds they have made.
    var nextSender = 0
    var round = 0
    /// When the present stage has to end, and when it last got on.
    var stageLimit = Instant.never
    var lastProgress = Instant(nanoseconds: 0)
    var nextSweep = Instant(nanoseconds: 0)
    /// Seconds since 1970 at `epoch`.
    private let epochTime: UInt32
    private let epoch: Instant

    init(
        _ loop: EventLoop, _ coordinator: Coordinator, run: UInt64, _ resolver: NameResolver, _ tls: TLSContext?,
        password: String
    ) throws {
        self.tls = tls
        self.loop = loop
        self.coordinator = coordinator
        self.run = run
        self.resolver = resolver
        self.password = password
        plan = coordinator.plan
        let cast = Cast(coordinator.plan, loop: loop.index)
        clients = cast.clients
        conversations = cast.conversations
        senders = cast.clients.filter { $0.senderNumber != nil }
        sources = plan.sources.compactMap { SocketAddress(numeric: $0, port: 0) }
        codec = try BodyCodec(byteCount: plan.bodySize, asText: plan.sendsText)
        finder = ServerFinder(loop, isDirect: plan.target.isDirect || plan.transport == .poll)
        epochTime = Machine.unixTime
        epoch = loop.now
        var limits = StreamLimits()
        limits.maxOutputBytes = 64 << 20
        limits.maxOutputFrames = 1 << 20
        limits.maxStall = .seconds(60)
        // In any case, as this is also what keeps the driver.
        let own = loop.register(self, limits: limits)
        polls = plan.transport == .poll ? PollWire(self, on: loop, limits: limits) : nil
        service = polls?.service ?? own
        pacer = try FineTimer(on: loop) { [unowned self] in pace() }
    }

    var unixTime: UInt32 { epochTime &+ UInt32(truncatingIfNeeded: (loop.now - epoch).components.seconds) }

    /// Messages in this moment count for the report.
    var isMeasuring: Bool { measured.contains(loop.now) }

    func drained(_ connection: ConnectionHandle) {}

    func deadlinePassed(_ connection: ConnectionHandle) {
        guard let client = client(of: connection) else { return }
        alarmRang(client)
        flush(client)
    }

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard let client = client(of: connection) else { return }
        lost(client, reason)
    }

    /// `nil` for a connection that its client has given up.
    func client(of connection: ConnectionHandle) -> Client? {
        let client = clients[Int(loop.tag(of: connection))]
        return client.connection == connection ? client : nil
    }

    func received(_ header: PDUHeader, _ body: RawSpan, _ client: Client) {
        switch Command(rawValue: header.command) {
        case .msgData: received(message: body, client)
        case .msgDataAck: received(ack: body, header.sequence, client)
        case .loginRes: received(loginAnswer: body, client)
        case .heartBeat: receivedHeartbeat(client)
        case .kickUser: receivedKick(client)
        case .getMsgListRsp, .getMsgByIdRsp, .unreadMsgCntRsp, .getLatestMsgIdRsp, .groupCreateRsp:
            guard client.question?.sequence == header.sequence else { return }
            client.question = nil
            received(answer: body, to: Command(rawValue: header.command), client)
        default: break
        }
    }
}

extension Plan.Target {
    var isDirect: Bool {
        switch self {
        case .direct: true
        case .lookUp: false
        }
    }
}
