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
