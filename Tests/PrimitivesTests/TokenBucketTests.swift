import Primitives
import Testing

@Suite struct TokenBucketTests {
    @Test func theBurstPassesAtOnceAndThenTheRate() {
        let limit = TokenBucket.Limit(rate: 20, burst: 40)
        var bucket = TokenBucket()
        let start = Instant(nanoseconds: 1_000_000_000)
        for _ in 0..<40 { #expect(bucket.take(limit, at: start) == nil) }
        #expect(bucket.take(limit, at: start) == .milliseconds(50))
        #expect(bucket.take(limit, at: start + .milliseconds(50)) == nil)
        #expect(bucket.take(limit, at: start + .milliseconds(51)) == .milliseconds(49))
    }

    @Test func aRefusedEventCostsNothing() {
        let limit = TokenBucket.Limit(rate: 1, burst: 1)
        var bucket = TokenBucket()
        let start = Instant(nanoseconds: 0)
        #expect(bucket.take(limit, at: start) == nil)
        for _ in 0..<100 { #expect(bucket.take(limit, at: start) == .seconds(1)) }
        #expect(bucket.take(limit, at: start + .seconds(1)) == nil)
    }
}
