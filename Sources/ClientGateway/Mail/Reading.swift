import Conversations
import Primitives
import TalkProtocol

/// What a client says it has read: u64 conversation, u32 user, u8 device class, the session with its loop, u32 id.
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
        origin.writeWithLoop(into: &writer)
        writer.append(bigEndian: last)
    }
}

extension Reading {
    init?(reading reader: inout ByteReader) {
        guard let conversation = reader.read().flatMap(ConversationID.init(rawValue:)),
            let user = reader.read().map(UserID.init(_:)),
            let device = reader.read().flatMap(DeviceClass.init(rawValue:)),
            let origin = SessionAddress(readingWithLoop: &reader), let last: UInt32 = reader.read()
        else { return nil }
        self.init(conversation: conversation, user: user, device: device, origin: origin, last: last)
    }
}
