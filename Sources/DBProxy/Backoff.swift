import Primitives

/// Waiting times between attempts to connect: doubling from 50 ms to 2 s, each drawn at random between half of that
/// and all of it, so that nodes that lost the same server do not come back in step. A core.
struct Backoff {
    private static let first: Duration = .milliseconds(50)
    private static let last: Duration = .seconds(2)
    private var next = Backoff.first

    init() {}

    mutating func delay(_ random: inout SeededRandom) -> Duration {
        let half = next.nanoseconds / 2
        let delay = Duration.nanoseconds(half + Int64(random.next() % UInt64(half)))
        next = min(next * 2, Self.last)
        return delay
    }

    mutating func reset() {
        next = Self.first
    }
}
