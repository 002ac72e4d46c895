import Primitives

/// How fast a store writes: who brings more than that waits between two pieces. A database that has its log on the same
/// disk flushes it at each commit, and waits for all that is on its way to the disk. A core.
struct WritePace {
    /// So much comes at once: pictures do not wait.
    private static let burstBytes = 8 << 20

    private let limit: TokenBucket.Limit
    /// KiB.
    private var bucket = TokenBucket()

    init(bytesPerSecond: Int) {
        limit = TokenBucket.Limit(rate: Double(bytesPerSecond) / 1_024, burst: Self.burstBytes >> 10)
    }

    /// How long to wait before more comes.
    mutating func pause(after byteCount: Int, at now: Instant) -> Duration {
        bucket.charge(1 + byteCount >> 10, limit, at: now)
        return bucket.wait(limit, at: now) ?? .zero
    }
}
