@testable import Conversations
import Primitives
import TalkProtocol
import Testing

@Suite struct MissedSearchTests {
    private let start = Instant(nanoseconds: 2_000_000_000_000)

    /// Ticks as a loop does, and answers each question at once.
    private struct Run {
        var search: MissedSearch
        var now: Instant
        var asked: [(users: [UserID], back: Duration, at: Instant)] = []

        init(at now: Instant) {
            search = MissedSearch(at: now)
            self.now = now
        }

        mutating func tick(for duration: Duration, answering isAnswered: Bool = true) {
            let end = now + duration
            while now < end {
                now = now + .milliseconds(50)
                look(answering: isAnswered)
            }
        }

        mutating func look(answering isAnswered: Bool = true) {
            var questions: [(MissedSearch.ID, [UserID], Duration)] = []
            search.ask(at: now, everyone: { [UserID(1), UserID(2)] }) { questions.append(($0, Array($1), $2)) }
            for (id, users, back) in questions {
                asked.append((users, back, now))
                search.answered(id, isAnswered, at: now)
            }
        }
    }

    @Test func whereNothingHappensNothingIsAsked() {
        var run = Run(at: start)
        run.tick(for: .seconds(30))
        #expect(run.asked.isEmpty)
        #expect(run.search.unheardSince(at: run.now) == run.now)
    }

    @Test func loginsOfAMomentAreLookedAfterTogetherAndTwice() {
        var run = Run(at: start)
        run.search.opened(UserID(7), at: run.now)
        run.tick(for: .milliseconds(50))
        run.search.opened(UserID(8), at: run.now)
        run.tick(for: .seconds(15))
        #expect(run.asked.map(\.users) == [[UserID(7), UserID(8)], [UserID(7), UserID(8)]])
        // All since before they came.
        #expect(run.asked.allSatisfy { $0.at - $0.back < start })
    }

    @Test("a loop that stands still looks as far back after logins as it would have, however late it is")
    func lateLooks() {
        var run = Run(at: start)
        run.search.opened(UserID(7), at: run.now)
        run.tick(for: .milliseconds(200))
        run.now = run.now + .seconds(9)
        run.look()
        #expect(run.asked.first.map { $0.at - $0.back < start } == true)
    }

    @Test("what was stored while a loop stood still is looked for, and not taken for heard before")
    func standstill() {
        var run = Run(at: start)
        run.tick(for: .seconds(1))
        let still = run.now
        run.now = run.now + .seconds(20)
        #expect(run.search.unheardSince(at: run.now) < still)
        run.look()
        #expect(run.asked.map(\.users) == [[UserID(1), UserID(2)]])
        #expect(run.asked.allSatisfy { $0.at - $0.back < still })
        run.tick(for: .seconds(40))
        // At once, and when all is stored that was on its way.
        #expect(run.asked.count == 2)
    }

    @Test func withoutAnAnswerItIsAskedAgain() {
        var run = Run(at: start)
        run.search.opened(UserID(7), at: run.now)
        run.tick(for: .seconds(3), answering: false)
        #expect(run.asked.count > 1)
        // Now for everyone, and for all of the time.
        #expect(run.asked.last?.users == [UserID(1), UserID(2)])
        #expect(run.asked.allSatisfy { $0.at - $0.back < start })
    }
}
