import Primitives
import Testing

@Suite struct TokenBucketTableTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)
    private let limit = TokenBucket.Limit(rate: 1, burst: 3)

    @Test func eachKeyHasItsOwnRate() {
        var table = TokenBucketTable<Int>(limit, capacity: 100)
        #expect((0..<5).map { _ in table.take(1, at: start) } == [true, true, true, false, false])
        #expect(table.wait(1, at: start) == .seconds(1))
        #expect(table.wait(2, at: start) == nil)
        #expect(table.take(2, at: start) == true)
        #expect(table.wait(1, at: start + .seconds(1)) == nil)
    }

    @Test func lookingTakesNothing() {
        let table = TokenBucketTable<Int>(limit, capacity: 100)
        for _ in 0..<10 { #expect(table.wait(1, at: start) == nil) }
        #expect(table.count == 0)
    }

    @Test func whoComesSeldomIsForgottenAndWhoComesOftenIsNot() {
        var table = TokenBucketTable<Int>(limit, capacity: 100)
        for second in 0..<60 {
            let now = start + .seconds(second)
            table.take(1_000 + second, at: now)
            _ = (0..<3).map { _ in table.take(1, at: now) }
            #expect(table.wait(1, at: now) != nil)
        }
        #expect(table.count < 10)
        #expect(table.crowdedOut == 0)
    }

    @Test func aFloodOfKeysTakesBoundedRoomAndIsCounted() {
        var table = TokenBucketTable<Int>(limit, capacity: 100)
        for key in 0..<10_000 { table.take(key, at: start) }
        #expect(table.count <= 200)
        #expect(table.crowdedOut + table.count == 10_000)
    }
}
