@testable import ClientGateway
import Primitives
import Testing

@Suite struct DoubtsTests {
    private let start = Instant(nanoseconds: 2_000_000_000_000)
    private var doubts = Doubts()

    /// The macro cannot change what it looks at.
    private func expect<Value: Equatable>(
        _ value: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(value == expected, sourceLocation: sourceLocation)
    }

    @Test mutating func aDoubtIsLookedIntoOnce() {
        expect(doubts.begin(at: start), nil)
        doubts.arose(since: start - .seconds(3))
        doubts.arose(since: start - .seconds(1))
        expect(doubts.begin(at: start), .seconds(3))
        let (isMore, again) = (doubts.ended(true), doubts.begin(at: start + .seconds(1)))
        #expect(!isMore && again == nil)
    }

    @Test mutating func whatArisesMeanwhileIsLookedIntoAfterwards() {
        doubts.arose(since: start - .seconds(3))
        _ = doubts.begin(at: start)
        doubts.arose(since: start)
        expect(doubts.begin(at: start + .seconds(1)), nil)
        expect(doubts.ended(true), true)
        expect(doubts.begin(at: start + .seconds(1)), .seconds(1))
    }

    /// The database may be gone for long: doubts become one that reaches back to the first.
    @Test mutating func withoutAnAnswerTheDoubtStaysAndGrows() {
        doubts.arose(since: start)
        for second in 0..<60 {
            expect(doubts.begin(at: start + .seconds(second)), .seconds(second))
            doubts.arose(since: start + .seconds(second))
            expect(doubts.ended(false), true)
        }
        expect(doubts.begin(at: start + .seconds(3_600)), Doubts.longestLook)
    }
}
