import Accounts
import ClientGateway
import Conversations
import DBProxy
import Directory
import HTTPServer
import Membership
import Metrics
import NodeAdmin
import Presence
import Primitives
import Reactor
import Settings
import Synchronization
import TalkProtocol

/// Everything that one loop of a node runs.
final class NodeLoop {
    private static let healthCheck: Duration = .milliseconds(100)

    private let loop: EventLoop
    private let plan: NodePlan
    private let state: NodeState
    private let database: Database
    private let redis: RedisCache?
    private let logins: LoginService
    private let sweep: LoginFailureSweep?
    private let sessionEnds: SessionEnds?
    private let notificationSweep: NotificationSweep?
    private let presenceReporter: PresenceReporter?
    private let outboxWatch: OutboxWatch?
    private let conversations: Conversations
    private let settlement: LoopSettlement
    private let gateway: Gateway
    private let clients: ClientPort
    private let polls: PollPort
    private let publicHTTP: HTTPService
    private let adminHTTP: HTTPService
    private let lateness: Histogram
    private var checkDue = Instant.never
    private var tunings = 0
    private var groupEmptyings = 0
    private let way: WayToNodes
    private let notices: NoticeSender?
    private let admin: AdminAPI
    private let bots: BotAPI

    init(
        _ loop: EventLoop, _ plan: NodePlan, _ shared: Gateway.Shared, failures: FailedLogins,
        derivations: Derivations, workers: WorkerPool, resolver: NameResolver, state: NodeState,
        wallClock: @escaping @Sendable () -> UnixTime
    ) {
        self.loop = loop
        self.plan = plan
        self.state = state
        database = Database(plan.database, resolver: resolver, on: loop)
        redis = plan.redis.map { RedisCache($0, seal: plan.cacheSeal, resolver: resolver, on: loop) }
        logins = LoginService(
            database, cache: state.credentials, failures: failures, pace: state.loginPace, redis: redis,
            derivations: derivations, digestKey: plan.wrongSecretKey, limits: plan.tuning.logins, on: loop)
        sweep = loop.index == 0 ? LoginFailureSweep(database, olderThan: GuessLimits.memory, on: loop) : nil
        conversations = Conversations(
            database, cache: redis, limits: AppendQueue.Limits(),
            timings: state.conversationTimings(), on: loop)
        settlement = LoopSettlement(database, conversations, state, on: loop)
        lateness = state.lateness()
        gateway = Gateway(
            shared, limits: plan.limits, database: database, logins: logins, conversations: conversations,
            counters: GatewayCounters(state.registry), on: loop)
        sessionEnds = loop.index == 0 ? SessionEnds(database, gateway, on: loop) : nil
        notificationSweep = loop.index == 0 ? NotificationSweep(database, gateway, on: loop) : nil
        presenceReporter = loop.index == 0 ? PresenceReporter(database, shared.cluster.table, on: loop) : nil
        outboxWatch = loop.index == 0 ? OutboxWatch(database, state.registry, on: loop) : nil
        notices = loop.index == 0 ? NoticeSender(database, gateway, log: state.log, on: loop) : nil
        clients = ClientPort(gateway, state.doors.client, on: loop)
        polls = PollPort(gateway, state.polls, on: loop)
        publicHTTP = HTTPService(
            census: state.publicHTTP, door: state.doors.http, wallClock: wallClock, on: loop)
        adminHTTP = HTTPService(census: state.adminHTTP, door: state.doors.admin, wallClock: wallClock, on: loop)
        // The stock clients speak no TLS; nor need probes and Prometheus.
        publicHTTP.plainPaths = ["/msg_server", "/api/discovery"]
        adminHTTP.plainPaths = ["/healthz", "/readyz", "/metrics", "/version"]
        polls.add(to: publicHTTP)
        ServerLookupRoute.add(to: publicHTTP, state, at: plan.publicURL)
        ChatFace.add(to: publicHTTP, state)
        if plan.media != nil {
            // Behind the loop of the other nodes.
            publicHTTP.give(MediaLoop.publicRequests) { plan.loops + 1 }
        }
        AdminFace.add(to: adminHTTP)
        let api = AdminAPI.Shared(
            authority: plan.administration.authority, key: plan.administration.key, version: ProductVersion.current,
            log: state.log)
        way = WayToNodes(gateway, state)
        admin = AdminAPI(adminHTTP, api, database, others: way, on: loop)
        bots = BotAPI(publicHTTP, api, state.botTokens, database, gateway, on: loop)
        state.keep(gateway.trace)
        addPages(workers, api)
        gateway.answerer = { [admin] question, answer in
            admin.answer(String(decoding: question, as: UTF8.self)) { page in
                let bytes = page.bytes
                answer(bytes.count <= Gateway.maxNodeAnswerBytes ? bytes : NodePage.tooLong.bytes)
            }
        }
        gateway.files = { [state] in state.files }
        gateway.relay = plan.tuning.relay
        gateway.reviewer = plan.review.map {
            MessageReview(
                $0, resolver: resolver, counters: ReviewCounters(state.registry), log: state.log,
                wallClock: wallClock, on: loop)
        }
        gateway.lookup = { [state] in IMMsgServRsp(state.assignment(isLocal: $0)) }
        state.observe(loop: loop, database)
        database.reportTroubles { [state] in state.report($0) }
        checkHealth()
    }

    private func addPages(_ workers: WorkerPool, _ shared: AdminAPI.Shared) {
        admin.add(HealthRoutes.all(state) + ClusterRoutes.all(state) + OperationRoutes.all(state))
        admin.add(CacheRoutes.all(state))
        admin.add(AddressRoute.all(state, at: plan.publicURL))
        admin.add(SessionRoute.all(state))
        admin.add(UserRoutes(database, state, workers: workers, on: loop).all)
        admin.add(BotRoutes(database).all + WebhookRoutes(database).all + DepartmentRoutes(database).all)
        let groups = Groups(database) { [gateway] in gateway.announce($0) }
        admin.add(GroupRoutes(database, groups).all)
        LegacyGroupRoutes(appKey: plan.administration.appKey, shared, database, groups).add(to: publicHTTP)
        admin.add(ConversationRoutes(database, state).all + NoticeRoutes(database).all)
        admin.add(BlobRoutes(database).all + BlobMoveRoutes(database, allowed: plan.media?.allowedMove).all)
        admin.add(QuotaRoutes(database, everybody: plan.media?.everybody ?? UserQuota()).all)
        admin.add(DiscoveryRoutes(database).all)
        Registration(plan.administration.registration, shared, database, workers: workers, on: loop)
            .add(to: publicHTTP)
        DiscoveryPage(database, on: loop).add(to: publicHTTP)
        admin.add(AuditRoute(database).all + OutboxRoutes(database).all + CallRoute(database).all)
        admin.add(NodeCommandRoutes(database, state, self).all)
    }

    /// Listens on all ports; returns where it really does.
    func listen(on ports: NodePorts) throws -> NodePorts {
        let service = loop.register(clients, limits: StreamLimits())
        publicHTTP.addUpgrade("/ws", clients.judge) { [loop, clients] connection, peer, unread in
            loop.handOver(connection, to: service, unread: unread.rawBytes)
            clients.take(connection, from: peer)
        }
        let client = try Node.bind(NodeSettings.clientListen.name, ports.client) { address throws(SystemError) in
            try loop.listen(
                on: address, service, acceptsPerSecond: plan.acceptsPerSecond,
                // Who comes through a proxy is known by what that says.
                admits: plan.limits.expectsProxyHeader ? nil : { [gateway] in gateway.admits($0) })
        }
        let http = try Node.bind(NodeSettings.httpListen.name, ports.http) { address throws(SystemError) in
            let stream = loop.register(publicHTTP, limits: StreamLimits())
            loop.receiveMoved(in: stream)
            return try loop.listen(on: address, stream)
        }
        let admin = try Node.bind(NodeSettings.adminListen.name, ports.admin) { address throws(SystemError) in
            try loop.listen(on: address, loop.register(adminHTTP, limits: StreamLimits()))
        }
        return NodePorts(client: client.address, http: http.address, admin: admin.address)
    }

    private func followTuning() {
        let count = state.live.tunings.load(ordering: .acquiring)
        guard count != tunings else { return }
        tunings = count
        let tuning = state.live.tuning.withLock { $0 }
        gateway.limits = tuning.limits
        gateway.relay = tuning.relay
        logins.limits = tuning.logins
    }

    private func followEmptyings() {
        let count = state.groupEmptyings.load(ordering: .acquiring)
        if count != groupEmptyings { conversations.forgetGroups() }
        groupEmptyings = count
    }

    /// Also what keeps this object alive as long as its loop runs.
    private func checkHealth() {
        if checkDue != .never { lateness.record(loop.now - checkDue) }
        checkDue = loop.now + Self.healthCheck
        followTuning()
        followEmptyings()
        settlement.look()
        if loop.index == 0 { state.doors.rotate() }
        var report = LoopReport()
        report.databaseIsReady = database.isReady
        report.redisIsReady = redis?.isReady
        report.redisFailure = redis?.failure
        report.readyConnections = database.readyConnections
        report.databaseLoad = database.load
        report.waitingSends = conversations.depth
        report.keptBytes = conversations.keptByteCount
        report.bufferedBytes = loop.bufferedBytes
        report.connections = gateway.connectionCount
        report.pendingLogins = logins.pending
        report.heldLogins = logins.statistics.held
        report.sweptFailures = sweep?.deleted ?? 0
        report.cursors = conversations.cursorCount
        report.unanswered = conversations.unansweredCount
        report.knownGroups = conversations.groupCount
        report.statistics = conversations.statistics
        gateway.follow(state.drainOrder)
        report.isDraining = gateway.isDraining
        state.report(loop: loop.index, report)
        loop.schedule(after: Self.healthCheck) { [self] in checkHealth() }
    }
}

extension NodeLoop: NodeCommands {
    func drain(node: Int, rate: Int?) -> Bool {
        guard let target = UInt16(exactly: node).flatMap(NodeID.init(rawValue:)) else { return false }
        let order = rate.map { DrainOrder(rate: $0) }
        if target == state.presence.own.node { state.drain(order) } else { gateway.pass(order, to: target) }
        return true
    }

    func end(_ session: SessionRecord, of user: UInt32) {
        guard let node = UInt16(exactly: session.node).flatMap(NodeID.init(rawValue:)) else { return }
        gateway.end(
            UserID(user), session.device == "pc" ? .pc : .mobile, login: LoginEpoch(clamping: Int64(session.login)),
            at: node)
    }
}
