/// What the pages about the cluster ask the node. Called on any loop; answers are some hundred milliseconds old.
public protocol ClusterFacts: AnyObject, Sendable {
    /// All nodes that this one knows of, itself first.
    func nodes() -> [NodeRecord]

    /// Its connections to the others.
    func buses() -> [BusRecord]

    /// The sessions of a user, on all nodes.
    func sessions(of user: UInt32) -> [SessionRecord]
}

/// A node as this one sees it.
public struct NodeRecord: Sendable {
    public var id: Int
    /// Empty when only its number is known.
    public var name: String
    public var epoch: Int
    public var incarnation: Int
    /// `alive`, `suspect`, `dead` or `left`; of nodes that only the database knows `missing`, or `unheard` if it takes
    /// them for alive.
    public var state: String
    /// For gossip; empty when unknown.
    public var address: String
    public var millisecondsInState: Int
    public var flaps: Int
    /// Numbers of the nodes that accuse it.
    public var accusers: [Int]
    public var isSelf: Bool
    public var isLinked: Bool
    /// What it says of itself; `nil` without a link.
    public var status: Status?
    /// What this node has of its sessions; `nil`: nothing. Nodes that agree have the same.
    public var presence: Presence?

    public struct Status: Sendable {
        public var isReady: Bool
        public var isDraining: Bool
        public var sessions: Int
        public var clientAddress: String

        public init(isReady: Bool, isDraining: Bool, sessions: Int, clientAddress: String) {
            self.isReady = isReady
            self.isDraining = isDraining
            self.sessions = sessions
            self.clientAddress = clientAddress
        }
    }

    public struct Presence: Sendable {
        public var sessions: Int
        /// The number of the last change that is here.
        public var position: Int
        /// Of all its sessions.
        public var digest: UInt64

        public init(sessions: Int, position: Int, digest: UInt64) {
            self.sessions = sessions
            self.position = position
            self.digest = digest
        }
    }

    public init(
        id: Int, name: String, epoch: Int, incarnation: Int, state: String, address: String,
        millisecondsInState: Int, flaps: Int, accusers: [Int], isSelf: Bool, isLinked: Bool, status: Status?,
        presence: Presence?
    ) {
        self.id = id
        self.name = name
        self.epoch = epoch
        self.incarnation = incarnation
        self.state = state
        self.address = address
        self.millisecondsInState = millisecondsInState
        self.flaps = flaps
        self.accusers = accusers
        self.isSelf = isSelf
        self.isLinked = isLinked
        self.status = status
        self.presence = presence
    }
}

/// The bus to one other node.
public struct BusRecord: Sendable {
    public var node: Int
    public var epoch: Int
    public var isLinked: Bool
    public var isDegraded: Bool
    /// Counters and queue lengths, by name.
    public var counters: [(String, Int)]

    public init(node: Int, epoch: Int, isLinked: Bool, isDegraded: Bool, counters: [(String, Int)]) {
        self.node = node
        self.epoch = epoch
        self.isLinked = isLinked
        self.isDegraded = isDegraded
        self.counters = counters
    }

    public func counter(_ name: String) -> Int {
        counters.first { $0.0 == name }?.1 ?? 0
    }
}

/// A session of a user, and where it is.
public struct SessionRecord: Sendable {
    public var node: Int
    public var epoch: Int
    /// `pc` or `mobile`.
    public var device: String
    public var clientType: Int
    public var status: Int
    /// Issued by PostgreSQL: of two sessions of one device class the higher one counts.
    public var login: Int

    public init(node: Int, epoch: Int, device: String, clientType: Int, status: Int, login: Int) {
        self.node = node
        self.epoch = epoch
        self.device = device
        self.clientType = clientType
        self.status = status
        self.login = login
    }
}
