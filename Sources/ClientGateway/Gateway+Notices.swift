public import Conversations
import Primitives
import Reactor
public import TalkProtocol

extension Gateway {
    /// Sends a message that no client of this node sends; nobody waits for its acknowledgement. Whether it was stored,
    /// the database knows, by its key.
    public func send(_ body: [UInt8], from sender: UserID, to user: UserID, key: SendKey) {
        guard let conversation = ConversationID.pair(sender, user) else { return }
        let nobody = SessionAddress(loop: UInt16(loop.index), slot: .max, generation: 0)
        submit(
            Send(
                conversation: conversation, sender: sender, type: .singleText, key: key, keyExpires: false,
                clientKey: nil, origin: nobody, sequence: 0),
            body: body.rawBytes)
    }
}
