import Conversations
import Primitives
import Reactor
import TalkProtocol

/// What a client says it has read, on its way between loops: u64 conversation, u32 user, u8 device class, u16 loop and
/// the session's slot and generation, u32 id.
struct Reading {
    let conversation: ConversationID
    let user: UserID
    let device: DeviceClass
    let origin: SessionAddress
    /// As the client says it; 0 is all.
    let last: UInt32

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: conversation.rawValue)
        writer.append(bigEndian: user.rawValue)
        writer.append(device.rawValue)
        writer.append(bigEndian: origin.loop)
        origin.write(into: &writer)
        writer.append(bigEndian: last)
    }
}

extension Reading {
    init?(_ bytes: RawSpan) {
        guard let conversation = bytes.bigEndian(at: 0, as: UInt64.self).flatMap(ConversationID.init(rawValue:)),
            let user = bytes.bigEndian(at: 8, as: UInt32.self),
            let device = bytes.byte(at: 12).flatMap({ DeviceClass(rawValue: .init($0)) }),
            let loop = bytes.bigEndian(at: 13, as: UInt16.self),
            let origin = bytes.sessionAddress(at: 15, on: Int(loop)),
            let last = bytes.bigEndian(at: 23, as: UInt32.self)
        else { return nil }
        self.init(conversation: conversation, user: UserID(user), device: device, origin: origin, last: last)
    }
}
