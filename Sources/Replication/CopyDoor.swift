import Primitives
public import Reactor
public import TLS

/// Who comes to a port that nodes and clients share: nodes begin with a byte of their own, and then speak TLS with the
/// cluster's key. Confined to its loop.
public final class CopyDoor: StreamHandler {
    /// How long a newcomer may say nothing.
    private static let patience: Duration = .seconds(10)

    private unowned let loop: EventLoop
    private let context: TLSContext
    private let nodes: CopyPort
    private let service: StreamService
    private let welcome: (ConnectionHandle, SocketAddress) -> Void
    private var newcomers: [ConnectionHandle: SocketAddress] = [:]
    private var arrivals = Arrivals(capacity: 500)

    /// - Parameters:
    ///   - context: shares the cluster's key (`TLSContext.init(sharing:accepts:)`).
    ///   - clients: takes over a connection of anybody else, in a turn in which it is not being read.
    public init(
        _ context: TLSContext, nodes: CopyPort, on loop: EventLoop,
        clients: @escaping (ConnectionHandle, SocketAddress) -> Void
    ) {
        self.context = context
        self.nodes = nodes
        self.loop = loop
        welcome = clients
        service = loop.register(nodes, limits: StreamLimits())
    }

    public func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
        newcomers[handle] = peer
        if let oldest = arrivals.enter(handle) { loop.close(oldest, .now) }
        loop.setDeadline(loop.now + Self.patience, for: handle)
    }

    public func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
        guard let peer = newcomers.removeValue(forKey: handle) else { return 0 }
        arrivals.leave(handle)
        // Not handed over now: its bytes are being read.
        loop.pauseReading(handle)
        guard bytes.byte(at: 0) == CopyClient.firstByte else {
            loop.scheduleNextTurn { [self] in if loop.isOpen(handle) { welcome(handle, peer) } }
            return 0
        }
        loop.startTLS(handle, accepting: context)
        loop.scheduleNextTurn { [self] in
            guard loop.isOpen(handle) else { return }
            let nothing: [UInt8] = []
            loop.handOver(handle, to: service, unread: nothing.rawBytes)
            nodes.take(handle)
        }
        return 1
    }

    public func drained(_ handle: ConnectionHandle) {}

    public func deadlinePassed(_ handle: ConnectionHandle) { loop.close(handle, .now) }

    public func closed(_ handle: ConnectionHandle, reason: CloseReason) {
        newcomers[handle] = nil
        arrivals.leave(handle)
    }
}
