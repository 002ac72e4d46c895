import Conversations
import Primitives
import TalkProtocol

/// A send without its body: u64 conversation, u32 sender, u32 type, key, u8 flags, the client's key or zeroes, the
/// session with its loop, u16 sequence.
extension Send {
    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: conversation.rawValue)
        writer.append(bigEndian: sender.rawValue)
        writer.append(bigEndian: type.rawValue)
        key.write(into: &writer)
        writer.append((keyExpires ? 1 : 0) | (clientKey == nil ? 0 : 2))
        (clientKey ?? SendKey(high: 0, low: 0)).write(into: &writer)
        origin.writeWithLoop(into: &writer)
        writer.append(bigEndian: sequence)
    }

    init?(reading reader: inout ByteReader) {
        guard let conversation = reader.read().flatMap(ConversationID.init(rawValue:)),
            let sender = reader.read().map(UserID.init(_:)), let type = reader.read().flatMap(MsgType.init(rawValue:)),
            let key = SendKey(reading: &reader), let flags: UInt8 = reader.read(),
            let clientKey = SendKey(reading: &reader), let origin = SessionAddress(readingWithLoop: &reader),
            let sequence: UInt16 = reader.read()
        else { return nil }
        self.init(
            conversation: conversation, sender: sender, type: type, key: key, keyExpires: flags & 1 != 0,
            clientKey: flags & 2 != 0 ? clientKey : nil, origin: origin, sequence: sequence)
    }
}
