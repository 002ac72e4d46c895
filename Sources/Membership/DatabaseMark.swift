/// Which database a node works with, and the highest timeline of it that the node has seen: nodes of one cluster share
/// one, and a server of a lower timeline was replaced.
public struct DatabaseMark: Hashable, Sendable {
    /// Made at random with the database, and the same in all its copies.
    public let database: UInt64
    public let timeline: UInt32

    public init(database: UInt64, timeline: UInt32) {
        self.database = database
        self.timeline = timeline
    }
}
