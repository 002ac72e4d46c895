import Accounts
import ClientGateway
import Primitives
import Settings
import TalkProtocol
import WebSocket

/// What can be changed while the node runs.
struct NodeTuning: Sendable {
    var limits: GatewayLimits
    var relay: CallRelay
    var logins: LoginService.Limits
    /// Clients per second.
    var drainRate: Int
    var drainLimit: Duration

    /// - Parameter loops: of clients; they share what is meant for the node.
    init(_ configuration: Configuration, loops: Int) throws {
        limits = try Self.limits(configuration)
        relay = try Self.relay(configuration)
        logins = LoginService.Limits()
        logins.acceptsLoadTestPasswords = configuration[NodeSettings.loadTest]
        logins.guesses.retryDelay = configuration[NodeSettings.loginRetryDelay]
        let loginRate = Double(configuration[NodeSettings.loginRate]) / Double(loops)
        logins.rate = TokenBucket.Limit(rate: loginRate, burst: max(1, Int(loginRate)))
        drainRate = configuration[NodeSettings.drainRate]
        drainLimit = configuration[NodeSettings.drainLimit]
    }

    private static func relay(_ configuration: Configuration) throws(Node.Failure) -> CallRelay {
        let urls = RelayURL.all(in: configuration[NodeSettings.turnURLs]) ?? []
        let secret = configuration[NodeSettings.turnSecret]
        guard urls.isEmpty || !secret.isEmpty else { throw .noRelaySecret }
        return CallRelay(
            urls: urls.map(\.text), secret: secret, lifetime: configuration[NodeSettings.turnLifetime])
    }

    private static func limits(_ configuration: Configuration) throws -> GatewayLimits {
        var limits = GatewayLimits()
        limits.maxConnections = configuration[NodeSettings.maxConnections]
        limits.newcomers = configuration[NodeSettings.newcomers]
        limits.newcomersPerAddress = configuration[NodeSettings.newcomersPerAddress]
        limits.messages = TokenBucket.Limit(
            rate: Double(configuration[NodeSettings.messageRate]), burst: configuration[NodeSettings.messageBurst])
        let messageBytes = configuration[NodeSettings.messageBytes].bytes
        limits.messageBytes = TokenBucket.Limit(rate: Double(messageBytes), burst: 2 * messageBytes)
        limits.requests = TokenBucket.Limit(
            rate: Double(configuration[NodeSettings.requestRate]), burst: configuration[NodeSettings.requestBurst])
        let groupChanges = configuration[NodeSettings.groupChanges]
        limits.groupChanges = TokenBucket.Limit(rate: Double(groupChanges), burst: 10 * groupChanges)
        limits.groupsPerCreator = configuration[NodeSettings.groupsPerCreator]
        limits.maxTextBytes = configuration[NodeSettings.textBytes].bytes
        limits.maxAudioBytes = configuration[NodeSettings.audioBytes].bytes
        limits.firstByteDeadline = configuration[NodeSettings.firstByteDeadline]
        limits.loginDeadline = configuration[NodeSettings.loginDeadline]
        limits.packetDeadline = configuration[NodeSettings.packetDeadline]
        limits.idlePC = configuration[NodeSettings.idlePC]
        limits.idleMobile = configuration[NodeSettings.idleMobile]
        limits.pingInterval = configuration[NodeSettings.pingInterval]
        limits.pollHold = configuration[NodeSettings.pollHold]
        limits.idlePoll = configuration[NodeSettings.idlePoll]
        if let origins = WebSocketOrigins(configuration[NodeSettings.origins]) { limits.origins = origins }
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
