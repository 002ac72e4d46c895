import Membership
import Presence
import Primitives
import Reactor
import TalkProtocol
import TopicBus

/// What the gateways of a node say to its cluster loop.
enum ClusterMail: UInt8, CaseIterable {
    /// A message for other nodes: `Publication`.
    case publish = 32
    /// A session is the user's: `SessionOpened`.
    case opened
    /// It is no more: `SessionClosed`.
    case closed
    /// A session says something of a call: `CallMail`.
    case call
}

extension EventLoop {
    func post(_ mail: ClusterMail, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        post(kind: mail.rawValue, to: loop, write)
    }
}

/// A session is the user's: u32 user, u8 client type, u8 status, i64 login epoch.
struct SessionOpened {
    let user: UserID
    let clientType: ClientType
    let status: UserStatType
    let login: Int64

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: user.rawValue)
        writer.append(UInt8(truncatingIfNeeded: clientType.rawValue))
        writer.append(UInt8(truncatingIfNeeded: status.rawValue))
        writer.append(bigEndian: login)
    }
}

extension SessionOpened {
    init?(reading reader: inout ByteReader) {
        guard let user = reader.read().map(UserID.init(_:)),
            let clientType = reader.read(UInt8.self).flatMap({ ClientType(rawValue: UInt32($0)) }),
            let status = reader.read(UInt8.self).flatMap({ UserStatType(rawValue: UInt32($0)) }),
            let login: Int64 = reader.read()
        else { return nil }
        self.init(user: user, clientType: clientType, status: status, login: login)
    }
}

/// It is no more: u32 user, u8 device class, i64 login epoch.
struct SessionClosed {
    let user: UserID
    let device: DeviceClass
    let login: Int64

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: user.rawValue)
        writer.append(device.rawValue)
        writer.append(bigEndian: login)
    }
}

extension SessionClosed {
    init?(reading reader: inout ByteReader) {
        guard let user = reader.read().map(UserID.init(_:)),
            let device = reader.read().flatMap(DeviceClass.init(rawValue:)), let login: Int64 = reader.read()
        else { return nil }
        self.init(user: user, device: device, login: login)
    }
}

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
