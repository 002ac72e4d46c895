import DBProxy
import Primitives
import TalkProtocol

/// u64 conversation, u32 first, u32 last.
extension RecentMessages {
    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: conversation.rawValue)
        writer.append(bigEndian: first.rawValue)
        writer.append(bigEndian: head.rawValue)
    }

    init?(reading reader: inout ByteReader) {
        guard let conversation = reader.read().flatMap(ConversationID.init(rawValue:)),
            let first = reader.read().map(MessageID.init(_:)), let head = reader.read().map(MessageID.init(_:))
        else { return nil }
        self.init(conversation: conversation, first: first, head: head)
    }
}
