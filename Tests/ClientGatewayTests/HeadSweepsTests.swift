@testable import ClientGateway
import Primitives
import Testing

@Suite struct HeadSweepsTests {
    private let start = Instant(nanoseconds: 2_000_000_000_000)

    @Test func nothingIsSearchedWhileAllIsWell() {
        var sweeps = HeadSweeps(at: start)
        let found = (1...10).compactMap { sweeps.due(at: start + HeadSweeps.period * $0, isApart: false) }
        #expect(found.isEmpty)
    }

    @Test func apartEverythingIsSearched() {
        var sweeps = HeadSweeps(at: start)
        let found = (1...10).compactMap { sweeps.due(at: start + HeadSweeps.period * $0, isApart: true) }
        #expect(found == (0..<10).map { start + HeadSweeps.period * $0 - .seconds(6) })
    }

    @Test func whatBreaksTogetherIsOneSearch() {
        var sweeps = HeadSweeps(at: start)
        let asked = [sweeps.doubted(at: start), sweeps.doubted(at: start + .milliseconds(500))]
        let since = [sweeps.doubtEnded(), sweeps.doubtEnded()]
        #expect(asked == [true, false] && since == [start - .seconds(6), nil])
        let again = sweeps.doubted(at: start + .seconds(2))
        #expect(again)
    }

    /// Stopped for twenty seconds, its clients still there: others stored messages for them and held it for dead.
    @Test func afterStandingStillAllOfThatTimeIsSearched() {
        var sweeps = HeadSweeps(at: start)
        _ = sweeps.due(at: start + .seconds(2), isApart: false)
        let (late, next) = (
            sweeps.due(at: start + .seconds(24), isApart: false), sweeps.due(at: start + .seconds(26), isApart: false)
        )
        #expect(late == start + .seconds(2) - .seconds(6))
        #expect(next == nil)
    }
}
