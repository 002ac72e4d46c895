public import Primitives

/// What this node knows of another one.
public struct Member: Sendable {
    public let node: NodeID
    public internal(set) var standing: Standing
    /// `nil` while only others have spoken of it.
    public internal(set) var address: MemberAddress?
    /// When the standing last changed.
    public internal(set) var since: Instant
    /// Times that it came back from the dead in this life, less one for every ten minutes.
    public internal(set) var flaps = 0
    /// When its last datagram and its last beat on the bus arrived.
    public internal(set) var lastHeard: Instant?
    public internal(set) var lastBeat: Instant?
    var lastFlap = Instant(nanoseconds: 0)
    /// Connections that its address refused since it was last heard.
    var refusals = 0
    var suspicion: Suspicion?
    /// Its death was proven by refused connections.
    var crashed = false
    /// This life was told of with `Swim.Effect.joined`.
    var wasAnnounced = false

    init(node: NodeID, standing: Standing, address: MemberAddress?, since: Instant) {
        self.node = node
        self.standing = standing
        self.address = address
        self.since = since
    }

    public var peer: Peer { Peer(node, standing.epoch) }
    public var isLive: Bool { standing.rank.isLive }

    /// When it was last heard in any way.
    var lastSign: Instant? {
        guard let lastHeard, let lastBeat else { return lastHeard ?? lastBeat }
        return max(lastHeard, lastBeat)
    }

    /// Who accuses it, if it is suspected.
    public var accusers: [NodeID] { suspicion?.accusers ?? [] }
}
