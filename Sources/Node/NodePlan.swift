import ClientGateway
import Conversations
import Accounts
import Crypto
import DBProxy
import Log
import Primitives
import Reactor
import Settings
import TalkProtocol

/// The addresses a node listens on.
struct NodePorts: Sendable {
    var client: SocketAddress
    var http: SocketAddress
    var admin: SocketAddress
}

/// The configuration in the terms of the parts that use it.
struct NodePlan: Sendable {
    let name: String
    let loops: Int
    let ports: NodePorts
    let advertised: (host: String, port: UInt16)?
    /// Of the public HTTP; empty: however clients reach it.
    let publicURL: String
    var database: Database.Configuration
    let redis: RedisPlace?
    let cacheSeal: CacheSeal
    /// As it was at the start.
    let tuning: NodeTuning
    var limits: GatewayLimits { tuning.limits }
    let failedLoginsPerMinute: Int
    /// Of each port.
    let httpConnections: Int
    let acceptsPerSecond: Int
    let credentialKey: [UInt8]
    /// Names wrong secrets in the database.
    let wrongSecretKey: [UInt8]
    let cluster: ClusterPlan
    /// `nil`: no pictures and files.
    let media: MediaPlan?
    /// `nil`: messages are not reviewed.
    let review: ReviewPlan?
    let administration: AdministrationPlan

    init(_ configuration: Configuration) throws {
        name = configuration[NodeSettings.name]
        let given = configuration[NodeSettings.loops]
        loops = given == 0 ? SystemFacts.coreCount : given
        ports = NodePorts(
            client: try Self.resolve(NodeSettings.clientListen, configuration),
            http: try Self.resolve(NodeSettings.httpListen, configuration),
            admin: try Self.resolve(NodeSettings.adminListen, configuration))
        advertised = configuration[NodeSettings.clientAdvertise].map { ($0.host, $0.port) }
        publicURL = configuration[NodeSettings.httpAdvertise]
        guard let address = try? PostgresAddress(configuration[NodeSettings.postgres]) else {
            throw Node.Failure.badDatabaseAddress
        }
        var database = Database.Configuration(address: address, applicationName: "grapevine-\(name)")
        database.queryConnections = configuration[NodeSettings.postgresQueries]
        database.appendConnections = configuration[NodeSettings.postgresAppends]
        self.database = database
        do { redis = try RedisPlace(configuration) } catch { throw Node.Failure.badRedis(error) }
        cacheSeal = CacheSeal(secret: [UInt8](configuration[NodeSettings.clusterSecret].utf8))
        media = try MediaPlan(configuration)
        review = try ReviewPlan(configuration)
        failedLoginsPerMinute = configuration[NodeSettings.failedLogins]
        var tuning = try NodeTuning(configuration, loops: loops)
        let wanted = configuration[NodeSettings.httpConnections]
        let files = FileBudget(
            files: SystemFacts.openFileLimits.soft,
            wanted: (tuning.limits.maxConnections, tuning.limits.newcomers, wanted), loops: loops,
            connections: database.connections + (redis == nil ? 0 : 2)
                + (review == nil ? 0 : MessageReview.maxConnections), httpPorts: media == nil ? 2 : 3)
        tuning.limits.maxConnections = files.clients
        tuning.limits.newcomers = files.newcomers
        self.tuning = tuning
        httpConnections = files.http
        acceptsPerSecond = max(1, configuration[NodeSettings.acceptRate] / loops)
        cluster = try ClusterPlan(configuration)
        administration = AdministrationPlan(configuration)
        let secret = [UInt8](configuration[NodeSettings.clusterSecret].utf8)
        credentialKey = HMACSHA256.code([UInt8]("grapevine credential cache".utf8).rawBytes, key: secret.rawBytes)
        wrongSecretKey = HMACSHA256.code([UInt8]("grapevine wrong secrets".utf8).rawBytes, key: secret.rawBytes)
    }

    /// One loop for each core, behind them one for the other nodes, and one for pictures and files.
    func loopGroup(seed: UInt64) -> LoopGroup.Configuration {
        var group = LoopGroup.Configuration(seed: seed)
        group.loops = loops + 1 + (media == nil ? 0 : 1)
        // The connections that the limits allow, and some that are being closed.
        group.maxConnectionsPerLoop = limits.maxConnections + limits.newcomers + 3 * httpConnections + 10_000
        return group
    }

    /// Says it where fewer clients can be had than are wanted.
    func tellLimits(wanted: Int, to log: Logger) {
        guard limits.maxConnections < wanted else { return }
        log.warn(
            "files_limited", "the limit of open files is below limits.connections",
            [
                "files": .int(SystemFacts.openFileLimits.soft), "clients": .int(limits.maxConnections),
                "wanted": .int(wanted), "http": .int(httpConnections),
            ])
    }

    static func resolve(_ setting: Setting<HostPort>, _ configuration: Configuration) throws -> SocketAddress {
        let place = configuration[setting]
        guard let address = NameResolver.resolveNow(place.host, port: place.port).first else {
            throw Node.Failure.badAddress(setting: setting.name, place.settingText)
        }
        return address
    }
}
