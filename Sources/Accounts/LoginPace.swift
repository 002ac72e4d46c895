import Primitives
import Synchronization
import TalkProtocol

/// How often one user may log in: each login is written, and told to others. Shared by the loops of a node.
///
/// Some devices, tabs and a telephone in a tunnel stay far below it; who logs in for the sake of it does not.
public final class LoginPace: Sendable {
    private static let limit = TokenBucket.Limit(rate: 1, burst: 30)
    private static let capacity = 50_000

    private let table = Mutex(TokenBucketTable<UserID>(limit, capacity: capacity))

    public init() {}

    /// `false`: not now.
    func admits(_ user: UserID, at now: Instant) -> Bool {
        table.withLock { $0.take(user, at: now) }
    }
}
