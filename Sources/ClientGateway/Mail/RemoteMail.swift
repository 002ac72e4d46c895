import Membership
import Primitives
import TopicBus

/// What came over the bus, for the loop that it concerns: u64 key, u16 sending node, the body of its topic.
struct RemoteMail: ~Escapable {
    let key: UInt64
    let node: NodeID
    let body: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let key: UInt64 = reader.read(), let node = reader.readNode() else { return nil }
        self.key = key
        self.node = node
        body = reader.readRest()
    }

    static func write(_ key: UInt64, _ body: RawSpan, from node: NodeID, into writer: inout ByteWriter) {
        writer.append(bigEndian: key)
        writer.append(node)
        writer.append(body)
    }
}
