import DBProxy

/// How fast somebody may guess a password. A guess costs the guesser: what others got wrong elsewhere delays nobody at
/// an address from which the name has logged in of late.
///
/// Guesses are different wrong secrets; the same one again is known to be wrong and no guess. Against one name that is
/// `perSite` in an hour from one address (240 a day), `perName` in an hour from however many addresses (2,400 a day),
/// and one in `maxHold` from an address of its owner.
public struct GuessLimits: Sendable {
    enum Verdict: Equatable {
        case judge
        /// Judged after so long, if the client waits.
        case hold(Duration)
        /// Not judged: too many were wrong.
        case refuse
    }

    /// Wrong secrets count for so long.
    public static let window: Duration = .seconds(3600)
    /// They are known to be wrong for so long.
    public static let memory: Duration = .seconds(24 * 3600)
    /// Guesses without a delay.
    static let free = 2

    /// From the first guess that is delayed to the next; twice as long after each further one.
    public var retryDelay: Duration = .seconds(2)
    /// An attempt that would be held longer is refused: the stock clients wait for 5 s.
    public var maxHold: Duration = .seconds(4)
    public var perSite = 10
    public var perName = 100

    public init() {}

    func judge(_ guesses: GuessRecord) -> Verdict {
        if !guesses.isOwnSite, guesses.bySite >= perSite || guesses.byName >= perName { return .refuse }
        guard guesses.bySite > Self.free else { return .judge }
        var rest = retryDelay * (1 << min(guesses.bySite - Self.free - 1, 20))
        if guesses.isOwnSite { rest = min(rest, maxHold) }
        let wait = rest - guesses.sinceLast
        if wait <= .zero { return .judge }
        return .hold(wait)
    }
}
