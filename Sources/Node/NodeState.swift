import ClientGateway
import Cluster
import Conversations
import DBProxy
import Log
import Cluster
import Membership
import Metrics
import NodeAdmin
import Primitives
import Reactor
import Settings
import Synchronization

/// What one loop last said of itself.
struct LoopReport: Sendable {
    var databaseIsReady = false
    /// `nil`: there is none.
    var redisIsReady: Bool?
    var readyConnections = 0
    var databaseLoad = 0
    var waitingSends = 0
    var bufferedBytes = 0
    var connections = 0
    var statistics = Conversations.Statistics()
}

/// What the node as a whole knows of itself: for `/readyz`, `/metrics` and `/msg_server`.
final class NodeState: NodeFacts {
    let registry = MetricsRegistry()
    /// Of the loops' generators.
    let seed: UInt64

    private let plan: NodePlan
    private let log: Logger
    private let reports: Mutex<[LoopReport]>
    private let advertised = Mutex<(host: String, port: UInt16)?>(nil)
    private let wasReady = Atomic<Bool>(false)
    private let cluster = Mutex(Candidates())
    private let sessions = Atomic<Int>(0)
    let clusterReport = Mutex(ClusterReport())
    let presence: PresenceTable

    init(_ plan: NodePlan, _ presence: PresenceTable, log: Logger) {
        self.presence = presence
        self.plan = plan
        self.log = log
        seed = UInt64.random(in: .min ... .max)
        reports = Mutex(Array(repeating: LoopReport(), count: plan.loops))
    }

    func started(advertising address: (host: String, port: UInt16)) {
        advertised.withLock { $0 = address }
    }

    func report(loop: Int, _ report: LoopReport) {
        reports.withLock { $0[loop] = report }
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
        if !reports.allSatisfy(\.databaseIsReady) {
            obstacles.append(
                Obstacle(
                    code: "postgres_unavailable",
                    message: "\(reports.reduce(0) { $0 + $1.readyConnections }) of "
                        + "\(plan.loops * plan.database.connections) connections to "
                        + "\(plan.database.address.summary) are there"))
        }
        let connections = reports.reduce(0) { $0 + $1.connections }
        if connections >= plan.limits.maxConnections {
            obstacles.append(Obstacle(code: "full", message: "\(connections) connections"))
        }
        return obstacles
    }

    func impairments() -> [Obstacle] {
        guard let redis = plan.redis, reports.withLock({ $0.contains { $0.redisIsReady == false } }) else { return [] }
        return [
            Obstacle(
                code: "redis_unavailable",
                message: "no connection to \(redis.settingText): logins and group messages take longer")
        ]
    }

    /// What the other nodes hear of this one.
    func status() -> PeerStatus {
        let address = advertised.withLock { $0 }
        return PeerStatus(
            isReady: address != nil && obstacles().isEmpty, isDraining: false,
            sessionCount: UInt32(clamping: sessions.load(ordering: .relaxed)), clientHost: address?.host ?? "",
            clientPort: address?.port ?? 0)
    }

    func count(sessions count: Int) {
        sessions.store(count, ordering: .relaxed)
        cluster.withLock { $0.setSessions(UInt32(clamping: count)) }
    }

    func report(cluster report: ClusterReport) {
        clusterReport.withLock { $0 = report }
    }

    func reportPeers(_ statuses: [NodeID: PeerStatus]) {
        cluster.withLock { $0.setPeers(statuses) }
    }

    /// Other nodes that speak to this one over the bus.
    var peerCount: Int { cluster.withLock { $0.peerCount } }

    /// The node of the cluster that a client should go to.
    func assignment() -> Assignment {
        let own = status()
        if let best = cluster.withLock({ $0.take(own: own) }) {
            return .server(host: best.clientHost, port: best.clientPort)
        }
        return obstacles().contains { $0.code == "full" } ? .full : .none
    }

    func metrics() -> [UInt8] {
        var page = ByteWriter(capacity: 16 << 10)
        registry.render(into: &page)
        return page.bytes.copied()
    }

    var version: NodeVersion {
        NodeVersion(version: ProductVersion.current, node: plan.name, schema: Migrator.latest)
    }

    /// Puts what a loop and its database count on the metrics page.
    func observe(loop: EventLoop, _ database: Database) {
        let (index, counters) = (loop.index, loop.counters)
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (LoopReport) -> Int) {
            registry.gauge("grapevine_\(name)", help: help) { [self] in Double(reports.withLock { read($0[index]) }) }
        }
        func total(_ name: String, _ help: String, _ read: @escaping @Sendable (Conversations.Statistics) -> Int) {
            registry.counter("grapevine_\(name)", help: help) { [self] in
                UInt64(clamping: reports.withLock { read($0[index].statistics) })
            }
        }
        func counter(_ name: String, _ help: String, _ read: @escaping @Sendable (LoopCounters) -> Int) {
            registry.counter("grapevine_\(name)", help: help) { UInt64(clamping: read(counters)) }
        }
        gauge("postgres_connections", "Connections to PostgreSQL that are there.") { $0.readyConnections }
        gauge("postgres_calls", "Calls to PostgreSQL under way.") { $0.databaseLoad }
        gauge("append_queue_depth", "Messages waiting for their commit.") { $0.waitingSends }
        gauge("buffer_bytes", "Bytes of buffers in use by connections.") { $0.bufferedBytes }
        total("messages_stored_total", "Messages committed by this node.") { $0.stored }
        total("messages_repeated_total", "Sends that had been stored before.") { $0.repeated }
        total("append_batches_total", "Transactions of messages.") { $0.batches }
        total("appends_failed_total", "Transactions of messages that failed or were not answered.") { $0.failedAppends }
        total("append_queue_full_total", "Messages dropped because the queue was full.") { $0.refusedFull }
        total("holes_read_total", "Times messages for pushing were read from the database.") { $0.holesRead }
        counter("loop_turns_total", "Turns of the event loops.") { $0.turns.current }
        counter("accepted_total", "Connections accepted.") { $0.accepted.current }
        counter("accept_pauses_total", "Times accepting was paused.") { $0.acceptPauses.current }
        counter("received_bytes_total", "Bytes from sockets.") { $0.bytesReceived.current }
        counter("sent_bytes_total", "Bytes to sockets.") { $0.bytesSent.current }
        counter("slow_readers_total", "Connections closed because they did not read.") { $0.slowReaders.current }
        counter("congested_turns_total", "Turns in which another loop's mailbox was full.") {
            $0.congestedTurns.current
        }
    }
}
