/// The bounds and the pace of the module.
///
/// Memory is at most 16 B / 0.85 per session (a fifth of a line of 64 B per slot, at a load of 0.68 or more), 32 KiB
/// of digests per origin, and 4 MB: segments that are nearly empty, their locks, the slots, a frame being written.
public enum PresenceLimits {
    /// A power of two: the top bits of a user's hash.
    public static let segments = 4096
    /// Lives of nodes that the table can tell apart: those that are here, and those that wait to be swept.
    public static let originSlots = 4096
    /// Sessions in one segment, 168 million in all: a peer that has lost its mind must not take all memory, and what a
    /// node has in a bucket must fit into one frame of the bus, at `SessionOp.maxByteCount` each.
    public static let sessionsPerSegment = 40_960

    /// A change waits this long for others if one was sent just before.
    public static let flushInterval = Duration.milliseconds(20)
    /// A frame is closed when it reaches this size, so that nothing waits long behind it.
    public static let frameByteCount = 16 * 1024
    /// How soon a lost change is noticed.
    public static let summaryInterval = Duration.seconds(1)
    /// A repair that shows no progress for so long is asked for again.
    public static let repairPatience = Duration.seconds(2)
    /// What a dead node held is kept for so long: a false death is then undone by one flag.
    public static let purgeDelay = Duration.seconds(120)
    /// Of a sweep. A step takes about 1 ms with 10 million sessions.
    public static let sweepInterval = Duration.milliseconds(5)
    public static let segmentsPerSweepStep = 64
}
