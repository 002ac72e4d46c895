import Primitives

/// Since when messages may have been stored of which this loop was not told, and whether it is looking. A core.
///
/// One look at a time: while the database does not answer, doubts come together into one that reaches farther back.
///
/// Each doubt is looked into twice: at once, and when nothing can be stored any more of what was on its way to the
/// database as it arose. A node that has died, or has left, may have sent an append that the database carries out
/// later: only the database knows of it then.
struct Doubts {
    /// So far back messages are looked for; who missed older ones pulls them. Less than a delivery cursor lives: what
    /// was pushed would be pushed again.
    static let longestLook: Duration = .seconds(540)

    /// Above the server's `statement_timeout`, with room for another append in front: see `UnansweredAppends`.
    private static let untilAllIsStored: Duration = .seconds(15)

    /// What one loop has found, others may still be looking for.
    private static let lastsAfterwards: Duration = .seconds(30)

    private var since: Instant?
    private var looking: Instant?
    /// The second look, and how far back it reaches.
    private var second: (due: Instant, since: Instant)?
    /// Of doubts that arose while that one was waited for: they get one of their own.
    private var behindSecond: Instant?
    /// How far back doubts of late have reached.
    private var reach = Instant.never
    private var reachEnds = Instant(nanoseconds: 0)

    mutating func arose(since instant: Instant, at now: Instant) {
        since = min(since ?? .never, instant)
        if second == nil {
            second = (now + Self.untilAllIsStored, instant)
        } else {
            behindSecond = min(behindSecond ?? .never, instant)
        }
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
        guard looking == nil else { return nil }
        if let second, now >= second.due {
            since = min(since ?? .never, second.since)
            self.second = behindSecond.map { (now + Self.untilAllIsStored, $0) }
            behindSecond = nil
        }
        guard let start = since else { return nil }
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
