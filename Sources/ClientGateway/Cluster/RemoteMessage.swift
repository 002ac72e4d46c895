public import Primitives
public import TalkProtocol

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
