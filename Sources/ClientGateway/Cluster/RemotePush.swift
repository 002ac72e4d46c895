import Primitives
import TalkProtocol

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
