import Primitives

/// How long a line may be silent, and how long it may say no more than that it is there: a client waits for another one
/// with heartbeats, and without a bound it would hold its place for ever with them. A core.
struct FilePatience {
    private static let silence: Duration = .seconds(120)
    /// As long as somebody may think about whether to take a file.
    private static let idleness: Duration = .seconds(1_800)

    private var carriedAt: Instant

    init(at now: Instant) {
        carriedAt = now
    }

    /// A piece was asked for, or came.
    mutating func carried(at now: Instant) {
        carriedAt = now
    }

    /// The client has said something: when it must have said more.
    func deadline(at now: Instant) -> Instant { min(now + Self.silence, carriedAt + Self.idleness) }
}
