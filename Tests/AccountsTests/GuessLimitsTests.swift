@testable import Accounts
import DBProxy
import Primitives
import Testing

@Suite struct GuessLimitsTests {
    private let limits = GuessLimits()

    private func verdict(
        bySite: Int, sinceLast: Duration = .zero, byName: Int = 0, isOwnSite: Bool = false
    ) -> GuessLimits.Verdict {
        var guesses = GuessRecord()
        guesses.bySite = bySite
        guesses.sinceLast = sinceLast
        guesses.byName = byName
        guesses.isOwnSite = isOwnSite
        return limits.judge(guesses)
    }

    @Test func theOwnerWhoMistypesIsInWithinSeconds() {
        #expect(verdict(bySite: 2) == .judge)
        #expect(verdict(bySite: 3) == .hold(.seconds(2)))
        #expect(verdict(bySite: 3, sinceLast: .seconds(2)) == .judge)
        #expect(verdict(bySite: 4, sinceLast: .seconds(1)) == .hold(.seconds(3)))
        // From where he has logged in before it is never more.
        #expect(verdict(bySite: 50, isOwnSite: true) == .hold(.seconds(4)))
    }

    @Test func othersGuessesAreNotInTheWay() {
        #expect(verdict(bySite: 0, byName: 99) == .judge)
        #expect(verdict(bySite: 0, byName: 5_000, isOwnSite: true) == .judge)
        #expect(verdict(bySite: 0, byName: 100) == .refuse)
    }

    /// Guesses against one name in a day by who never stops, from so many addresses.
    private func guessesPerDay(sites: Int, areOwn: Bool = false) -> Int {
        var guesses: [(site: Int, at: Int)] = []
        var judged = 0
        for second in stride(from: 0, to: 86_400, by: 4) {
            guesses.removeAll { $0.at <= second - 3_600 }
            // With eleven the bound of the name is reached.
            for site in 0..<min(sites, 11) {
                let own = guesses.filter { $0.site == site }
                let last = own.last.map { second - $0.at } ?? 86_400
                let verdict = verdict(
                    bySite: own.count, sinceLast: .seconds(last), byName: areOwn ? 0 : guesses.count, isOwnSite: areOwn)
                guard verdict == .judge else { continue }
                guesses.append((site, second))
                judged += 1
            }
        }
        return judged
    }

    @Test("brute force is bounded: the rates that the documentation states")
    func guessesAreBounded() {
        #expect(guessesPerDay(sites: 1) <= 240)
        #expect(guessesPerDay(sites: 1_000) <= 2_400)
        #expect(guessesPerDay(sites: 1, areOwn: true) <= 21_700)
    }
}
