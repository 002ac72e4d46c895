public import Primitives

/// Node numbers and epochs as they travel: 16 and 48 bits, big endian.
extension ByteWriter {
    public mutating func append(_ node: NodeID?) {
        append(bigEndian: node?.rawValue ?? 0)
    }

    public mutating func append(_ epoch: NodeEpoch) {
        append(bigEndian: UInt16(truncatingIfNeeded: epoch.rawValue >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: epoch.rawValue))
    }
}

extension RawSpan {
    /// `nil` also for a number that is no node.
    public func node(at offset: Int) -> NodeID? {
        bigEndian(at: offset, as: UInt16.self).flatMap(NodeID.init(rawValue:))
    }

    public func epoch(at offset: Int) -> NodeEpoch? {
        guard let high = bigEndian(at: offset, as: UInt16.self),
            let low = bigEndian(at: offset + 2, as: UInt32.self)
        else { return nil }
        return NodeEpoch(rawValue: UInt64(high) << 32 | UInt64(low))
    }
}
