import Primitives
import Reactor
import Synchronization

/// A server that is no bucket but in one respect, on a loop of its own.
struct ServerOnLoop {
    let port: UInt16
    private let group: LoopGroup

    init(_ handler: @escaping @Sendable (EventLoop) -> any StreamHandler) throws {
        let bound = Mutex<UInt16>(0)
        group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let service = loop.register(handler(loop), limits: StreamLimits())
            let listener = try loop.listen(on: .loopback(port: 0), service)
            bound.withLock { $0 = listener.address.port }
        }
        port = bound.withLock { $0 }
    }

    func stop() { group.stop() }
}
