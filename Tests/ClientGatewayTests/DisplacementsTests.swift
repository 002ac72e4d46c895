import Primitives
import TalkProtocol
import Testing

@testable import ClientGateway

@Suite struct DisplacementsTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    /// Two clients of one user and class that log in again `after` their connection was closed, for a minute.
    @Test("two that reconnect whenever they are closed take turns a few times a minute, and less and less")
    func twoThatReconnect() {
        var counts = DisplacementCounts()
        var now = start
        var logins: [Instant] = []
        while now < start + .seconds(3600) {
            now = now + counts.delay(UserID(7), .pc, at: now)
            logins.append(now)
            // The other one is displaced, closed later, and comes at once.
            now = now + counts.note(UserID(7), .pc, at: now)
        }
        #expect(logins.count { $0 < start + .seconds(60) } <= 4)
        #expect(logins.count <= 20)
    }

    @Test("two that close by themselves and come back at once are held up, and others of the user are not")
    func twoThatCloseThemselves() {
        var counts = DisplacementCounts()
        var now = start
        var logins = 0
        while now < start + .seconds(60) {
            now = now + counts.delay(UserID(7), .mobile, at: now)
            logins += 1
            _ = counts.note(UserID(7), .mobile, at: now)
        }
        // Four at once, then after 1, 2 and 4 s each.
        #expect(logins <= 21)
        #expect(counts.delay(UserID(7), .pc, at: now) == .zero)
        #expect(counts.delay(UserID(8), .mobile, at: now) == .zero)
        // Of yesterday's nothing is known.
        #expect(counts.delay(UserID(7), .mobile, at: now + .seconds(1_300)) == .zero)
    }

    @Test func onlySoManyAreRemembered() {
        var counts = DisplacementCounts()
        for user in 1...UInt32(3 * DisplacementCounts.capacity) {
            #expect(counts.note(UserID(user), .pc, at: start) == .seconds(10))
        }
        #expect(counts.count <= 2 * DisplacementCounts.capacity)
    }
}
