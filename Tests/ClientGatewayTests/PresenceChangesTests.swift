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
            let some = changes.take(asked: never) { _ in .online }
            #expect(!some.isEmpty && some.count <= PresenceChanges.maxPerTick)
            told += some.map(\.user)
        }
        #expect(told.sorted() == everybody)
    }

    @Test func aLoginThatChangesNothingIsNoNews() {
        var changes = PresenceChanges()
        // A mobile of a user without a PC.
        #expect(told(&changes, .offline) == [])
        #expect(told(&changes, .online) == [.online])
        // Another login of a user who is there.
        #expect(told(&changes, .online) == [])
        #expect(told(&changes, .leave) == [.leave])
    }

    @Test func whoIsBackAtOnceIsNotToldOfUnlessSomebodyAskedMeanwhile() {
        var changes = PresenceChanges()
        _ = told(&changes, .online)
        #expect(told(&changes, .offline, then: .online, asked: start - .milliseconds(1)) == [])
        #expect(changes.isEmpty)
        #expect(told(&changes, .offline, then: .online, asked: start) == [.online])
    }

    /// What is told after a change to `status`, when it is `now` at the end of the tick.
    private func told(
        _ changes: inout PresenceChanges, _ status: UserStatType, then now: UserStatType? = nil,
        asked: Instant = Instant(nanoseconds: 0)
    ) -> [UserStatType] {
        _ = changes.note(UserID(7), status, at: start)
        return changes.take(asked: asked) { _ in now ?? status }.map(\.status)
    }
}
