import Conversations
import Primitives
import TalkProtocol

/// A send is committed: the send, u32 id of the message.
struct AckMail {
    let send: Send
    let id: MessageID

    func write(into writer: inout ByteWriter) {
        send.write(into: &writer)
        writer.append(bigEndian: id.rawValue)
    }
}

extension AckMail {
    init?(reading reader: inout ByteReader) {
        guard let send = Send(reading: &reader), let id = reader.read().map(MessageID.init(_:)) else { return nil }
        self.init(send: send, id: id)
    }
}
