import Primitives
import Reactor
import Synchronization

/// A server that has every object, and gives a byte of it each time that somebody could lose patience.
final class DrippingBucket: Sendable {
    /// Of each object: more than anybody waits for.
    static let byteCount = 1_000

    let port: UInt16
    private let group: LoopGroup

    private final class Dripper: StreamHandler {
        private unowned let loop: EventLoop

        init(_ loop: EventLoop) { self.loop = loop }

        func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
            let head = [UInt8]("HTTP/1.1 200 OK\r\nContent-Length: \(DrippingBucket.byteCount)\r\n\r\n".utf8)
            loop.send(head.rawBytes, to: handle)
            drip(handle)
        }

        private func drip(_ handle: ConnectionHandle) {
            guard loop.isOpen(handle) else { return }
            let byte: [UInt8] = [7]
            loop.send(byte.rawBytes, to: handle)
            loop.schedule(after: .milliseconds(50)) { [weak self] in self?.drip(handle) }
        }

        func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int { bytes.byteCount }
        func drained(_ handle: ConnectionHandle) {}
        func deadlinePassed(_ handle: ConnectionHandle) {}
        func closed(_ handle: ConnectionHandle, reason: CloseReason) {}
    }

    init() throws {
        let bound = Mutex<UInt16>(0)
        group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let listener = try loop.listen(
                on: .loopback(port: 0), loop.register(Dripper(loop), limits: StreamLimits()))
            bound.withLock { $0 = listener.address.port }
        }
        port = bound.withLock { $0 }
    }

    func stop() { group.stop() }
}
