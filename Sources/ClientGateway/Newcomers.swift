public import Reactor
import Synchronization

/// Connections that have not logged in yet, by address: bounds what strangers can hold. Shared by the loops.
public final class Newcomers: Sendable {
    private struct State {
        var perHost: [SocketAddress.Host: Int] = [:]
        var total = 0
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = Mutex(State())

    public init(limit: Int, perAddress: Int) {
        self.limit = limit
        limitPerAddress = perAddress
    }

    /// `false`: one too many. Otherwise follow with `leave`, once.
    public func enter(_ host: SocketAddress.Host) -> Bool {
        state.withLock { state in
            guard state.total < limit, state.perHost[host, default: 0] < limitPerAddress else { return false }
            state.total += 1
            state.perHost[host, default: 0] += 1
            return true
        }
    }

    public func leave(_ host: SocketAddress.Host) {
        state.withLock { state in
            state.total -= 1
            let rest = state.perHost[host, default: 0] - 1
            state.perHost[host] = rest > 0 ? rest : nil
        }
    }

    public var count: Int { state.withLock { $0.total } }
}
