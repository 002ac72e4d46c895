/// How far a run is: for the line of progress.
public struct Tally: Equatable, Sendable {
    public var online = 0
    public var acked = 0
    public var delivered = 0
    public var resent = 0
    public var reconnects = 0
    public var violations = 0

    static func + (left: Tally, right: Tally) -> Tally {
        Tally(
            online: left.online + right.online, acked: left.acked + right.acked,
            delivered: left.delivered + right.delivered, resent: left.resent + right.resent,
            reconnects: left.reconnects + right.reconnects, violations: left.violations + right.violations)
    }
}
