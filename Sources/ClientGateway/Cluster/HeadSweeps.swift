public import Primitives

/// Since when the database is to be searched for messages that nobody told this node of: after what was seen to break,
/// and while it is known that something must be missing although nobody has said so. A core.
public struct HeadSweeps {
    /// Between two of them while the cluster is in parts.
    public static let period: Duration = .seconds(2)
    /// Links that break together are one doubt.
    public static let doubtDelay: Duration = .seconds(1)
    /// Messages that were under way when something broke: so far back the database is searched.
    private static let lookBack: Duration = .seconds(6)
    /// One that comes later than this was kept from coming.
    private static let maxLateness: Duration = .seconds(1)

    private var last: Instant
    private var doubtSince: Instant?

    public init(at now: Instant) {
        last = now
    }

    /// Something broke. `true`: call `doubtEnded` after `doubtDelay`.
    public mutating func doubted(at now: Instant) -> Bool {
        guard doubtSince == nil else { return false }
        doubtSince = now
        return true
    }

    /// Since when to search now.
    public mutating func doubtEnded() -> Instant? {
        defer { doubtSince = nil }
        return doubtSince.map { $0 - Self.lookBack }
    }

    /// A period has passed: since when to search now. `nil`: everything is heard of.
    ///
    /// - Parameter isApart: there is a node that cannot tell this one of its messages.
    public mutating func due(at now: Instant, isApart: Bool) -> Instant? {
        let before = last
        last = now
        // A process that stood still was held for dead, and by the time it learns of that its end may be long ago.
        let stoodStill = now - before > Self.period + Self.maxLateness
        return isApart || stoodStill ? before - Self.lookBack : nil
    }
}
