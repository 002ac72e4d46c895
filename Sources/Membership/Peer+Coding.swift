public import Primitives

/// Node numbers and epochs as they travel: 16 and 48 bits, big endian.
extension ByteWriter {
    public mutating func append(_ node: NodeID?) {
        append(bigEndian: node?.rawValue ?? 0)
    }

    public mutating func append(_ epoch: NodeEpoch) {
        append(bigEndian48: epoch.rawValue)
    }
}

extension ByteReader {
    /// `nil` also for a number that is no node.
    public mutating func readNode() -> NodeID? {
        read().flatMap(NodeID.init(rawValue:))
    }

    /// `nil` also for a number that is no epoch.
    public mutating func readEpoch() -> NodeEpoch? {
        readUInt48().flatMap(NodeEpoch.init(rawValue:))
    }
}
