import Primitives
import Testing

@testable import LoadBench

@Suite struct LatencyHistogramTests {
    @Test func quantilesAreWithinOnePercent() {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        var exact: [Int64] = []
        for _ in 0..<5_000 {
            // Every magnitude from a nanosecond to half an hour.
            let nanoseconds = Int64.random(in: 0...(1 << Int64.random(in: 0...40, using: &random)), using: &random)
            histogram.record(.nanoseconds(nanoseconds))
            exact.append(nanoseconds)
        }
        exact.sort()
        for fraction in [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
            let expected = Double(exact[Int((fraction * 5_000).rounded(.up)) - 1])
            let found = Double(histogram.quantile(fraction).nanoseconds)
            #expect(abs(found - expected) <= 0.01 * expected, "seed \(seed), quantile \(fraction)")
        }
        #expect(histogram.max == .nanoseconds(exact[4_999]), "seed \(seed)")
    }

    @Test func mergingIsRecordingBoth() {
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        for milliseconds in 1...100 {
            if milliseconds <= 50 { left.record(.milliseconds(milliseconds)) } else {
                right.record(.milliseconds(milliseconds))
            }
        }
        left.merge(right)
        #expect(left.count == 100)
        #expect(left.max == .milliseconds(100))
        #expect(abs(left.quantile(0.5) / .milliseconds(50) - 1) < 0.01)
    }

    @Test func nothingTookNoTime() {
        #expect(LatencyHistogram().quantile(0.5) == .zero)
    }

    @Test func whatTakesForEverIsCounted() {
        var histogram = LatencyHistogram()
        histogram.record(.seconds(1 << 33))
        histogram.record(.seconds(-1))
        #expect(histogram.count == 2)
        #expect(histogram.max == .seconds(1 << 33))
    }
}
