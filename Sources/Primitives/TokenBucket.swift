/// A rate limit: `burst` events at once, `rate` events per second in the long run.
///
/// Holds only the time at which the bucket will be full again (the "generic cell rate algorithm", ITU-T I.371), so
/// it is 8 bytes per user and needs no timer.
public struct TokenBucket: Sendable {
    /// Immutable description, shared by many buckets.
    public struct Limit: Sendable {
        let interval: UInt64
        let depth: UInt64

        /// - Parameters:
        ///   - rate: events per second, above 0.
        ///   - burst: events that may come at once, at least 1.
        public init(rate: Double, burst: Int) {
            precondition(rate > 0 && burst >= 1, "a limit of \(rate)/s with burst \(burst) lets nothing through")
            interval = UInt64(max(1, 1_000_000_000 / rate))
            depth = interval * UInt64(burst)
        }

        /// How long so many events take in the long run.
        public func time(for count: Int) -> Duration {
            let product = interval.multipliedReportingOverflow(by: UInt64(clamping: count))
            return .nanoseconds(product.overflow ? .max : Int64(clamping: product.partialValue))
        }

        /// From empty to full.
        var timeToFill: Duration { .nanoseconds(Int64(clamping: depth)) }
    }

    private var full: UInt64 = 0

    public init() {}

    /// Takes tokens that were used already, whether they are there or not.
    public mutating func charge(_ count: Int, _ limit: Limit, at now: Instant) {
        full = max(full, now.nanoseconds) &+ UInt64(limit.time(for: count).nanoseconds)
    }

    /// How long until what was charged is there; `nil` if it is.
    public func wait(_ limit: Limit, at now: Instant) -> Duration? {
        let room = now.nanoseconds &+ limit.depth
        return full > room ? .nanoseconds(Int64(clamping: full - room)) : nil
    }

    /// Nothing was taken of late: it says no more than a new one.
    public func isFull(at now: Instant) -> Bool { full <= now.nanoseconds }

    /// Takes one token. When there is none, returns how long until there is; the bucket is then unchanged.
    public mutating func take(_ limit: Limit, at now: Instant) -> Duration? {
        let start = max(full, now.nanoseconds)
        let after = start &+ limit.interval
        let room = now.nanoseconds &+ limit.depth
        if after > room { return .nanoseconds(Int64(clamping: after - room)) }
        full = after
        return nil
    }
}
