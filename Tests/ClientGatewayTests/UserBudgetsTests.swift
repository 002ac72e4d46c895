import Primitives
import TalkProtocol
import Testing

@testable import ClientGateway

@Suite struct UserBudgetsTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)
    private let limits = GatewayLimits()
    private let budgets = UserBudgets()

    /// How many of a kind a user gets who asks 1,000 times a second for `time`.
    private func taken(_ kind: UserBudgets.Kind, of user: UInt32, within time: Duration) -> Int {
        (0..<time.milliseconds).count {
            budgets.take(kind, of: UserID(user), limits, at: start + .milliseconds($0)) == nil
        }
    }

    @Test func ratesAreThoseOfTheUser() {
        #expect(taken(.message, of: 7, within: .seconds(10)) == 40 + 199)
        #expect(taken(.profileChange, of: 7, within: .seconds(10)) == 5 + 9)
        #expect(taken(.groupChange, of: 7, within: .seconds(10)) == 20 + 19)
        // Another user has his own.
        #expect(taken(.message, of: 8, within: .seconds(1)) == 40 + 19)
    }

    @Test("who was sent much waits with requests, not with messages")
    func bytesAreCharged() throws {
        for _ in 0..<22 { budgets.charge(400_000, to: UserID(7), limits, at: start) }
        let wait = try #require(budgets.take(.request, of: UserID(7), limits, at: start))
        #expect(wait > .milliseconds(700) && wait < .milliseconds(900))
        #expect(budgets.take(.message, of: UserID(7), limits, at: start) == nil)
        #expect(budgets.take(.request, of: UserID(7), limits, at: start + wait) == nil)
    }

    @Test("messages are measured by their bytes too: long ones wait until the user's share has room again")
    func messageBytes() throws {
        let user = UserID(7)
        for _ in 0..<2 { #expect(budgets.take(.message, byteCount: 400_000, of: user, limits, at: start) == nil) }
        let wait = try #require(budgets.take(.message, byteCount: 100, of: user, limits, at: start))
        #expect(wait > .milliseconds(1_000) && wait < .milliseconds(1_200))
        #expect(budgets.take(.message, byteCount: 100, of: user, limits, at: start + wait) == nil)
        // In the long run.
        let taken = (0..<60_000).count {
            budgets.take(.message, byteCount: 390_000, of: user, limits, at: start + .milliseconds($0)) == nil
        }
        #expect(taken >= 39 && taken <= 41)
        // Requests have a share of their own.
        #expect(budgets.take(.request, of: user, limits, at: start) == nil)
    }

    @Test("a budget that is used up is not forgotten with the crowd, and is full again after a while")
    func memory() {
        for user in 1...UInt32(200_000) { _ = budgets.take(.message, of: UserID(user), limits, at: start) }
        for _ in 0..<39 { _ = budgets.take(.message, of: UserID(7), limits, at: start) }
        #expect(budgets.take(.message, of: UserID(7), limits, at: start) != nil)
        #expect(budgets.take(.message, of: UserID(7), limits, at: start + .seconds(300)) == nil)
    }
}
