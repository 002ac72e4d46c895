import Conversations
public import DBProxy
import Metrics
import Primitives
import Reactor
import TalkProtocol

/// What was found of messages that nobody told of, on its way to the loop that its conversation belongs to: u64
/// conversation, u32 first, u32 last.
extension Gateway {
    public func pass(_ recent: RecentMessages) {
        let home = Conversations.home(of: recent.conversation, loops: shared.loops, lanes: shared.lanesPerLoop).loop
        loop.post(kind: Mail.missed.rawValue, to: home) { writer in
            writer.append(bigEndian: recent.conversation.rawValue)
            writer.append(bigEndian: recent.first.rawValue)
            writer.append(bigEndian: recent.head.rawValue)
        }
    }

    func readMissed(_ bytes: RawSpan) -> Bool {
        guard let conversation = bytes.bigEndian(at: 0, as: UInt64.self).flatMap(ConversationID.init(rawValue:)),
            let first = bytes.bigEndian(at: 8, as: UInt32.self), let head = bytes.bigEndian(at: 12, as: UInt32.self)
        else { return false }
        conversations.mayHaveMissed(
            RecentMessages(conversation: conversation, first: MessageID(first), head: MessageID(head)))
        return true
    }

    public func searched(_ found: Result<Int, DatabaseError>) {
        counters.headSweeps.add()
        switch found {
        case .success(let count): counters.headSweepFinds.add(UInt64(count))
        case .failure: counters.headSweepsFailed.add()
        }
    }
}
