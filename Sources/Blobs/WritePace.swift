import Primitives

/// How fast a store writes: who brings more than that waits between two pieces. A database that has its log on the same
/// disk flushes it at each commit, and waits for all that is on its way to the disk. A core.
///
/// All who write share it, and each of them waits equally long, so none with large pieces may bring them as one.
struct WritePace {
    /// So much comes at once where little was written of late.
    private static let burstBytes = 8 << 20
    /// The longest wait, for pieces of 64 KiB. Where more than 200 write at once, 64 MiB in a second become more: a
    /// transfer that is slower than that is taken for a broken one by who waits at its other end.
    static let maxPause: Duration = .milliseconds(200)

    private let limit: TokenBucket.Limit
    /// KiB.
    private var bucket = TokenBucket()

    init(bytesPerSecond: Int) {
        limit = TokenBucket.Limit(rate: Double(bytesPerSecond) / 1_024, burst: Self.burstBytes >> 10)
    }

    /// How long to wait before more comes.
    mutating func pause(after byteCount: Int, at now: Instant) -> Duration {
        // What is not paid for is forgotten: those who have gone leave no debt to those who come.
        if let wait = bucket.wait(limit, at: now), wait >= Self.maxPause { return Self.maxPause }
        bucket.charge((byteCount + 1_023) >> 10, limit, at: now)
        return min(bucket.wait(limit, at: now) ?? .zero, Self.maxPause)
    }
}
