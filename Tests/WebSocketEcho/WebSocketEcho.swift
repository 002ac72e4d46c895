import HTTPCore
import HTTPServer
import Primitives
import Reactor
import WebSocket

/// Sends back each message: the WebSocket of the client port, with an echo in the place of sessions. For
/// deploy/websocket-conformance.
///
/// `websocket-echo PORT [LONGEST]`; the longest message is 32 MiB if not given.
@main
struct WebSocketEcho {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let port = arguments.first.flatMap(UInt16.init) else {
            return print("usage: websocket-echo PORT [LONGEST]")
        }
        let longest = arguments.dropFirst().first.flatMap { Int($0) } ?? 32 << 20
        let group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let service = HTTPService(
                census: HTTPCensus(maxConnections: 1_000), wallClock: { UnixTime(milliseconds: 0) }, on: loop)
            let echo = Echo(longest: longest, on: loop)
            var limits = StreamLimits()
            limits.maxInputBytes = 2 * longest
            limits.maxOutputBytes = 4 * longest
            limits.maxOutputFrames = 1_000_000
            let messages = loop.register(echo, limits: limits)
            service.addUpgrade("/", { request, _ in
                switch WebSocketHandshake.judge(request, .sameHost) {
                case .accepted(let response), .refused(let response): response
                }
            }) { connection, _, unread in
                loop.handOver(connection, to: messages, unread: unread.rawBytes)
            }
            _ = try loop.listen(on: .loopback(port: port), loop.register(service, limits: StreamLimits()))
        }
        print("ws://127.0.0.1:\(port)")
        withExtendedLifetime(group) { Semaphore().wait() }
    }
}

private final class Echo: StreamHandler {
    private unowned let loop: EventLoop
    private let limits: WebSocketReceiver.Limits
    private var receivers: [ConnectionHandle: WebSocketReceiver] = [:]
    private let payload = ScratchWriter()
    private let head = ScratchWriter()

    init(longest: Int, on loop: EventLoop) {
        self.loop = loop
        var limits = WebSocketReceiver.Limits(messageBytes: longest)
        limits.takesText = true
        // The suite sends long messages in many small frames.
        limits.fragments = .max
        self.limits = limits
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        let payload = payload
        var rest = bytes
        while true {
            let event = receivers[connection, default: WebSocketReceiver(ofClient: true)].next(
                in: rest, limits, at: loop.now, payload: &payload.writer)
            switch event {
            case .needMore: return bytes.byteCount - rest.byteCount
            case .passed(let byteCount): rest = rest.extracting(droppingFirst: byteCount)
            case .ping(let byteCount):
                send(.pong, payload.writer.bytes, to: connection)
                rest = rest.extracting(droppingFirst: byteCount)
            case .message(let opcode, let byteCount):
                send(opcode, payload.writer.bytes, to: connection)
                receivers[connection]?.messageTaken()
                rest = rest.extracting(droppingFirst: byteCount)
            case .close(let code, _): return end(connection, code, bytes)
            case .violation(let code): return end(connection, code, bytes)
            }
        }
    }

    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        receivers[connection] = nil
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: RawSpan, to connection: ConnectionHandle) {
        let head = head
        head.writer.clear()
        WebSocketFrame(opcode, length: payload.byteCount).write(into: &head.writer)
        loop.send(head.writer.bytes, payload, to: connection)
    }

    private func end(_ connection: ConnectionHandle, _ code: WebSocketCloseCode?, _ bytes: RawSpan) -> Int {
        let head = head
        head.writer.clear()
        WebSocketFrame.close(code, into: &head.writer)
        loop.send(head.writer.bytes, to: connection)
        loop.close(connection, .afterFlush)
        return bytes.byteCount
    }
}
