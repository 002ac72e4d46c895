public import Primitives

/// How much of a channel may be on its way, and when: a rate, a bound, and a pause while its service takes nothing.
///
/// A core. A service that does not answer is asked with one message at a time, after pauses that double from a second
/// to half a minute: what waits loses no attempts by it, and its service is not flooded when it comes back.
public struct ChannelPace: Sendable {
    private static let shortest: Duration = .seconds(1)
    private static let longest: Duration = .seconds(30)
    /// Claimed at once.
    private static let batch = 100

    private let limit: TokenBucket.Limit
    private let maxUnderWay: Int
    private var bucket = TokenBucket()
    public private(set) var underWay = 0
    /// Since the last success.
    private var pauses = 0
    private var pausedUntil = Instant(nanoseconds: 0)

    /// - Parameter rate: messages per second, at least 1.
    public init(rate: Int, maxUnderWay: Int) {
        limit = TokenBucket.Limit(rate: Double(rate), burst: max(1, rate / 10))
        self.maxUnderWay = maxUnderWay
    }

    /// The service has taken nothing of late.
    public var isPaused: Bool { pauses > 0 }

    /// How many more may be taken now.
    public func room(at now: Instant) -> Int {
        guard bucket.wait(limit, at: now) == nil else { return 0 }
        if isPaused { return underWay == 0 && now >= pausedUntil ? 1 : 0 }
        return max(0, min(Self.batch, maxUnderWay - underWay))
    }

    public mutating func took(_ count: Int, at now: Instant) {
        underWay += count
        bucket.charge(count, limit, at: now)
    }

    /// - Parameter stops: the service takes nothing more.
    public mutating func ended(stops: Bool, at now: Instant) {
        underWay -= 1
        guard stops else {
            pauses = 0
            return
        }
        // What was under way together fails together, and counts once.
        guard now >= pausedUntil else { return }
        pausedUntil = now + min(Self.longest, Self.shortest * Int(1 << min(pauses, 6)))
        pauses += 1
    }

    /// Traps if the counts contradict each other.
    public func checkInvariants() {
        precondition(underWay >= 0, "\(underWay) messages are under way")
        precondition(pauses >= 0, "\(pauses) pauses")
    }
}
