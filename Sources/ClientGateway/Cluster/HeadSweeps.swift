import Primitives

/// Since when the database is to be searched although nobody has said that something is missing. A core.
struct HeadSweeps {
    /// Between two of them while the cluster is in parts (architecture.md 8.6).
    static let period: Duration = .seconds(2)
    /// One that comes later than this was kept from coming.
    private static let maxLateness: Duration = .seconds(1)

    private var last: Instant

    init(at now: Instant) {
        last = now
    }

    /// A period has passed. `nil`: everything is heard of.
    ///
    /// - Parameter isApart: there is a node that cannot tell this one of its messages.
    mutating func due(at now: Instant, isApart: Bool) -> Instant? {
        let before = last
        last = now
        // A process that stood still was held for dead, and by the time it learns of that its end may be long ago.
        let stoodStill = now - before > Self.period + Self.maxLateness
        return isApart || stoodStill ? before : nil
    }
}
