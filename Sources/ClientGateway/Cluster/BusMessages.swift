import Presence
public import Primitives
public import TalkProtocol
public import TopicBus

/// What nodes say to each other about chats. Numbers below 16 are the cluster's own.
extension Topic {
    /// A committed message, for the delivery cursor of its conversation. Key: the conversation.
    public static let message = Topic(rawValue: 16)
    /// A packet for sessions of some users. Key: the first user.
    static let users = Topic(rawValue: 17)
    /// Packets for all sessions, or for those of PCs.
    static let broadcast = Topic(rawValue: 18)
    /// A session of a user must end. Key: the user.
    static let kick = Topic(rawValue: 19)
    /// A node is to let go of its clients, or to take them again.
    static let drain = Topic(rawValue: 21)
    /// Measures the way: u8 question or answer, u64 the asking node's clock.
    static let echo = Topic(rawValue: 20)
    /// What an administrator asks another node: u16 asking loop, question. Key: names it among those of the loop.
    static let question = Topic(rawValue: 22)
    /// Its answer: u16 asking loop, answer. Key: that of the question.
    static let answer = Topic(rawValue: 23)
    /// What call desks say to each other: `CallWord`. Key: the number of the call.
    public static let call = Topic(rawValue: 24)
}

/// A committed message: u32 id, the users it is for, the packet.
public struct RemoteMessage: ~Escapable {
    public let id: MessageID
    public let users: [UserID]
    public let packet: RawSpan

    @_lifetime(copy bytes)
    public init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let id: UInt32 = reader.read(), id > 0, let users = reader.readUsers() else { return nil }
        self.id = MessageID(id)
        self.users = users
        packet = reader.readRest()
    }

    public static func write(_ id: MessageID, _ users: [UserID], _ packet: RawSpan, into writer: inout ByteWriter) {
        writer.append(bigEndian: id.rawValue)
        writer.append(users)
        writer.append(packet)
    }
}

// u32 count, then u32 each.

extension ByteWriter {
    mutating func append(_ users: [UserID]) {
        append(bigEndian: UInt32(users.count))
        for user in users { append(bigEndian: user.rawValue) }
    }
}

extension ByteReader {
    mutating func readUsers() -> [UserID]? {
        guard let count: UInt32 = read(), let list = readBytes(Int(count) * MemoryLayout<UInt32>.size) else {
            return nil
        }
        var users: [UserID] = []
        users.reserveCapacity(Int(count))
        var reader = ByteReader(list)
        while let user = reader.read().map(UserID.init(_:)) { users.append(user) }
        return users
    }
}

/// A packet for users: u8 audience, the users, the packet.
struct RemotePush: ~Escapable {
    let audience: Audience
    let users: [UserID]
    let packet: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let audience = reader.read().flatMap(Audience.init(rawValue:)), let users = reader.readUsers() else {
            return nil
        }
        self.audience = audience
        self.users = users
        packet = reader.readRest()
    }

    static func write(_ audience: Audience, _ users: [UserID], _ packet: RawSpan, into writer: inout ByteWriter) {
        writer.append(audience.rawValue)
        writer.append(users)
        writer.append(packet)
    }
}

/// The end of a session: u8 device class, u8 reason, u32 login epoch. Should it come late, a later login stays.
struct RemoteKick {
    let device: DeviceClass
    let reason: KickReasonType
    let login: LoginEpoch

    func write(into writer: inout ByteWriter) {
        writer.append(device.rawValue)
        writer.append(UInt8(reason.rawValue))
        writer.append(bigEndian: login.rawValue)
    }
}

extension RemoteKick {
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let device = reader.read().flatMap(DeviceClass.init(rawValue:)), let reason = reader.readKickReason(),
            let login = reader.read().map(LoginEpoch.init(rawValue:))
        else { return nil }
        self.init(device: device, reason: reason, login: login)
    }
}

/// What an operator told another node about the clients of this one: u32 per second; 0: it takes clients again.
struct RemoteDrain {
    let order: DrainOrder?

    init(_ order: DrainOrder?) {
        self.order = order
    }

    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let rate: UInt32 = reader.read() else { return nil }
        order = rate == 0 ? nil : DrainOrder(rate: Int(rate))
    }

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: UInt32(clamping: order?.rate ?? 0))
    }
}
