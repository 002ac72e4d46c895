import ClientGateway
import Conversations
import Accounts
import Crypto
import DBProxy
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
    let database: Database.Configuration
    let redis: HostPort?
    let limits: GatewayLimits
    let logins: LoginService.Limits
    let failedLoginsPerMinute: Int
    /// Of each port.
    let httpConnections: Int
    let acceptsPerSecond: Int
    /// Clients per second.
    let drainRate: Int
    let drainLimit: Duration
    let credentialKey: [UInt8]
    let cluster: ClusterPlan
    let administration: AdministrationPlan

    init(_ configuration: Configuration) throws {
        name = configuration[NodeSettings.name]
        let wanted = configuration[NodeSettings.loops]
        loops = wanted == 0 ? SystemFacts.coreCount : wanted
        ports = NodePorts(
            client: try Self.resolve(NodeSettings.clientListen, configuration),
            http: try Self.resolve(NodeSettings.httpListen, configuration),
            admin: try Self.resolve(NodeSettings.adminListen, configuration))
        advertised = configuration[NodeSettings.clientAdvertise].map { ($0.host, $0.port) }
        guard let address = try? PostgresAddress(configuration[NodeSettings.postgres]) else {
            throw Node.Failure.badDatabaseAddress
        }
        var database = Database.Configuration(address: address, applicationName: "grapevine-\(name)")
        database.queryConnections = configuration[NodeSettings.postgresQueries]
        database.lanes = configuration[NodeSettings.postgresLanes]
        self.database = database
        redis = configuration[NodeSettings.redis]
        limits = try Self.limits(configuration)
        var logins = LoginService.Limits()
        logins.acceptsLoadTestPasswords = configuration[NodeSettings.loadTest]
        logins.retryDelay = configuration[NodeSettings.loginRetryDelay]
        let loginRate = Double(configuration[NodeSettings.loginRate]) / Double(loops)
        logins.rate = TokenBucket.Limit(rate: loginRate, burst: max(1, Int(loginRate)))
        self.logins = logins
        failedLoginsPerMinute = configuration[NodeSettings.failedLogins]
        httpConnections = configuration[NodeSettings.httpConnections]
        acceptsPerSecond = max(1, configuration[NodeSettings.acceptRate] / loops)
        drainRate = configuration[NodeSettings.drainRate]
        drainLimit = configuration[NodeSettings.drainLimit]
        cluster = try ClusterPlan(configuration)
        administration = AdministrationPlan(configuration)
        credentialKey = HMACSHA256.code(
            [UInt8]("grapevine credential cache".utf8).rawBytes,
            key: [UInt8](configuration[NodeSettings.clusterSecret].utf8).rawBytes)
    }

    private static func limits(_ configuration: Configuration) throws -> GatewayLimits {
        var limits = GatewayLimits()
        limits.maxConnections = configuration[NodeSettings.maxConnections]
        limits.newcomers = configuration[NodeSettings.newcomers]
        limits.newcomersPerAddress = configuration[NodeSettings.newcomersPerAddress]
        limits.messages = TokenBucket.Limit(
            rate: Double(configuration[NodeSettings.messageRate]), burst: configuration[NodeSettings.messageBurst])
        limits.requests = TokenBucket.Limit(
            rate: Double(configuration[NodeSettings.requestRate]), burst: configuration[NodeSettings.requestBurst])
        limits.maxTextBytes = configuration[NodeSettings.textBytes].bytes
        limits.maxAudioBytes = configuration[NodeSettings.audioBytes].bytes
        limits.firstByteDeadline = configuration[NodeSettings.firstByteDeadline]
        limits.loginDeadline = configuration[NodeSettings.loginDeadline]
        limits.packetDeadline = configuration[NodeSettings.packetDeadline]
        limits.idlePC = configuration[NodeSettings.idlePC]
        limits.idleMobile = configuration[NodeSettings.idleMobile]
        limits.expectsProxyHeader = configuration[NodeSettings.proxyProtocol]
        for part in configuration[NodeSettings.minVersion].split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let kind = ClientType(name: String(pair[0])) else {
                throw Node.Failure.badMinVersion(String(part))
            }
            limits.minVersions[kind] = ClientVersion(String(pair[1]))
        }
        return limits
    }

    static func resolve(_ setting: Setting<HostPort>, _ configuration: Configuration) throws -> SocketAddress {
        let place = configuration[setting]
        guard let address = NameResolver.resolveNow(place.host, port: place.port).first else {
            throw Node.Failure.badAddress(setting: setting.name, place.settingText)
        }
        return address
    }
}

extension ClientType {
    fileprivate init?(name: String) {
        switch name {
        case "windows": self = .windows
        case "mac": self = .mac
        case "ios": self = .ios
        case "android": self = .android
        default: return nil
        }
    }
}
