import Primitives

/// Since when messages may have been stored of which this loop was not told, and whether it is looking. A core.
///
/// One look at a time: while the database does not answer, doubts come together into one that reaches farther back.
struct Doubts {
    /// So far back messages are looked for; who missed older ones pulls them. Less than a delivery cursor lives: what
    /// was pushed would be pushed again.
    static let longestLook: Duration = .seconds(540)

    private var since: Instant?
    private var looking: Instant?

    mutating func arose(since instant: Instant) {
        since = min(since ?? .never, instant)
    }

    /// How far back to look now; `nil`: there is no doubt, or a look is under way, which `ended` ends.
    mutating func begin(at now: Instant) -> Duration? {
        guard looking == nil, let start = since else { return nil }
        since = nil
        looking = start
        return min(now - start, Self.longestLook)
    }

    /// Without an answer the doubt stays. `true`: it is time for another look, after a while.
    mutating func ended(_ isAnswered: Bool) -> Bool {
        if !isAnswered, let looking { arose(since: looking) }
        looking = nil
        return since != nil
    }
}
