@testable import Conversations
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

    @Test("a doubt is looked into twice: what was on its way to the database may have been stored after the first look")
    mutating func twice() {
        doubts.arose(since: start - .seconds(3), at: start)
        expect(doubts.begin(at: start), .seconds(3))
        expect(doubts.ended(true, at: start), false)
        // Another one meanwhile, which gets a second look of its own.
        doubts.arose(since: start + .seconds(4), at: start + .seconds(10))
        expect(doubts.begin(at: start + .seconds(10)), .seconds(6))
        expect(doubts.ended(true, at: start + .seconds(10)), false)
        expect(doubts.begin(at: start + .seconds(14)), nil)
        expect(doubts.begin(at: start + .seconds(15)), .seconds(18))
        expect(doubts.ended(true, at: start + .seconds(15)), false)
        expect(doubts.begin(at: start + .seconds(29)), nil)
        expect(doubts.begin(at: start + .seconds(30)), .seconds(26))
        expect(doubts.ended(true, at: start + .seconds(30)), false)
        expect(doubts.begin(at: start + .seconds(100)), nil)
    }

    @Test mutating func doubtsOfAMomentAreOne() {
        expect(doubts.begin(at: start), nil)
        doubts.arose(since: start - .seconds(3), at: start)
        doubts.arose(since: start - .seconds(1), at: start)
        expect(doubts.begin(at: start), .seconds(3))
        let (isMore, again) = (doubts.ended(true, at: start), doubts.begin(at: start + .seconds(1)))
        #expect(!isMore && again == nil)
    }

    @Test mutating func whatArisesMeanwhileIsLookedIntoAfterwards() {
        doubts.arose(since: start - .seconds(3), at: start)
        _ = doubts.begin(at: start)
        doubts.arose(since: start, at: start)
        expect(doubts.begin(at: start + .seconds(1)), nil)
        expect(doubts.ended(true, at: start + .seconds(1)), true)
        expect(doubts.begin(at: start + .seconds(1)), .seconds(1))
    }

    /// The database may be gone for long: doubts become one that reaches back to the first.
    @Test mutating func withoutAnAnswerTheDoubtStaysAndGrows() {
        doubts.arose(since: start, at: start)
        for second in 0..<60 {
            expect(doubts.begin(at: start + .seconds(second)), .seconds(second))
            doubts.arose(since: start + .seconds(second), at: start + .seconds(second))
            expect(doubts.ended(false, at: start + .seconds(second)), true)
        }
        expect(doubts.begin(at: start + .seconds(3_600)), Doubts.longestLook)
    }

    /// A conversation that begins while a doubt is looked into, or a moment later, begins as far back as that reaches.
    @Test mutating func whatWasInDoubtStaysUnheardForAWhile() {
        expect(doubts.unheard(at: start), start)
        doubts.arose(since: start - .seconds(20), at: start)
        _ = doubts.begin(at: start)
        expect(doubts.unheard(at: start + .seconds(40)), start - .seconds(20))
        _ = doubts.ended(true, at: start + .seconds(40))
        expect(doubts.unheard(at: start + .seconds(40)), start + .seconds(40))
        doubts.arose(since: start + .seconds(50), at: start + .seconds(51))
        _ = doubts.begin(at: start + .seconds(51))
        _ = doubts.ended(true, at: start + .seconds(52))
        expect(doubts.unheard(at: start + .seconds(80)), start + .seconds(50))
        expect(doubts.unheard(at: start + .seconds(82)), start + .seconds(82))
    }
}
