import Conversations
import DBProxy
import Membership
import Presence
import Primitives
public import Reactor
import TalkProtocol
import TopicBus

/// What loops of one node say to each other about sessions. Each message says itself how it is written.
enum Mail: UInt8, CaseIterable {
    /// A packet for some sessions: `PacketMail`.
    case push = 1
    /// The acknowledgement of a send, for the loop of its session: `AckMail`.
    case acknowledge
    /// A send for the loop that its conversation belongs to: `SubmitMail`.
    case submit
    /// A send was not stored: `LostSend`, for the loop of its session.
    case lost
    /// A legacy client has read something: `Reading`, for the loop of its conversation.
    case read
    /// The session has been displaced or sent away: `KickMail`.
    case kick
    /// A connection that has not logged in gives way to another one: its address.
    case evict
    /// Packets for every session, or for those of PCs: `Broadcast`.
    case broadcast
    /// From another node, by way of the cluster's loop: `RemoteMail` with the body of the topic.
    case remoteMessage
    case remotePush
    /// What is seen of a user changed because of another node: u32 user.
    case presenceChanged
    /// A mobile may have to be told whether a PC of its user is on: `PCStatusMail`.
    case pcStatus
    /// Messages that were stored since then may not have been pushed: u64 nanoseconds of the monotonic clock.
    case doubt
    /// Nodes live of which nothing is heard: users of this one may have logged in there.
    case apart
    /// A conversation may have messages that were not pushed: `RecentMessages`.
    case missed
    /// Another node asks, or answers: `RemoteMail` with the body of the topic.
    case question
    case answer
}

extension EventLoop {
    func post(_ mail: Mail, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        post(kind: mail.rawValue, to: loop, write)
    }
}

extension Gateway: MailHandler {
    public func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        guard let mail = Mail(rawValue: kind), read(mail, bytes) else {
            preconditionFailure("mail of kind \(kind) with \(bytes.byteCount) bytes cannot be read")
        }
    }

    /// `false` if the bytes are not what the kind says.
    private func read(_ mail: Mail, _ bytes: RawSpan) -> Bool {
        var reader = ByteReader(bytes)
        switch mail {
        case .push:
            guard let mail = PacketMail(bytes) else { return false }
            push(mail)
        case .submit:
            guard let mail = SubmitMail(bytes) else { return false }
            conversations.submit(mail.send, body: mail.body, queue: mail.queue)
        case .broadcast:
            guard let broadcast = Broadcast(bytes) else { return false }
            pushEach(broadcast.packets, to: broadcast.audience)
        case .acknowledge: return AckMail(reading: &reader).map(sendAck) != nil
        case .lost: return LostSend(reading: &reader).map(writeOff) != nil
        case .read: return Reading(reading: &reader).map { markRead($0, isLegacy: true) } != nil
        case .kick: return KickMail(reading: &reader, on: loop.index).map(kick) != nil
        case .evict: return SessionAddress(reading: &reader, on: loop.index).map(evict) != nil
        case .remoteMessage: return readRemoteMessage(bytes)
        case .remotePush: return readRemotePush(bytes)
        case .question: return readQuestion(bytes)
        case .answer: return readAnswer(bytes)
        case .presenceChanged: return reader.read().map { presenceChanged(UserID($0)) } != nil
        case .pcStatus: return PCStatusMail(reading: &reader, on: loop.index).map(tellPCStatus) != nil
        case .doubt: return reader.read().map { conversations.doubted(since: Instant(nanoseconds: $0)) } != nil
        case .apart: lookForLaterLogins()
        case .missed: return RecentMessages(reading: &reader).map(conversations.mayHaveMissed) != nil
        }
        return true
    }
}

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
