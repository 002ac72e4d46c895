import Primitives

/// What is said about a life of a node, weakest first.
public enum Rank: UInt8, Comparable, Sendable {
    case alive = 0
    case suspect = 1
    case dead = 2
    /// It said itself that it goes. Final for this epoch.
    case left = 3

    public static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }

    /// Takes part: is probed, gossiped to and counted.
    public var isLive: Bool { self < .dead }
}

/// Raised by a member itself, to refute what is said about it.
public typealias Incarnation = UInt32

/// The order of evidence about one node: a later life beats everything said about earlier ones, a refutation beats the
/// accusation it answers, and among equals the graver word counts (SWIM 4.2, with the epoch in
/// front).
public struct Standing: Hashable, Comparable, Sendable {
    public var epoch: NodeEpoch
    public var incarnation: Incarnation
    public var rank: Rank

    public init(_ epoch: NodeEpoch, _ incarnation: Incarnation, _ rank: Rank) {
        self.epoch = epoch
        self.incarnation = incarnation
        self.rank = rank
    }

    public static func < (left: Standing, right: Standing) -> Bool {
        if left.epoch != right.epoch { return left.epoch < right.epoch }
        // Who has left does not come back in the same life.
        if (left.rank == .left) != (right.rank == .left) { return right.rank == .left }
        return (left.incarnation, left.rank) < (right.incarnation, right.rank)
    }

    /// What the member contributes to the hash of the table.
    func hash(of node: NodeID) -> UInt64 {
        let life = mix64(UInt64(node.rawValue) << 48 | epoch.rawValue)
        return mix64(life ^ (UInt64(incarnation) << 8 | UInt64(rank.rawValue) + 1))
    }
}
