import DBProxy
@testable import Node
import Primitives
import Testing

/// When a node says that the database does not store, and when it says that it does again.
@Suite struct StorageHealthTests {
    private let start = Instant(nanoseconds: 1_000_000_000)
    private let readOnly = StorageHealth.Cause.refused(SQLState("25006"))

    private func at(_ milliseconds: Int64) -> Instant { start + .milliseconds(milliseconds) }

    private func good() -> StorageHealth {
        var health = StorageHealth()
        #expect(health.trouble(at: start) == .noConnection)
        health.connections(areThere: true, at: start)
        health.committed(at: start)
        #expect(health.trouble(at: start) == nil)
        return health
    }

    @Test func oneRefusalIsNoneAndTwoAreSeenWithinTwoSeconds() {
        var health = good()
        health.asks(at: at(500))
        health.answered(readOnly, at: at(500))
        #expect(health.trouble(at: at(600)) == nil)
        health.asks(at: at(1000))
        health.answered(nil, at: at(1000))
        #expect(health.trouble(at: at(1300)) == nil)
        for time in [1500, 2000] as [Int64] { health.answered(readOnly, at: at(time)) }
        #expect(health.trouble(at: at(2200)) == readOnly)
    }

    @Test func silenceIsSeenWhenTheSecondIsOver() {
        var health = good()
        health.asks(at: at(500))
        #expect(health.trouble(at: at(1400)) == nil)
        #expect(health.trouble(at: at(1500)) == .noAnswer(nil))
        health.waits(for: .standby)
        health.answered(.noAnswer(nil), at: at(1600))
        #expect(health.trouble(at: at(1700)) == .noAnswer(.standby))
    }

    @Test("connections that come and go while a server refuses commits are no other reason, and no return")
    func churn() {
        var health = good()
        for round in 0..<20 as Range<Int64> {
            health.failed(readOnly, at: at(round * 400))
            health.connections(areThere: false, at: at(round * 400 + 50))
            health.connections(areThere: true, at: at(round * 400 + 150))
            if round > 2 { #expect(health.trouble(at: at(round * 400 + 200)) == readOnly) }
        }
        // And when it stays away it is that.
        for time in stride(from: 8000, through: 12_000, by: 100) as StrideThrough<Int64> {
            health.connections(areThere: false, at: at(time))
            if time < 11_500 { #expect(health.trouble(at: at(time)) == readOnly) }
        }
        #expect(health.trouble(at: at(12_000)) == .noConnection)
    }

    @Test("who comes and goes has to be good for longer each time, until it is for a minute")
    func calm() {
        var health = good()
        var now: Int64 = 0
        var waits: [Int64] = []
        for _ in 0..<7 {
            for _ in 0..<3 {
                now += 500
                health.answered(readOnly, at: at(now))
            }
            #expect(health.trouble(at: at(now)) == readOnly)
            let begin = now
            while health.trouble(at: at(now)) != nil {
                now += 100
                health.answered(nil, at: at(now))
            }
            waits.append((now - begin) / 1000)
        }
        #expect(waits == [1, 2, 4, 8, 16, 16, 16])
        now += 61_000
        for _ in 0..<3 {
            now += 500
            health.answered(readOnly, at: at(now))
        }
        #expect(health.trouble(at: at(now)) == readOnly)
        health.answered(nil, at: at(now + 100))
        #expect(health.trouble(at: at(now + 1100)) == nil)
    }

    @Test func aFullDiskIsTriedWithWhatTakesRoom() {
        var health = good()
        #expect(!health.needsRoom)
        health.failed(.refused(SQLState("53100")), at: at(0))
        #expect(health.needsRoom)
        health.answered(nil, at: at(500))
        #expect(!health.needsRoom)
    }

    @Test func likeEventsShareALine() {
        var limit = LineLimit<Int>()
        #expect(limit.happened(1, at: start) == 1)
        #expect(limit.happened(1, at: at(100)) == nil)
        #expect(limit.happened(2, at: at(100)) == 1)
        #expect(limit.happened(1, at: at(9999)) == nil)
        #expect(limit.happened(1, at: at(10_000)) == 3)
        for kind in 0..<10_000 { _ = limit.happened(kind, at: at(10_100)) }
        #expect(limit.happened(1, at: at(10_100)) == 1)
    }
}
