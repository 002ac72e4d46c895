public import Primitives

/// How much may be on its way to a service, and when: a rate, a window, and a pause while it takes nothing.
///
/// A core. A service that does not answer is asked with one message at a time, after pauses that double from a second
/// to half a minute: what waits loses no attempts by it. The window begins with one message, grows by one with each
/// that was taken, and is halved when one was not, as that of TCP is (RFC 5681): what a slow service has taken, and has
/// not said so in time, would be sent to it twice.
public struct ServicePace: Sendable {
    private static let shortest: Duration = .seconds(1)
    private static let longest: Duration = .seconds(30)
    /// Claimed at once.
    private static let batch = 100

    private let limit: TokenBucket.Limit
    private let maxWindow: Int
    private var window = 1
    private var bucket = TokenBucket()
    public private(set) var underWay = 0
    /// Since the last success.
    private var pauses = 0
    private var pausedUntil = Instant(nanoseconds: 0)

    /// - Parameters:
    ///   - rate: messages per second, at least 1.
    ///   - maxWindow: messages under way.
    public init(rate: Int, maxWindow: Int) {
        limit = TokenBucket.Limit(rate: Double(rate), burst: max(1, rate / 10))
        self.maxWindow = maxWindow
    }

    /// The service has taken nothing of late.
    public var isPaused: Bool { pauses > 0 }

    /// Nothing is known of it that would be of use.
    func isIdle(at now: Instant) -> Bool { underWay == 0 && now >= pausedUntil }

    /// How many more may be taken now.
    public func room(at now: Instant) -> Int {
        guard bucket.wait(limit, at: now) == nil else { return 0 }
        if isPaused { return underWay == 0 && now >= pausedUntil ? 1 : 0 }
        return max(0, min(Self.batch, window - underWay))
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
            window = min(maxWindow, window + 1)
            return
        }
        window = max(1, window / 2)
        // What was under way together fails together, and counts once.
        guard now >= pausedUntil else { return }
        pausedUntil = now + min(Self.longest, Self.shortest * Int(1 << min(pauses, 6)))
        pauses += 1
    }

    /// Traps if the counts contradict each other.
    public func checkInvariants() {
        precondition((1...maxWindow).contains(window), "a window of \(window)")
        precondition(underWay >= 0, "\(underWay) messages are under way")
        precondition(pauses >= 0, "\(pauses) pauses")
    }
}
