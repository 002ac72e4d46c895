import Accounts
public import Blobs
import ClientGateway
import Conversations
import DBProxy
import HTTPServer
public import Log
import Membership
import Metrics
import Presence
import NodeAdmin
public import Primitives
public import Reactor
public import S3
public import Settings
import Synchronization
public import TLS
import TalkProtocol

/// A running node: the loops and everything on them.
///
/// The only place that knows all parts; they know each other only through what is handed to them here.
public final class Node: Sendable {
    public enum Failure: Error, CustomStringConvertible {
        case badAddress(setting: String, String)
        case badDatabaseAddress
        case badRedis(TLSError)
        case badMinVersion(String)
        /// The certificate and the key of a listener: they cannot be used, or do not belong together.
        case badIdentity(setting: String, TLSError)
        case halfIdentity(certificate: String, key: String)
        case badJoin(String)
        case badMediaFolder(String, DirectoryStore.Failure)
        case badBucket(S3Endpoint.Fault)
        case badBucketAuthorities(TLSError)
        case noBucketKey
        /// Pictures and files are to lie in a bucket.
        case noBucket
        case noRelaySecret
        case badReviewURL
        case noReviewSecret
        case badReviewAuthorities(TLSError)
        case noClusterAddress
        case noNumber
        /// Another program has the port, or the address is none of this machine.
        case cannotListen(setting: String, SocketAddress, SystemError)

        public var description: String {
            switch self {
            case .badAddress(let setting, let text): "\(setting): nothing is known at \(text)"
            case .badDatabaseAddress: "postgres.dsn is no connection string of libpq"
            case .badRedis(let error): "redis.tls: \(error)"
            case .badIdentity(let setting, let error): "\(setting): \(error)"
            case .halfIdentity(let certificate, let key): "\(certificate) and \(key) are given together, or not at all"
            case .badMinVersion(let text): "client.min_version: expected kind=version, got \(text)"
            case .badJoin(let text): "cluster.join: expected host:port, got \(text)"
            case .badMediaFolder(let folder, let failure): "media.folder: \(folder): \(failure)"
            case .badBucket(let fault): "\(fault.setting) \(fault)"
            case .badBucketAuthorities(let error): "media.s3.tls_authorities: \(error)"
            case .noBucketKey: "media.s3.url needs media.s3.access_key and media.s3.secret"
            case .noBucket: "media.store = s3 needs media.s3.url"
            case .noRelaySecret: "calls.turn_urls needs calls.turn_secret"
            case .badReviewURL: "review.url must be as https://host:port/path"
            case .noReviewSecret: "review.url needs review.secret"
            case .badReviewAuthorities(let error): "review.tls_authorities: \(error)"
            case .noClusterAddress: "cluster.advertise must say where others reach this node: gossip.listen does not"
            case .cannotListen(let setting, let address, let error):
                "\(setting): cannot listen on \(address): \(error)"
            case .noNumber: "the database issued no number for this node"
            }
        }
    }

    /// Binds what a setting names.
    static func bind<Bound>(
        _ setting: String, _ address: SocketAddress, _ body: (SocketAddress) throws(SystemError) -> Bound
    ) throws(Failure) -> Bound {
        do throws(SystemError) {
            return try body(address)
        } catch {
            throw .cannotListen(setting: setting, address, error)
        }
    }

    public let clientAddress: SocketAddress
    public let httpAddress: SocketAddress
    public let adminAddress: SocketAddress
    /// `nil`: it takes no pictures and files.
    public let mediaAddress: SocketAddress?
    public let filesAddress: SocketAddress?

    private let group: LoopGroup
    private let workers: WorkerPool
    private let resolvers: WorkerPool
    private let disk: WorkerPool?
    let state: NodeState
    let plan: NodePlan
    let log: Logger

    /// Whether a node could start with this configuration, as far as can be said without a database.
    public static func check(_ configuration: Configuration) throws {
        _ = try NodePlan(configuration)
        _ = try ListenerTLS(configuration, wallClock: { UnixTime(milliseconds: 0) })
    }

    /// Starts the node and returns when it listens on all its ports. The schema must be there (`Migrator`).
    ///
    /// - Parameter fenced: called when a later life of this node, of the epoch given, is in the cluster. The process
    ///   must end at once.
    public init(
        _ configuration: Configuration, log: Logger, wallClock: @escaping @Sendable () -> UnixTime,
        fenced: @escaping @Sendable (UInt64) -> Void
    ) throws {
        let (plan, registry) = try Self.plan(configuration)
        self.plan = plan
        self.log = log
        plan.tellLimits(wanted: configuration[NodeSettings.maxConnections], to: log)
        let life = try registry.enlist(plan.name)
        guard let node = NodeID(rawValue: life.number), let epoch = NodeEpoch(rawValue: life.epoch) else {
            throw Failure.noNumber
        }
        let loops = plan.loops
        workers = try WorkerPool(name: "kdf", threads: max(1, loops), capacity: 2_048, isModest: true)
        resolvers = try WorkerPool(name: "dns", threads: 1, capacity: 64)
        let (presence, online) = (PresenceTable(own: Peer(node, epoch)), OnlineSessions())
        let state = NodeState(
            plan, presence, online, try ListenerTLS(configuration, wallClock: wallClock), log: log)
        self.state = state
        state.observeCluster()
        let ports = Mutex(plan.ports)
        let mediaPorts = Mutex<(media: SocketAddress, files: SocketAddress)?>(nil)
        let shared = Self.shared(plan, online, ClusterView(presence), log, wallClock)
        let failures = FailedLogins(perMinute: plan.failedLoginsPerMinute)
        state.observe(failures)
        let (workers, resolver) = (workers, NameResolver(pool: resolvers))
        let derivations = Derivations(workers)
        let disk = plan.media == nil ? nil : try WorkerPool(name: "disk", threads: 2, capacity: 1_000)
        self.disk = disk
        group = try LoopGroup(plan.loopGroup(seed: state.seed)) { loop in
            if loop.index == loops {
                _ = try ClusterLoop(
                    loop, plan, shared, resolver: resolver, state: state
                ) { epoch in
                    try? registry.remember(plan.name, epoch)
                    fenced(epoch)
                }
                return
            }
            if let media = plan.media, let disk, loop.index == loops + 1 {
                let parts = try MediaLoop(
                    loop, plan, media, state, disk: disk, resolver: resolver, wallClock: wallClock)
                mediaPorts.withLock { $0 = (parts.address, parts.filesAddress) }
                return
            }
            let parts = NodeLoop(
                loop, plan, shared, failures: failures, derivations: derivations, workers: workers,
                resolver: resolver, state: state, wallClock: wallClock)
            // The first loop may choose the ports; the others listen on the same ones.
            let bound = try parts.listen(on: ports.withLock { $0 })
            ports.withLock { $0 = bound }
        }
        let bound = ports.withLock { $0 }
        clientAddress = bound.client
        httpAddress = bound.http
        adminAddress = bound.admin
        let media = mediaPorts.withLock { $0 }
        (mediaAddress, filesAddress) = (media?.media, media?.files)
        state.started(
            advertising: plan.advertised ?? (bound.client.hostText, bound.client.port), httpPort: bound.http.port,
            mediaPort: media?.media.port ?? 0, filesPort: media?.files.port ?? 0)
        log.info(
            "node_started", "the node serves clients",
            [
                "client": .string(clientAddress.description), "http": .string(httpAddress.description),
                "admin": .string(adminAddress.description), "loops": .int(loops),
            ])
    }

    private static func shared(
        _ plan: NodePlan, _ online: OnlineSessions, _ cluster: ClusterView, _ log: Logger,
        _ wallClock: @escaping @Sendable () -> UnixTime
    ) -> Gateway.Shared {
        Gateway.Shared(
            online: online, cluster: cluster,
            census: Census(
                maxNewcomers: plan.limits.newcomers, perAddress: plan.limits.newcomersPerAddress,
                arrivalsPerSecond: plan.acceptsPerSecond * plan.loops),
            displacements: Displacements(), loops: plan.loops, queuesPerLoop: plan.database.appendConnections, log: log,
            wallClock: { UInt32(clamping: wallClock().milliseconds / 1000) })
    }

    /// The configuration, and the database that is there now.
    private static func plan(_ configuration: Configuration) throws -> (NodePlan, NodeRegistry) {
        var plan = try NodePlan(configuration)
        let registry = try NodeRegistry(plan.database.address)
        plan.database.admission = DatabaseAdmission(registry.server)
        return (plan, registry)
    }

    /// Whether the node takes users, as `/readyz` says.
    public var isReady: Bool { state.obstacles().isEmpty }

    /// Other nodes of the cluster that this one is connected with.
    public var peerCount: Int { state.peerCount }

    /// The metrics page.
    public func metrics() -> String {
        String(decoding: state.metrics(), as: UTF8.self)
    }

    /// Ends the node at once: connections are closed, what was not committed is not acknowledged.
    public func stop() {
        group.stop()
        workers.stop()
        resolvers.stop()
        disk?.stop()
    }
}
