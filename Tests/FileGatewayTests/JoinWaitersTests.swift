@testable import FileGateway
import Testing

@Suite struct JoinWaitersTests {
    @Test func aFileIsJoinedOnceForAllWhoWait() {
        var waiters = JoinWaiters<String>()
        let entries = [waiters.enter("a", "first"), waiters.enter("a", "second"), waiters.enter("b", "other")]
        #expect(entries == [.first(1), .later(2), .first(3)])
        let (ended, endedAgain) = (waiters.end("a"), waiters.end("a"))
        #expect(Set(ended) == ["first", "second"] && endedAgain.isEmpty)
        let (late, anew) = (waiters.leave("a", 1), waiters.enter("a", "third"))
        #expect(late == nil && anew == .first(4))
    }

    @Test("who asks again and again while a large file is joined is never one too many")
    func patience() {
        var waiters = JoinWaiters<Int>()
        for number in 1...100 {
            let entry = waiters.enter("a", number)
            #expect(entry == (number == 1 ? .first(number) : .later(number)))
            let left = waiters.leave("a", number)
            #expect(left == number)
        }
        let ended = waiters.end("a")
        #expect(ended.isEmpty)
    }

    @Test func thereAreNotTooManyAtOnce() {
        var waiters = JoinWaiters<Int>()
        for file in 1...8 { _ = waiters.enter("\(file)", 0) }
        let ninth = waiters.enter("9", 0)
        for _ in 2...8 { _ = waiters.enter("1", 0) }
        let (full, other) = (waiters.enter("1", 0), waiters.enter("2", 0))
        #expect(ninth == .tooMany && full == .tooMany && other == .later(16))
        _ = waiters.end("3")
        let next = waiters.enter("9", 0)
        #expect(next == .first(17))
    }
}
