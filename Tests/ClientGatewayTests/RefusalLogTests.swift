import Primitives
import Testing

@testable import ClientGateway

@Suite struct RefusalLogTests {
    @Test func eachReasonIsToldSoOftenAndHidesNoOther() {
        var log = RefusalLog()
        let start = Instant(nanoseconds: 1_000_000_000)
        let told = (0..<3_000).filter { _ in log.admits("timed_out", at: start) }
        #expect(told.count == 20)
        let other = log.admits("not_allowed", at: start)
        #expect(other)
        let later = (0..<2).map { _ in log.admits("timed_out", at: start + .milliseconds(200)) }
        #expect(later == [true, false])
    }
}
