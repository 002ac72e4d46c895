/// A node's number in its cluster, 1 to 65,534; kept for the life of the name it stands for.
public struct NodeID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    /// `nil` for 0 and 65,535, which are no nodes.
    public init?(rawValue: UInt16) {
        guard rawValue > 0, rawValue < .max else { return nil }
        self.rawValue = rawValue
    }

    public static func < (left: NodeID, right: NodeID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}

/// Counts the lives of a node: PostgreSQL issues the next one at each start, so it rises strictly and needs no clock
/// (Membership.docc/Membership.md).
public struct NodeEpoch: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Travels in 48 bits.
    public let rawValue: UInt64

    /// `nil` for 0 and beyond 48 bits.
    public init?(rawValue: UInt64) {
        guard rawValue > 0, rawValue < 1 << 48 else { return nil }
        self.rawValue = rawValue
    }

    public static func < (left: NodeEpoch, right: NodeEpoch) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}

/// One life of a node. What a node owned in an earlier life is gone.
public struct Peer: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let node: NodeID
    public let epoch: NodeEpoch

    public init(_ node: NodeID, _ epoch: NodeEpoch) {
        self.node = node
        self.epoch = epoch
    }

    public static func < (left: Peer, right: Peer) -> Bool {
        (left.node, left.epoch) < (right.node, right.epoch)
    }

    public var description: String { "\(node)/\(epoch)" }
}
