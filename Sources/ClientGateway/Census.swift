public import Reactor
import Synchronization

/// How many connections there are, and how many of them have not logged in yet, by address: bounds what strangers can
/// hold. Shared by the loops.
public final class Census: Sendable {
    fileprivate struct State {
        var connections = 0
        var newcomers = 0
        var newcomersPerHost: [SocketAddress.Host: Int] = [:]
    }

    private let maxNewcomers: Int
    private let maxNewcomersPerHost: Int
    private let state = Mutex(State())

    public init(maxNewcomers: Int, perAddress: Int) {
        self.maxNewcomers = maxNewcomers
        maxNewcomersPerHost = perAddress
    }

    /// `false`: one newcomer too many. Otherwise follow with `loggedIn` or `gone`.
    public func connected(from host: SocketAddress.Host) -> Bool {
        state.withLock { state in
            guard state.newcomers < maxNewcomers, state.newcomersPerHost[host, default: 0] < maxNewcomersPerHost else {
                return false
            }
            state.connections += 1
            state.newcomers += 1
            state.newcomersPerHost[host, default: 0] += 1
            return true
        }
    }

    public func loggedIn(from host: SocketAddress.Host) {
        state.withLock { $0.removeNewcomer(host) }
    }

    public func gone(from host: SocketAddress.Host, wasNewcomer: Bool) {
        state.withLock { state in
            state.connections -= 1
            if wasNewcomer { state.removeNewcomer(host) }
        }
    }

    public var connections: Int { state.withLock { $0.connections } }
}

extension Census.State {
    fileprivate mutating func removeNewcomer(_ host: SocketAddress.Host) {
        newcomers -= 1
        let rest = newcomersPerHost[host, default: 0] - 1
        newcomersPerHost[host] = rest > 0 ? rest : nil
    }
}
