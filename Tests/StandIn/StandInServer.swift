public import Reactor
import Synchronization

/// A message server with its whole memory in one process: enough of one to test clients against, and fast enough to
/// measure them. It never was a model of the real server; it does what clients can see, or what `Behaviour` says.
///
/// User names end in digits, and these are the user's id.
public final class StandInServer: Sendable {
    private let group: LoopGroup
    /// Where clients log in.
    public let address: SocketAddress
    /// Where `GET /msg_server` is answered.
    public let httpAddress: SocketAddress

    /// - Parameter address: port 0 lets the kernel choose.
    public init(_ behaviour: Behaviour = Behaviour(), on address: SocketAddress = .loopback(port: 0)) throws {
        let bound = Mutex<[SocketAddress]>([])
        group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let service = loop.register(StandInService(loop, behaviour), limits: Self.limits)
            let listener = try loop.listen(on: address, service)
            let directory = StandInDirectory(loop, listener.address)
            let http = try loop.listen(on: .loopback(port: 0), loop.register(directory, limits: StreamLimits()))
            bound.withLock { $0 = [listener.address, http.address] }
        }
        let addresses = bound.withLock { $0 }
        self.address = addresses[0]
        httpAddress = addresses[1]
    }

    public func stop() {
        group.stop()
    }

    private static var limits: StreamLimits {
        var limits = StreamLimits()
        limits.maxOutputBytes = 64 << 20
        limits.maxOutputFrames = 1 << 20
        return limits
    }
}
