import Primitives
import Reactor
import Synchronization

/// How often logins from one address may fail. Shared by the loops of a node.
///
/// Failures are counted, not logins: those who guess fail, and a house full of people behind one address, or a load
/// test, does not. A failure is known only afterwards, so as many more attempts may be under way as an address may
/// have connections that are not logged in.
public final class FailedLogins: Sendable {
    private static let capacity = 50_000

    private let table: Mutex<TokenBucketTable<SocketAddress.Host>>

    public init(perMinute: Int) {
        let limit = TokenBucket.Limit(rate: Double(perMinute) / 60, burst: perMinute)
        table = Mutex(TokenBucketTable(limit, capacity: Self.capacity))
    }

    /// Whether `host` must wait before it may try again.
    func isExhausted(_ host: SocketAddress.Host, at now: Instant) -> Bool {
        table.withLock { $0.wait(host.site, at: now) } != nil
    }

    func failed(_ host: SocketAddress.Host, at now: Instant) {
        _ = table.withLock { $0.take(host.site, at: now) }
    }

    /// Addresses that are remembered.
    public var count: Int { table.withLock { $0.count } }

    /// Addresses that were forgotten early, as there were too many.
    public var crowdedOut: Int { table.withLock { $0.crowdedOut } }
}
