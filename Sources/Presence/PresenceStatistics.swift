/// What the streams of this node and of others have been through.
public struct PresenceStatistics: Sendable {
    /// Summaries of others that differed from what is here.
    public var mismatches = 0
    /// Changes of others before which some are missing here.
    public var gaps = 0
    /// Repairs that this node asked for.
    public var repairsAsked = 0
    /// Buckets that came in repairs, and those that others were sent.
    public var bucketsTaken = 0
    public var bucketsSent = 0
    /// Passes over the table that cleared away what nodes have left.
    public var sweeps = 0

    public init() {}
}
