import Primitives
import Testing

@Suite struct InstantTests {
    @Test func arithmeticSaturatesInsteadOfTrapping() {
        #expect(Instant.never + .seconds(1) == .never)
        #expect(Instant(nanoseconds: 5) + .nanoseconds(-10) == Instant(nanoseconds: 0))
        #expect(Instant(nanoseconds: .max - 1) + .seconds(Int64.max) == .never)
        #expect(Instant(nanoseconds: 5) - Instant(nanoseconds: 9) == .zero)
    }

    @Test func durationsAreExactToTheNanosecond() {
        let start = Instant(nanoseconds: 1_000)
        #expect((start + .milliseconds(3)) - start == .milliseconds(3))
        #expect(Duration.seconds(-2).nanoseconds == -2_000_000_000)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    }
}
