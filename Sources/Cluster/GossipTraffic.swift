/// Datagrams since the node started.
public struct GossipTraffic: Sendable {
    public var sent = 0
    public var sentBytes = 0
    /// The kernel did not take them.
    public var unsent = 0
    /// Those that could be read.
    public var received = 0
    public var receivedBytes = 0
    /// Not from a member of this cluster.
    public var rejected = 0
    /// They had come before.
    public var replayed = 0
    /// From nodes that work with another database.
    public var foreign = 0

    public init() {}
}
