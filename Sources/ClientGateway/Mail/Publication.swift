import Membership
import Primitives
import TopicBus

/// A message for other nodes: u16 topic, u64 key, u8 hint or not, u16 count of nodes (none: all), them, the body.
struct Publication: ~Escapable {
    let topic: Topic
    let key: UInt64
    let isHint: Bool
    /// To be read with `readNode`; `nil`: it is for all.
    let nodes: ByteReader?
    let body: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let topic = reader.read().map(Topic.init(rawValue:)), let key: UInt64 = reader.read(),
            let isHint: UInt8 = reader.read(), let count: UInt16 = reader.read(),
            let nodes = reader.readBytes(Int(count) * MemoryLayout<UInt16>.size)
        else { return nil }
        self.topic = topic
        self.key = key
        self.isHint = isHint != 0
        self.nodes = nodes.isEmpty ? nil : ByteReader(nodes)
        body = reader.readRest()
    }

    static func write(
        _ topic: Topic, key: UInt64, asHint: Bool, to nodes: [NodeID], into writer: inout ByteWriter,
        _ body: (inout ByteWriter) -> Void
    ) {
        writer.append(bigEndian: topic.rawValue)
        writer.append(bigEndian: key)
        writer.append(asHint ? 1 : 0)
        writer.append(bigEndian: UInt16(nodes.count))
        for node in nodes { writer.append(node) }
        body(&writer)
    }
}
