import Conversations
import Primitives
import TalkProtocol
import Testing

@Suite struct DeliveryCursorTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    /// Feeds ids and returns what was pushed.
    private struct Run {
        var cursor: DeliveryCursor<UInt32>
        var pushed: [UInt32] = []

        init(after delivered: UInt32 = 0, at now: Instant) {
            cursor = DeliveryCursor(after: MessageID(delivered), at: now)
        }

        mutating func commit(_ id: UInt32, at now: Instant) {
            if cursor.advance(to: MessageID(id), at: now) {
                pushed.append(id)
            } else {
                var due: [UInt32] = []
                cursor.committed(MessageID(id), id, at: now) { due.append($1) }
                pushed += due
            }
        }

        mutating func fetched(_ ids: [UInt32], through last: UInt32, at now: Instant) {
            var due: [UInt32] = []
            cursor.fetched(ids.map { (MessageID($0), $0) }, through: MessageID(last), at: now) { due.append($1) }
            pushed += due
        }
    }

    @Test func inOrderEverythingIsPushedAtOnce() {
        var run = Run(after: 4, at: start)
        for id in 5...9 as ClosedRange<UInt32> { run.commit(id, at: start) }
        #expect(run.pushed == [5, 6, 7, 8, 9])
        #expect(run.cursor.isIdle)
    }

    @Test func whatComesTooEarlyWaitsAndWhatCameBeforeIsDropped() {
        var run = Run(at: start)
        for id in [1, 3, 4, 1, 3, 2, 2] as [UInt32] { run.commit(id, at: start) }
        #expect(run.pushed == [1, 2, 3, 4])
    }

    @Test func aHoleIsReadFromTheDatabaseAfterAMoment() {
        var run = Run(at: start)
        run.commit(1, at: start)
        run.commit(4, at: start)
        #expect(run.cursor.overdueHole(at: start + .milliseconds(99)) == nil)
        #expect(run.cursor.overdueHole(at: start + .milliseconds(100)) == MessageID(2)...MessageID(3))
        #expect(run.cursor.overdueHole(at: start + .seconds(5)) == nil)
        run.fetched([2, 3], through: 3, at: start + .seconds(5))
        #expect(run.pushed == [1, 2, 3, 4])
        #expect(run.cursor.isIdle)
    }

    /// Ids come from other nodes: the last one that there can be is as good as any.
    @Test func aHoleMayReachToTheLastID() {
        var run = Run(after: .max - 3, at: start)
        run.commit(.max, at: start)
        #expect(run.cursor.overdueHole(at: start + .seconds(1)) == MessageID(.max - 2)...MessageID(.max - 1))
        run.fetched([.max - 2, .max - 1], through: .max - 1, at: start + .seconds(1))
        run.commit(.max, at: start + .seconds(1))
        #expect(run.pushed == [.max - 2, .max - 1, .max])
        #expect(run.cursor.isIdle)
    }

    @Test func idsThatDoNotExistDoNotHoldUpTheRest() {
        var run = Run(at: start)
        run.commit(1, at: start)
        run.commit(5, at: start)
        _ = run.cursor.overdueHole(at: start + .seconds(1))
        run.fetched([3], through: 4, at: start + .seconds(1))
        #expect(run.pushed == [1, 3, 5])
    }

    @Test func aFailedReadIsTriedAgain() {
        var run = Run(at: start)
        run.commit(1, at: start)
        run.commit(3, at: start)
        _ = run.cursor.overdueHole(at: start + .seconds(1))
        run.cursor.fetchFailed(at: start + .seconds(1))
        #expect(run.cursor.overdueHole(at: start + .seconds(2)) == MessageID(2)...MessageID(2))
    }

    @Test func aHeadBeyondTheCursorShowsWhatWasLostAtTheEnd() {
        var run = Run(after: 5, at: start)
        run.commit(6, at: start)
        run.cursor.sawHead(MessageID(6), at: start)
        #expect(run.cursor.isIdle)
        run.cursor.sawHead(MessageID(8), at: start)
        #expect(run.cursor.overdueHole(at: start + .seconds(1)) == MessageID(7)...MessageID(8))
        // A commit that arrives meanwhile is held behind the hole.
        run.commit(9, at: start)
        run.fetched([7, 8], through: 8, at: start)
        #expect(run.pushed == [6, 7, 8, 9])
    }

    @Test func whatWasLostAtTheEndIsAskedForAgainWhenTheReadFails() {
        var run = Run(at: start)
        run.cursor.sawHead(MessageID(1), at: start)
        _ = run.cursor.overdueHole(at: start + .seconds(1))
        run.cursor.fetchFailed(at: start + .seconds(1))
        #expect(!run.cursor.isIdle)
        #expect(run.cursor.overdueHole(at: start + .seconds(2)) == MessageID(1)...MessageID(1))
    }

    @Test func whatIsReadyBeforeTheFirstMessageWaitsForIt() {
        var run = Run(after: 6, at: start)
        run.commit(8, at: start)
        run.commit(7, at: start)
        #expect(run.pushed == [7, 8])
    }

    @Test func moreThanIsHeldIsReadAndNothingIsLost() {
        var run = Run(at: start)
        // The first is missing, and far more come than are held.
        for id in 2...1_000 as ClosedRange<UInt32> { run.commit(id, at: start) }
        var now = start
        while !run.cursor.isIdle {
            now = now + .seconds(1)
            guard let hole = run.cursor.overdueHole(at: now) else { break }
            let ids = hole.lowerBound.rawValue...hole.upperBound.rawValue
            #expect(ids.count <= 256)
            run.fetched(Array(ids), through: ids.upperBound, at: now)
        }
        #expect(run.pushed == Array(1...1_000))
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func whateverIsLostOrOvertakenPushesRunOneTwoThree(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var run = Run(at: start)
        var now = start
        var committed: UInt32 = 0
        var inFlight: [UInt32] = []
        run.commit(1, at: now)
        committed = 1
        for _ in 0..<400 {
            now = now + .milliseconds(Int64(random.next() % 40))
            switch random.next() % 6 {
            case 0, 1, 2:
                committed += 1
                inFlight.append(committed)
            case 3, 4:
                if !inFlight.isEmpty {
                    let id = inFlight.remove(at: Int(random.next() % UInt64(inFlight.count)))
                    // Lost, once or twice delivered.
                    for _ in 0..<random.next() % 3 { run.commit(id, at: now) }
                }
            default:
                guard let hole = run.cursor.overdueHole(at: now) else { break }
                if random.next() % 4 == 0 {
                    run.cursor.fetchFailed(at: now)
                } else {
                    run.fetched(Array(hole.lowerBound.rawValue...hole.upperBound.rawValue),
                        through: hole.upperBound.rawValue, at: now)
                }
            }
        }
        run.cursor.sawHead(MessageID(committed), at: now)
        // Whatever was being read has its answer late.
        run.cursor.fetchFailed(at: now)
        while !run.cursor.isIdle {
            now = now + .seconds(1)
            guard let hole = run.cursor.overdueHole(at: now) else { break }
            run.fetched(Array(hole.lowerBound.rawValue...hole.upperBound.rawValue),
                through: hole.upperBound.rawValue, at: now)
        }
        #expect(run.pushed == Array(1...committed), "seed \(seed)")
    }
}
