import Conversations
public import Primitives
public import Reactor
import Synchronization

/// How many connections there are, and which of them have not logged in yet: bounds what strangers can hold. Shared by
/// the loops.
public final class Census: Sendable {
    /// Addresses whose pace is followed.
    private static let maxSites = 50_000

    private struct State {
        var connections = 0
        var newcomers: Newcomers
        var arrivals: TokenBucketTable<SocketAddress.Host>
    }

    private let state: Mutex<State>

    /// - Parameter arrivalsPerSecond: new connections of the node; of one address three quarters of it.
    public init(maxNewcomers: Int, perAddress: Int, arrivalsPerSecond: Int) {
        let pace = max(1, arrivalsPerSecond * 3 / 4)
        state = Mutex(
            State(
                newcomers: Newcomers(capacity: maxNewcomers, perSite: perAddress),
                arrivals: TokenBucketTable(
                    TokenBucket.Limit(rate: Double(pace), burst: pace), capacity: Self.maxSites)))
    }

    /// Whether another connection from there may come now.
    public func admits(_ host: SocketAddress.Host, at now: Instant) -> Bool {
        state.withLock { $0.arrivals.take(host.site, at: now) }
    }

    /// Unless it is refused follow with `gone`.
    func connected(_ address: SessionAddress, from host: SocketAddress.Host) -> Newcomers.Entrance {
        state.withLock { state in
            let entrance = state.newcomers.enter(address, from: host.site)
            if entrance != .refused { state.connections += 1 }
            return entrance
        }
    }

    /// Its login is being judged.
    func isJudged(_ address: SessionAddress, from host: SocketAddress.Host) {
        state.withLock { $0.newcomers.isJudged(address, from: host.site) }
    }

    func loggedIn(_ address: SessionAddress, from host: SocketAddress.Host) {
        state.withLock { $0.newcomers.remove(address, from: host.site) }
    }

    func gone(_ address: SessionAddress, from host: SocketAddress.Host, wasNewcomer: Bool) {
        state.withLock { state in
            state.connections -= 1
            if wasNewcomer { state.newcomers.remove(address, from: host.site) }
        }
    }

    public var connections: Int { state.withLock { $0.connections } }
}
