import Primitives

/// How often it is said in the log that a message or a login was refused: a broken database refuses thousands per
/// second, and anybody may send as many wrong passwords. Each reason has its own measure, so that none hides another;
/// the counters have them all.
struct RefusalLog {
    private static let limit = TokenBucket.Limit(rate: 5, burst: 20)

    private var buckets: [String: TokenBucket] = [:]

    mutating func admits(_ reason: String, at now: Instant) -> Bool {
        buckets[reason, default: TokenBucket()].take(Self.limit, at: now) == nil
    }
}
