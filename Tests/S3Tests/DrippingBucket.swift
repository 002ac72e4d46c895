import Primitives
import Reactor

/// A server that has every object, and gives a byte of it each time that somebody could lose patience.
final class DrippingBucket: Sendable {
    /// Of each object: more than anybody waits for.
    static let byteCount = 1_000

    private let server: ServerOnLoop

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

    init() throws { server = try ServerOnLoop { loop in Dripper(loop) } }

    var port: UInt16 { server.port }

    func stop() { server.stop() }
}
