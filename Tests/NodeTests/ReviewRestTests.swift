import Primitives
import Testing

@testable import Node

struct ReviewRestTests {
    private let start = Instant(nanoseconds: 1)

    @Test("after twenty questions without an answer one a second is asked, until there is an answer")
    func rest() {
        var rest = ReviewRest()
        var asked = 0
        for tenth in 0..<100 {
            let now = start + .milliseconds(100 * tenth)
            guard rest.admits(at: now) else { continue }
            asked += 1
            rest.ended(isAnswered: false, at: now)
        }
        // Two seconds of all, eight of one each.
        #expect((27...29).contains(asked))
        rest.ended(isAnswered: true, at: start + .seconds(10))
        for _ in 0..<ReviewRest.patience {
            let isAdmitted = rest.admits(at: start + .seconds(10))
            #expect(isAdmitted)
        }
    }
}
