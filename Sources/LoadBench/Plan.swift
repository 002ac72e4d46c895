import Reactor
public import Settings
public import TalkProtocol

/// Everything that a run is to do.
public struct Plan: Sendable {
    public enum Load: Equatable, Sendable {
        /// Users who log in and stay.
        case connections(count: Int)
        /// Users in pairs that write to each other; with `isOneWay` the first of each writes to the second.
        case pairs(count: Int, isOneWay: Bool)
        /// New groups of users of their own; the first `senders` of each group write.
        case groups(count: Int, members: Int, senders: Int)
    }

    public enum Pace: Equatable, Sendable {
        /// Messages per second of all senders together, whatever the server does.
        case rate(Double)
        /// Each sender has this many messages unacknowledged, as fast as the server goes.
        case window(Int)
    }

    /// How clients find their server: at least one address.
    public enum Target: Equatable, Sendable {
        /// They ask one of these with `GET /msg_server`, at each login.
        case lookUp([HostPort])
        case direct([HostPort])
    }

    public enum Transport: String, Sendable {
        case native, ws, tls, wss
        /// To public HTTP ports, which are the targets then.
        case poll

        var isWebSocket: Bool { self == .ws || self == .wss }
        var isSealed: Bool { self == .tls || self == .wss }
    }

    public var load: Load
    public var target: Target
    public var pace = Pace.window(1)
    /// Logins per second; `nil` for as fast as they are answered.
    public var loginRate: Double?
    /// Logins that wait for their answer at once, at most.
    public var loginsAtOnce = 64
    /// How long it may take until all users are in, beyond what the rate of logins asks for.
    public var loginTime: Duration = .seconds(30)
    /// Users are called prefix1, prefix2 …
    public var userPrefix = "u"
    public var firstUser = 1
    public var password = ""
    public var clientType = ClientType.android
    public var transport = Transport.native
    /// PEM file of those whose certificates of servers are believed; `nil` for those of the system.
    public var authorities: String?
    public var warmUp: Duration = .seconds(2)
    /// Measured time, after the warm-up.
    public var duration: Duration = .seconds(10)
    /// How long a message may take to everyone who is online, after the last one was sent.
    public var drainTime: Duration = .seconds(5)
    /// Unacknowledged messages are sent again after this time: that of the Windows client.
    public var resendAfter: Duration = .seconds(5)
    public var heartbeatInterval: Duration = .seconds(30)
    /// Bytes of a body, at least `minBodySize`.
    public var bodySize = 128
    /// Bodies are texts as clients write them.
    public var sendsText = false
    /// Sends carry no key, and are repeated with the same sequence number and time.
    public var isLegacy = false
    /// The two users of a pair are on different servers.
    public var isCross = false
    /// Clients come back when they lose their connection during the run.
    public var reconnects = false
    public var sendsReceiveAcks = true
    /// A client says what it has read after this many messages received; 0 for only at the end.
    public var readAckInterval = 100
    /// Histories and unread counts are compared at the end.
    public var verifies = true
    public var loops = 1
    public var seed: UInt64 = 0
    /// Addresses to connect from in turn: one has ports for about 28,000 connections to a server.
    public var sources: [String] = []
    /// A process on this machine whose memory is looked at.
    public var serverProcess: Int32?

    public static let minBodySize = Payload.minByteCount

    public init(_ load: Load, _ target: Target) {
        self.load = load
        self.target = target
    }

    /// Whether `sources` may contain this.
    public static func isAddress(_ text: String) -> Bool {
        SocketAddress(numeric: text, port: 0) != nil
    }

    public var userCount: Int {
        switch load {
        case .connections(let count): count
        case .pairs(let count, _): count * 2
        case .groups(let count, let members, _): count * members
        }
    }

    var senderCount: Int {
        switch load {
        case .connections: 0
        case .pairs(let count, let isOneWay): isOneWay ? count : count * 2
        case .groups(let count, _, let senders): count * senders
        }
    }

    /// Users in one conversation; 0 without conversations.
    var conversationSize: Int {
        switch load {
        case .connections: 0
        case .pairs: 2
        case .groups(_, let members, _): members
        }
    }

    /// How many of a conversation write; they are the first of its users.
    var sendersPerConversation: Int {
        switch load {
        case .connections: 0
        case .pairs(_, let isOneWay): isOneWay ? 1 : 2
        case .groups(_, _, let senders): senders
        }
    }
}
