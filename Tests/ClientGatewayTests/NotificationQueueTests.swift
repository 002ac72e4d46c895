import Conversations
import DBProxy
import TalkProtocol
import Testing

@testable import ClientGateway

struct NotificationQueueTests {
    private func name(_ id: UInt32, in group: UInt32 = 1) -> MessageName {
        MessageName(.group(GroupID(group)), MessageID(id))
    }

    @Test("messages that follow each other are judged as one range, and one call is under way at a time")
    func ranges() throws {
        var queue = NotificationQueue()
        for id in 1...3 as ClosedRange<UInt32> {
            let hasRoom = queue.judged(name(id), absent: [(UserID(id), false)])
            #expect(hasRoom)
        }
        _ = queue.judged(name(7), absent: [])
        let taken = queue.take()
        let first = try #require(taken)
        #expect(first.ranges.map { [$0.first.rawValue, $0.last.rawValue] } == [[1, 3], [7, 7]])
        #expect(first.absent.count == 3)
        _ = queue.judged(name(8), absent: [])
        let second = queue.take()
        #expect(second == nil)
        queue.answered()
        let third = queue.take()
        #expect(third?.ranges.count == 1)
        queue.checkInvariants()
    }

    @Test("what there is no room for is not judged; a message to a large group alone is")
    func full() {
        var queue = NotificationQueue()
        let crowd = (1...UInt32(NotificationQueue.capacity + 5)).map { (user: UserID($0), hasPC: false) }
        let alone = queue.judged(name(1), absent: crowd)
        let more = queue.judged(name(2), absent: [(UserID(1), false)])
        #expect(alone && !more)
        #expect(queue.waiting.ranges.map(\.last.rawValue) == [1])
        queue.checkInvariants()
    }
}
