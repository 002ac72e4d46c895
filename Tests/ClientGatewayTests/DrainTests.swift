@testable import ClientGateway
import Primitives
import Testing

@Suite struct DrainTests {
    private let start = Instant(nanoseconds: 5_000_000_000)

    /// How many of a thousand are gone after each tick of the first ten seconds.
    private func gone(_ drain: Drain, of clients: Int = 1_000) -> [Int] {
        var drain = drain
        var gone = 0
        return (1...200).map { tick in
            gone += drain.take(of: clients - gone, at: start + Drain.tick * tick)
            return gone
        }
    }

    @Test func nobodyGoesBeforeTheOthersHaveHeard() {
        let drain = Drain(DrainOrder(rate: 100), loops: 1, at: start)
        #expect(gone(drain).prefix(19).allSatisfy { $0 == 0 })
        #expect(drain.takesNewcomers(at: start + .milliseconds(999)) && !drain.takesNewcomers(at: start + .seconds(1)))
    }

    @Test(arguments: [1, 4]) func thePaceIsThatOfTheOrder(loops: Int) {
        let gone = gone(Drain(DrainOrder(rate: 100), loops: loops, at: start))
        // After 10 s, one of them of notice, and a burst of a tenth of a second.
        #expect(abs(gone[199] - 900 / loops) <= 10)
        for second in 20..<180 { #expect(gone[second + 20] - gone[second] <= 100 / loops + 10) }
    }

    @Test func slowerThanATickIsPossible() {
        let gone = gone(Drain(DrainOrder(rate: 1), loops: 1, at: start))
        #expect(gone[199] == 10)
    }

    @Test func neverMoreThanThereAre() {
        #expect(gone(Drain(DrainOrder(rate: 1_000_000, notice: .zero), loops: 1, at: start), of: 7)[0] == 7)
    }
}
