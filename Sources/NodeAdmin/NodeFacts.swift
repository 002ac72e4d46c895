/// What the HTTP faces of a node ask it. Called on any loop.
public protocol NodeFacts: AnyObject, Sendable {
    /// Why the node should get no new users now; empty when it should.
    func obstacles() -> [Obstacle]

    /// What keeps working less well than it should, without being a reason to stay away.
    func impairments() -> [Obstacle]

    /// Where a client should connect.
    /// - Parameter isLocal: it is on this machine, where a loopback address leads to the node.
    func assignment(isLocal: Bool) -> Assignment

    /// All that take clients, of those that would do.
    func servers(isLocal: Bool) -> [(host: String, port: UInt16)]

    /// The host that clients are told.
    var clientHost: String { get }

    /// The public HTTP port at that host.
    var publicURL: String { get }

    /// Where clients bring and get pictures, with `/` at its end; empty: nowhere.
    /// - Parameter isLocal: as of `assignment`.
    func mediaURL(isLocal: Bool) -> String

    /// The metrics page; who asks again and again gets the same one for a moment.
    func scrape() -> [UInt8]

    /// The next users who are on this node, by number.
    func sessions(after user: UInt32, limit: Int) -> [(user: UInt32, sessions: [LocalSession])]

    var version: NodeVersion { get }
}

/// A reason, for programs and for people.
public struct Obstacle: Equatable, Sendable {
    public let code: String
    public let message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// A session that this node holds.
public struct LocalSession: Sendable {
    /// `pc` or `mobile`.
    let device: String
    let clientType: Int
    let status: Int
    let login: Int
    let seconds: Int

    /// - Parameter seconds: since its login.
    public init(device: String, clientType: Int, status: Int, login: Int, seconds: Int) {
        self.device = device
        self.clientType = clientType
        self.status = status
        self.login = login
        self.seconds = seconds
    }
}

public enum Assignment: Equatable, Sendable {
    case server(host: String, port: UInt16)
    case full
    case none
    /// The servers that take clients are known by loopback addresses, where the client would find its own machine.
    case local
}

public struct NodeVersion: Equatable, Sendable {
    public let version: String
    public let node: String
    public let schema: Int32

    public init(version: String, node: String, schema: Int32) {
        self.version = version
        self.node = node
        self.schema = schema
    }
}
