import Primitives
import Reactor
import Synchronization

/// A server that says of everything that it is there, and counts who asks.
final class BriefBucket: Sendable {
    enum Manner: CaseIterable, Sendable {
        case keepsConnections
        /// Says that it closes the connection behind its answer.
        case closes
        /// The same, by its version.
        case isOld
        /// Closes the connection when it is asked again.
        case leaves
    }

    struct Count: Equatable {
        var connections = 0
        var answers = 0
    }

    private let server: ServerOnLoop
    private let counted: Counted

    private final class Counted: Sendable {
        let count = Mutex(Count())
    }

    private final class Server: StreamHandler {
        private unowned let loop: EventLoop
        private let manner: Manner
        private let counted: Counted
        private var asked: Set<ConnectionHandle> = []

        init(_ manner: Manner, _ counted: Counted, _ loop: EventLoop) {
            self.loop = loop
            self.manner = manner
            self.counted = counted
        }

        func opened(_ handle: ConnectionHandle, peer: SocketAddress) {
            counted.count.withLock { $0.connections += 1 }
        }

        func received(_ bytes: RawSpan, on handle: ConnectionHandle) -> Int {
            guard String(decoding: bytes.copied(), as: UTF8.self).hasSuffix("\r\n\r\n") else { return 0 }
            if !asked.insert(handle).inserted, manner == .leaves {
                loop.close(handle, .now)
                return bytes.byteCount
            }
            counted.count.withLock { $0.answers += 1 }
            let head = "HTTP/1.\(manner == .isOld ? 0 : 1) 200 OK\r\nContent-Length: 0\r\n"
            let answer = [UInt8]((head + (manner == .closes ? "Connection: close\r\n\r\n" : "\r\n")).utf8)
            loop.send(answer.rawBytes, to: handle)
            return bytes.byteCount
        }

        func drained(_ handle: ConnectionHandle) {}
        func deadlinePassed(_ handle: ConnectionHandle) {}
        func closed(_ handle: ConnectionHandle, reason: CloseReason) {}
    }

    init(_ manner: Manner) throws {
        let counted = Counted()
        self.counted = counted
        server = try ServerOnLoop { loop in Server(manner, counted, loop) }
    }

    var count: Count { counted.count.withLock { $0 } }
    var port: UInt16 { server.port }

    func stop() { server.stop() }
}
