import Primitives

/// How long things took, in log-linear buckets after Gil Tene's HdrHistogram: 128 buckets for each power of two of
/// nanoseconds, so a percentile is wrong by less than 0.4 % whatever its size, and a run of any length takes 36 KB.
public struct LatencyHistogram: Sendable {
    private static let precisionBits = 7
    /// About 73 minutes; what takes longer is counted there.
    private static let longest: UInt64 = 1 << 42

    private var counts = [UInt64](repeating: 0, count: bucket(of: longest) + 1)
    public private(set) var count: UInt64 = 0
    private var longestSeen: UInt64 = 0

    public init() {}

    public mutating func record(_ duration: Duration) {
        let nanoseconds = UInt64(clamping: duration.nanoseconds)
        counts[Self.bucket(of: min(nanoseconds, Self.longest))] += 1
        count += 1
        longestSeen = Swift.max(longestSeen, nanoseconds)
    }

    /// Exact.
    public var max: Duration { .nanoseconds(Int64(clamping: longestSeen)) }

    /// The time within which `fraction` (0...1) of all were done; zero if there were none.
    public func quantile(_ fraction: Double) -> Duration {
        // The nearest-rank definition: the smallest value with at least this share at or below it.
        let rank = UInt64((fraction * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() where count > 0 {
            seen += count
            if seen >= rank { return .nanoseconds(Int64(min(Self.middle(of: bucket), longestSeen))) }
        }
        return .zero
    }

    public mutating func merge(_ other: LatencyHistogram) {
        for (bucket, count) in other.counts.enumerated() where count > 0 { counts[bucket] += count }
        count += other.count
        longestSeen = Swift.max(longestSeen, other.longestSeen)
    }

    /// The leading bits of the value below its exponent; values under 128 have a bucket each.
    private static func bucket(of value: UInt64) -> Int {
        let exponent = Swift.max(0, UInt64.bitWidth - 1 - value.leadingZeroBitCount - precisionBits)
        return exponent << precisionBits + Int(value >> UInt64(exponent))
    }

    private static func middle(of bucket: Int) -> UInt64 {
        let exponent = Swift.max(0, bucket >> precisionBits - 1)
        let lowest = UInt64(bucket - exponent << precisionBits) << UInt64(exponent)
        return lowest + (1 << UInt64(exponent)) / 2
    }
}
