import Primitives

/// Since when messages may have been stored of which this loop was not told, and whether it is looking. A core.
///
/// One look at a time: while the database does not answer, doubts come together into one that reaches farther back.
struct Doubts {
    /// So far back messages are looked for; who missed older ones pulls them. Less than a delivery cursor lives: what
    /// was pushed would be pushed again.
    static let longestLook: Duration = .seconds(540)

    /// What one loop has found, others may still be looking for.
    private static let lastsAfterwards: Duration = .seconds(30)

    private var since: Instant?
    private var looking: Instant?
    /// How far back doubts of late have reached.
    private var reach = Instant.never
    private var reachEnds = Instant(nanoseconds: 0)

    mutating func arose(since instant: Instant, at now: Instant) {
        since = min(since ?? .never, instant)
        reach = min(now < reachEnds ? reach : .never, instant)
        reachEnds = now + Self.lastsAfterwards
    }

    /// What was stored since then may not have been heard of; `now` if there is no doubt.
    func unheard(at now: Instant) -> Instant {
        var start = min(now, min(since ?? .never, looking ?? .never))
        if now < reachEnds { start = min(start, reach) }
        return max(start, now - Self.longestLook)
    }

    /// How far back to look now; `nil`: there is no doubt, or a look is under way, which `ended` ends.
    mutating func begin(at now: Instant) -> Duration? {
        guard looking == nil, let start = since else { return nil }
        since = nil
        looking = start
        return min(now - start, Self.longestLook)
    }

    /// Without an answer the doubt stays. `true`: it is time for another look, after a while.
    mutating func ended(_ isAnswered: Bool, at now: Instant) -> Bool {
        if !isAnswered, let looking { arose(since: looking, at: now) }
        looking = nil
        return since != nil
    }
}
