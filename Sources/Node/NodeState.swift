import Accounts
import ClientGateway
import Cluster
import Conversations
import DBProxy
import HTTPServer
import Log
import Membership
import Metrics
import NodeAdmin
import Presence
import Primitives
import Reactor
import Replication
import Settings
import Synchronization

/// What one loop last said of itself.
struct LoopReport: Sendable {
    var databaseIsReady = false
    /// `nil`: there is none.
    var redisIsReady: Bool?
    /// Why not, once that is known.
    var redisFailure: RedisFailure?
    var readyConnections = 0
    var databaseLoad = 0
    var waitingSends = 0
    /// Of messages that are kept in case the database loses them.
    var keptBytes = 0
    var bufferedBytes = 0
    /// Of clients.
    var connections = 0
    var isDraining = false
    var pendingLogins = 0
    var heldLogins = 0
    var sweptFailures = 0
    var cursors = 0
    var unanswered = 0
    /// Groups whose members are known.
    var knownGroups = 0
    var statistics = Conversations.Statistics()
}

/// Saying goodbye to the other nodes.
final class Farewell: Sendable {
    /// It is to be said.
    let isWanted = Atomic<Bool>(false)
    /// It was said, and has had time to get round.
    let isSaid = Atomic<Bool>(false)
}

/// What the node as a whole knows of itself: for `/readyz`, `/metrics` and `/msg_server`.
final class NodeState: NodeFacts {
    let registry = MetricsRegistry()
    let publicHTTP: HTTPCensus
    let polls = PollNames()
    let botTokens = BotAPI.Tokens()
    let adminHTTP: HTTPCensus
    let mediaHTTP: HTTPCensus
    private let media = Mutex<BlobUpkeep.Report?>(nil)
    /// Of the loops' generators.
    let seed: UInt64
    let startedAt = SystemFacts.now

    let plan: NodePlan
    let doors: ListenerTLS
    /// Ports whose certificates are on the metrics page.
    let observedCertificates = Mutex<Set<String>>([])
    let log: Logger
    let reports: Mutex<[LoopReport]>
    let live: LiveSettings
    let credentials: CredentialCache
    let loginPace = LoginPace()
    private let scrapes = Mutex(PagePace())
    /// Counts how often the loops were told to forget the members of groups.
    let groupEmptyings = Atomic<Int>(0)
    let storage: StorageState
    let lookups = Lookups()
    let others = OtherNodesState()
    private let wasReady = Atomic<Bool>(false)
    private let sessions = Atomic<Int>(0)
    private let order = Mutex<DrainOrder?>(nil)
    let farewell = Farewell()
    let presence: PresenceTable
    /// Of this node.
    let online: OnlineSessions
    /// Of all loops.
    let traces = Mutex<[MessageTrace]>([])

    init(_ plan: NodePlan, _ presence: PresenceTable, _ online: OnlineSessions, _ doors: ListenerTLS, log: Logger) {
        self.doors = doors
        self.online = online
        self.presence = presence
        self.plan = plan
        credentials = CredentialCache(key: plan.credentialKey)
        live = LiveSettings(plan)
        self.log = log
        publicHTTP = HTTPCensus(maxConnections: plan.httpConnections)
        adminHTTP = HTTPCensus(maxConnections: plan.httpConnections)
        mediaHTTP = HTTPCensus(maxConnections: plan.httpConnections)
        seed = UInt64.random(in: .min ... .max)
        storage = StorageState(loops: plan.loops)
        reports = Mutex(Array(repeating: LoopReport(), count: plan.loops))
        observeProcess()
        observeCertificates()
        observeStanding()
        if plan.media != nil { observeMedia() }
    }

    func started(
        advertising address: (host: String, port: UInt16), httpPort: UInt16, mediaPort: UInt16, filesPort: UInt16
    ) {
        lookups.httpPort.store(Int(httpPort), ordering: .relaxed)
        lookups.mediaPort.store(Int(mediaPort), ordering: .relaxed)
        lookups.filesPort.store(Int(filesPort), ordering: .relaxed)
        lookups.advertised.withLock { $0 = address }
    }

    var clientHost: String { lookups.advertised.withLock { $0?.host } ?? "" }

    var publicURL: String {
        let place = HostPort(host: clientHost, port: UInt16(clamping: lookups.httpPort.load(ordering: .relaxed)))
        return "http://\(place.settingText)"
    }

    func report(loop: Int, _ report: LoopReport) {
        let areConnected = reports.withLock { reports in
            reports[loop] = report
            return reports.allSatisfy(\.databaseIsReady)
        }
        storage.health.withLock { $0.connections(areThere: areConnected, at: SystemFacts.now) }
        let ready = obstacles().isEmpty
        if wasReady.exchange(ready, ordering: .relaxed) != ready {
            if ready {
                log.info("node_ready", "the node takes users")
            } else {
                log.warn("node_not_ready", "the node takes no new users", ["reasons": .string(
                    obstacles().map(\.code).joined(separator: " "))])
            }
        }
    }

    func obstacles() -> [Obstacle] {
        let reports = reports.withLock { $0 }
        var obstacles: [Obstacle] = []
        if drainOrder != nil || reports.contains(where: \.isDraining) {
            obstacles.append(Obstacle(code: "draining", message: "its clients are let go"))
        }
        if let obstacle = storageObstacle() { obstacles.append(obstacle) }
        let connections = reports.reduce(0) { $0 + $1.connections }
        if connections >= plan.limits.maxConnections {
            obstacles.append(Obstacle(code: "full", message: "\(connections) connections"))
        }
        return obstacles
    }

    func impairments() -> [Obstacle] {
        var impairments = divisions() + localAddresses + mediaImpairments
        let lost = storage.lost.withLock { $0 }
        if lost.messages > 0 {
            impairments.append(
                Obstacle(
                    code: "messages_lost",
                    message: "the database lost \(lost.messages) acknowledged messages of \(lost.conversations) "
                        + "conversations within a day, and no node had them any more; talkctl verify names them"))
        }
        if let redis = plan.redis, let report = reports.withLock({ $0.first { $0.redisIsReady == false } }) {
            let reason = report.redisFailure.map { " (\($0))" } ?? ""
            impairments.append(
                Obstacle(
                    code: "redis_unavailable",
                    message: "no connection to \(redis.host):\(redis.port)\(reason): "
                        + "logins and group messages take longer"))
        }
        return impairments
    }

    /// What the other nodes hear of this one.
    func status() -> PeerStatus {
        let address = lookups.advertised.withLock { $0 }
        return PeerStatus(
            isReady: address != nil && obstacles().isEmpty, isDraining: drainOrder != nil,
            sessionCount: UInt32(clamping: sessions.load(ordering: .relaxed)), clientHost: address?.host ?? "",
            clientPort: address?.port ?? 0)
    }

    var drainOrder: DrainOrder? { order.withLock { $0 } }

    /// Lets go of all clients; with `nil` takes clients again.
    func drain(_ order: DrainOrder?) {
        guard self.order.withLock({ let before = $0; $0 = order; return before }) != order else { return }
        if let order {
            log.info(
                "node_draining", "the node lets go of its clients",
                ["clients": .int(clientCount), "rate": .int(order.rate)])
        } else {
            log.info("node_undrained", "the node takes clients again")
        }
    }

    /// Clients that are connected.
    var clientCount: Int { reports.withLock { $0.reduce(0) { $0 + $1.connections } } }

    /// Messages that this node has committed.
    var storedMessages: Int { reports.withLock { $0.reduce(0) { $0 + $1.statistics.delivery.stored } } }

    /// Messages that are not committed yet.
    var waitingSends: Int { reports.withLock { $0.reduce(0) { $0 + $1.waitingSends } } }

    func count(sessions count: Int) {
        sessions.store(count, ordering: .relaxed)
        others.candidates.withLock { $0.setSessions(UInt32(clamping: count)) }
    }

    func report(media report: BlobUpkeep.Report) { media.withLock { $0 = report } }

    /// `nil`: this node takes no pictures and files.
    var mediaReport: BlobUpkeep.Report? { media.withLock { $0 } }

    func report(cluster report: ClusterReport) {
        others.report.withLock { $0 = report }
    }

    func reportPeers(_ statuses: [NodeID: PeerStatus]) {
        others.candidates.withLock { $0.setPeers(statuses) }
    }

    /// Another node takes clients.
    var hasSuccessor: Bool { others.candidates.withLock { $0.hasOpenPeer } }

    /// Other nodes that speak to this one over the bus.
    var peerCount: Int { others.candidates.withLock { $0.peerCount } }

    /// The node of the cluster that a client should go to.
    func assignment(isLocal: Bool) -> Assignment {
        let own = status()
        if let best = others.candidates.withLock({ $0.take(own: own, isLocal: isLocal) }) {
            return .server(host: best.clientHost, port: best.clientPort)
        }
        var candidates = others.candidates.withLock { $0 }
        if !isLocal, candidates.take(own: own, isLocal: true) != nil {
            noteTurnedAway()
            return .local
        }
        return obstacles().contains { $0.code == "full" } ? .full : .none
    }

    func servers(isLocal: Bool) -> [(host: String, port: UInt16)] {
        let own = status()
        return others.candidates.withLock { $0.all(own: own, isLocal: isLocal) }
            .map { (host: $0.clientHost, port: $0.clientPort) }
    }

    private func noteTurnedAway() {
        let before = lookups.turnedAway.withLock { let before = $0; $0 = SystemFacts.now; return before }
        if before != nil { return }
        log.warn(
            "client_address_local",
            "a client from elsewhere asked for a server, and all tell addresses where it would find its own machine",
            ["fix": .string("client.advertise, on each node"), "told": .string(clientHost)])
    }

    /// Somebody was turned away lately.
    private var localAddresses: [Obstacle] {
        guard let at = lookups.turnedAway.withLock({ $0 }), SystemFacts.now - at < Self.memory else { return [] }
        return [
            Obstacle(
                code: "client_address_local",
                message: "clients from elsewhere ask for a server, and are turned away: nodes tell \(clientHost), "
                    + "where each client finds its own machine; set client.advertise on each node")
        ]
    }

    /// How long a client that was turned away is told of.
    private static let memory: Duration = .seconds(600)

    func scrape() -> [UInt8] {
        if let page = scrapes.withLock({ $0.page(at: SystemFacts.now) }) { return page }
        let page = metrics()
        scrapes.withLock { $0.keep(page) }
        return page
    }

    /// As they are now.
    func metrics() -> [UInt8] {
        var page = ByteWriter(capacity: 16 << 10)
        registry.render(into: &page)
        return page.bytes.copied()
    }

    var version: NodeVersion {
        NodeVersion(version: ProductVersion.current, node: plan.name, schema: Migrator.latest)
    }
}
