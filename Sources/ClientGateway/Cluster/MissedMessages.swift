import Conversations
public import DBProxy
import Metrics
import Primitives
import Reactor
import TalkProtocol

/// What was found of messages that nobody told of, on its way to the loop that its conversation belongs to.
extension Gateway {
    public func pass(_ recent: RecentMessages) {
        let home = Conversations.home(of: recent.conversation, loops: shared.loops, queues: shared.queuesPerLoop).loop
        loop.post(.missed, to: home) { recent.write(into: &$0) }
    }

    public func searched(_ found: Result<Int, DatabaseError>) {
        counters.headSweeps.add()
        switch found {
        case .success(let count): counters.headSweepFinds.add(UInt64(count))
        case .failure: counters.headSweepsFailed.add()
        }
    }
}

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
