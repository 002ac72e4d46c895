import Conversations
import Primitives
import TalkProtocol
import Testing

@testable import ClientGateway

struct ReviewedSendsTests {
    private func send(_ number: UInt64, session: UInt32 = 1) -> Send {
        Send(
            conversation: .group(GroupID(1)), sender: UserID(1), type: .groupText,
            key: SendKey(high: 0, low: number), keyExpires: false, clientKey: nil,
            origin: SessionAddress(loop: 0, slot: session, generation: 1), sequence: 0)
    }

    private func numbers(_ judged: [ReviewedSends.Judged]) -> [String] {
        judged.map { "\($0.send.key.low)\($0.isAccepted ? "+" : "-")" }
    }

    @Test("sends of a session go on in their order, in whichever order they are judged; others do not wait for them")
    func order() throws {
        var sends = ReviewedSends()
        var tickets: [ReviewedSends.Ticket] = []
        for number in 1...3 as ClosedRange<UInt64> { tickets += [sends.add(send(number), [1])].compactMap(\.self) }
        let taken = sends.add(send(9, session: 2), [1, 2])
        let other = try #require(taken)
        try #require(tickets.count == 3)
        #expect(sends.byteCount == 5)
        var went: [[String]] = []
        for (ticket, isAccepted) in [(tickets[2], true), (tickets[1], false), (other, true), (tickets[0], true)] {
            went.append(numbers(sends.judged(ticket, isAccepted)))
            sends.checkInvariants()
        }
        #expect(went == [[], [], ["9+"], ["1+", "2-", "3+"]])
        #expect(sends.count == 0 && sends.byteCount == 0)
        // Nothing waits under it any more.
        let again = numbers(sends.judged(tickets[0], true))
        #expect(again == [])
    }

    @Test func whatThereIsNoRoomForIsRefused() throws {
        var sends = ReviewedSends()
        let large = [UInt8](repeating: 0, count: ReviewedSends.byteCapacity)
        let taken = sends.add(send(1), large)
        let first = try #require(taken)
        let second = sends.add(send(2), [0])
        #expect(second == nil)
        _ = sends.judged(first, true)
        for number in 0..<UInt64(ReviewedSends.capacity) {
            let ticket = sends.add(send(number), [])
            try #require(ticket != nil)
        }
        let last = sends.add(send(1), [])
        #expect(last == nil)
        sends.checkInvariants()
    }
}
