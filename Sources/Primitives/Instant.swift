/// A point on the monotonic clock, in nanoseconds since an arbitrary start (CLOCK_MONOTONIC in a node,
/// zero in a simulation).
///
/// Protocol cores never read a clock: the caller passes `now`. A loop reads the clock once per turn, so
/// everything that happens in one turn happens at one instant.
public struct Instant: Comparable, Hashable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than anything that happens: "no deadline".
    public static let never = Instant(nanoseconds: .max)

    /// Saturates at `never`; a negative duration saturates at zero.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let delta = duration.nanoseconds
        let (sum, overflow) = delta < 0
            ? instant.nanoseconds.subtractingReportingOverflow(delta.magnitude)
            : instant.nanoseconds.addingReportingOverflow(UInt64(delta))
        if overflow { return delta < 0 ? Instant(nanoseconds: 0) : .never }
        return Instant(nanoseconds: sum)
    }

    /// Saturates at zero.
    public static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }

    /// Time from `earlier` to `later`; zero if the order is the other way round.
    public static func - (later: Instant, earlier: Instant) -> Duration {
        guard later > earlier else { return .zero }
        return .nanoseconds(Int64(clamping: later.nanoseconds - earlier.nanoseconds))
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// Whole nanoseconds, saturating at about 292 years.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole milliseconds, rounded down, saturating.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
