public import Primitives
public import TalkProtocol
public import WebSocket

/// The limits that hold now, by reference: the whole is too large to be copied for each packet.
final class LimitsInForce: Sendable {
    let limits: GatewayLimits

    init(_ limits: GatewayLimits) {
        self.limits = limits
    }
}

/// The bounds of client connections, as configured.
public struct GatewayLimits: Sendable {
    public var maxConnections = 100_000
    public var newcomersPerAddress = 20
    public var newcomers = 2_000
    /// Longest packet before the login, and after it.
    public var maxPDUBeforeLogin = 8 << 10
    public var maxPDU = 512 << 10
    public var firstByteDeadline: Duration = .seconds(10)
    public var loginDeadline: Duration = .seconds(15)
    /// From the first byte of a packet to its last.
    public var packetDeadline: Duration = .seconds(30)
    public var idlePC: Duration = .seconds(120)
    public var idleMobile: Duration = .seconds(300)
    /// Without a request of a session over HTTP.
    public var idlePoll: Duration = .seconds(60)
    public var messages = TokenBucket.Limit(rate: 20, burst: 40)
    /// Bytes of messages: each is stored, and pushed to whoever it is for. At once as much as a receiver's output queue
    /// takes, so that nobody is closed as a slow reader for what one user sends.
    public var messageBytes = TokenBucket.Limit(rate: 256 * 1024, burst: 512 << 10)
    public var requests = TokenBucket.Limit(rate: 50, burst: 100)
    /// All users, all departments.
    public var directories = TokenBucket.Limit(rate: 1, burst: 4)
    public var profileChanges = TokenBucket.Limit(rate: 1, burst: 5)
    public var groupChanges = TokenBucket.Limit(rate: 2, burst: 20)
    public var calls = TokenBucket.Limit(rate: 0.2, burst: 10)
    public var relayPasses = TokenBucket.Limit(rate: 1, burst: 10)
    /// Bytes of answers: what pictures of the past cost the database and the network.
    public var answerBytes = TokenBucket.Limit(rate: 512 * 1024, burst: 8 << 20)
    /// Answers below this are not counted.
    public var smallAnswerBytes = 4 << 10
    /// A question beyond so many bytes is charged, as if its answer had so many times its size: the database looks for
    /// each key that stands in it, also for those that it does not find.
    public var smallQuestionBytes = 1 << 10
    public var questionWeight = 8
    /// Requests of a session that the database is asked about at a time.
    public var maxUnderWay = 2
    /// What a session says it has received: as much as anybody is pushed, and of that what is kept for `MessageTrace`.
    public var receipts = TokenBucket.Limit(rate: 5_000, burst: 10_000)
    public var notedReceipts = TokenBucket.Limit(rate: 100, burst: 1_000)
    /// A client that would have to wait longer than this for its next packet is closed.
    public var maxThrottle: Duration = .seconds(2)
    /// Packets before the login that are dropped before the connection is closed.
    public var maxPacketsBeforeLogin = 3
    /// Packets within a minute that mean nothing: unknown commands, bodies that cannot be read.
    public var maxMeaningless = 10
    /// Packets of a client whose session has ended.
    public var maxIgnored = 100
    public var maxTextBytes = 16 << 10
    public var maxAudioBytes = 390_000
    /// Groups that a user has made and that have not ended, whoever has them now.
    public var groupsPerCreator = 200
    public var maxNameBytes = 64
    public var maxTokenBytes = 256
    public var maxCommandTextBytes = 4 << 10
    /// Users or groups in one question; who asks for more gets no answer.
    public var maxAsked = 20_000
    /// Read from the database at once.
    public var usersPerRead = 1_000
    public var groupsPerRead = 100
    /// Statuses that are looked up in one turn of the loop.
    public var statusesPerTurn = 4_000
    public var maxMessageIDs = 1_000
    public var maxHistory = 100
    /// Conversations in a list: the newest ones.
    public var maxSessions = 20_000
    /// Longest answer: above 409,600 bytes Android drops the connection.
    public var maxAnswerBytes = 400_000
    /// Of message bodies in one answer; the rest is for what is said about each.
    public var maxHistoryBytes = 394_000
    /// Every connection begins with a header of the PROXY protocol.
    public var expectsProxyHeader = false
    /// Whose pages may open WebSockets.
    public var origins = WebSocketOrigins.sameHost
    /// From one ping to the next on a WebSocket.
    public var pingInterval: Duration = .seconds(25)
    /// How long a request of a session over HTTP waits for packets.
    public var pollHold: Duration = .seconds(25)
    /// Oldest version that may log in, by kind of client.
    public var minVersions: [ClientType: ClientVersion] = [:]

    public init() {}
}

/// Dotted numbers inside whatever a client calls itself: `1.0.0`, `win_10086`, `MAC/1.2-3`.
public struct ClientVersion: Comparable, Sendable {
    private let numbers: [UInt32]

    public init(_ text: String) {
        numbers = text.split { !("0"..."9" ~= $0) }.prefix(6).map { UInt32($0) ?? .max }
    }

    public static func < (left: ClientVersion, right: ClientVersion) -> Bool {
        for index in 0..<max(left.numbers.count, right.numbers.count) {
            let (one, other) = (
                index < left.numbers.count ? left.numbers[index] : 0,
                index < right.numbers.count ? right.numbers[index] : 0
            )
            if one != other { return one < other }
        }
        return false
    }
}
