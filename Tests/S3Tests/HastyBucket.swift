import Primitives
import Reactor

/// A server that gives an object before it is asked for it, and reads nothing: where it stops, connections are reset.
final class HastyBucket: Sendable {
    static let object: [UInt8] = [7]

    private let server: ServerOnLoop

    private final class Giver: StreamHandler {
        private unowned let loop: EventLoop

        init(_ loop: EventLoop) { self.loop = loop }

        func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
            loop.pauseReading(handle)
            let head = [UInt8]("HTTP/1.1 200 OK\r\nContent-Length: \(HastyBucket.object.count)\r\n\r\n".utf8)
            loop.send(head.rawBytes, HastyBucket.object.rawBytes, to: handle)
        }

        func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int { 0 }
        func drained(_ handle: ConnectionHandle) {}
        func deadlinePassed(_ handle: ConnectionHandle) {}
        func closed(_ handle: ConnectionHandle, reason: CloseReason) {}
    }

    init() throws { server = try ServerOnLoop { loop in Giver(loop) } }

    var port: UInt16 { server.port }

    func stop() { server.stop() }
}
