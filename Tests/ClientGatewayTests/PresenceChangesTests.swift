import Primitives
import TalkProtocol
import Testing

@testable import ClientGateway

@Suite struct PresenceChangesTests {
    private let start = Instant(nanoseconds: 1_000_000_000)
    private let never = Instant(nanoseconds: 0)

    @Test func aStormIsToldAFewAtATimeAndNobodyIsForgotten() {
        var changes = PresenceChanges()
        let everybody = (1...2_500).map { UserID($0) }
        // One tick for all of them.
        var ticks = 0
        for user in everybody + everybody where changes.note(user, .online, at: start) { ticks += 1 }
        #expect(ticks == 1)
        var told: [UserID] = []
        while !changes.isEmpty {
            let some = changes.take(asked: never, at: start) { _ in .online }
            #expect(!some.isEmpty && some.count <= PresenceChanges.maxPerTick)
            told += some.map(\.user)
        }
        #expect(told.sorted() == everybody)
    }

    @Test func aLoginThatChangesNothingIsNoNews() {
        var changes = PresenceChanges()
        // A mobile of a user without a PC.
        #expect(told(&changes, .offline, at: 0) == [])
        #expect(told(&changes, .online, at: 10) == [.online])
        // Another login of a user who is there.
        #expect(told(&changes, .online, at: 20) == [])
        #expect(told(&changes, .leave, at: 30) == [.leave])
    }

    @Test func whoIsBackAtOnceIsNotToldOfUnlessSomebodyAskedMeanwhile() {
        var changes = PresenceChanges()
        _ = told(&changes, .online, at: 0)
        #expect(told(&changes, .offline, then: .online, at: 10, asked: 9) == [])
        #expect(changes.isEmpty)
        #expect(told(&changes, .offline, then: .online, at: 20, asked: 20) == [.online])
    }

    @Test("B53: who comes and goes again and again is told of once in a second, as he is then; others at once")
    func whoFlickersIsToldOfOnceInASecond() {
        var changes = PresenceChanges()
        var notices: [UserStatType] = []
        for tick in 0..<100 {
            notices += told(&changes, tick.isMultiple(of: 2) ? .online : .offline, at: Double(tick) / 10)
            let other = UserID(UInt32(100 + tick))
            _ = changes.note(other, .online, at: at(Double(tick) / 10))
            let others = changes.take(asked: never, at: at(Double(tick) / 10)) { _ in .online }
            #expect(others.contains { $0.user == other })
        }
        #expect(notices.count <= 10)
        // Nobody believes something else in the end.
        let last = notices.last
        #expect(told(&changes, .leave, at: 9.95) == [] && !changes.isEmpty)
        #expect(changes.take(asked: never, at: at(11)) { _ in .leave }.map(\.status) == [.leave] && last != .leave)
    }

    private func at(_ seconds: Double) -> Instant { start + .seconds(seconds) }

    /// What is told of user 7 after a change to `status`, when it is `now` at the end of the tick.
    private func told(
        _ changes: inout PresenceChanges, _ status: UserStatType, then now: UserStatType? = nil, at second: Double,
        asked: Double = -1
    ) -> [UserStatType] {
        _ = changes.note(UserID(7), status, at: at(second))
        return changes.take(asked: at(asked), at: at(second)) { _ in now ?? status }
            .filter { $0.user == UserID(7) }.map(\.status)
    }
}
