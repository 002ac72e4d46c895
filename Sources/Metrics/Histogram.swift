import Primitives
import Synchronization

/// How values are spread: a count per bucket and the sum of all.
///
/// Recording is a binary search over some twenty bounds and two relaxed adds; like a counter, a histogram belongs to
/// one loop and the registry adds up the parts.
public final class Histogram: Sendable {
    let buckets: Buckets
    private let counts = InlineArray<24, Atomic<UInt64>> { _ in Atomic(0) }
    private let total = Atomic<UInt64>(0)

    public init(_ buckets: Buckets) {
        self.buckets = buckets
    }

    /// Counts one value in the recording unit of the buckets: nanoseconds, bytes or items.
    public func record(_ value: UInt64) {
        counts[buckets.index(of: value)].wrappingAdd(1, ordering: .relaxed)
        total.wrappingAdd(value, ordering: .relaxed)
    }

    /// Counts one time span; a negative one counts as zero.
    public func record(_ duration: Duration) {
        record(UInt64(clamping: duration.nanoseconds))
    }

    /// Counts per bucket, not cumulative; the last one is for values above every bound.
    public var countsByBucket: [UInt64] {
        (0...buckets.bounds.count).map { counts[$0].load(ordering: .relaxed) }
    }

    /// Sum of all values in the recording unit.
    public var sum: UInt64 { total.load(ordering: .relaxed) }
}
