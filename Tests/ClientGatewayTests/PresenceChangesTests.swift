@testable import ClientGateway
import TalkProtocol
import Testing

@Suite struct PresenceChangesTests {
    @Test func aStormIsToldAFewAtATimeAndNobodyIsForgotten() {
        var changes = PresenceChanges()
        let everybody = (1...2_500).map { UserID($0) }
        // One tick for all of them.
        var ticks = 0
        for user in everybody + everybody where changes.note(user) { ticks += 1 }
        #expect(ticks == 1)
        var told: [UserID] = []
        while !changes.isEmpty {
            let some = changes.take()
            #expect(!some.isEmpty && some.count <= PresenceChanges.maxPerTick)
            told += some
        }
        #expect(told.sorted() == everybody)
    }
}
