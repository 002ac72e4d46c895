import Primitives
import Reactor
import WebSocket

/// TeamTalk packets in WebSocket messages: one packet is one binary message, as pages read nothing else.
final class WebSocketTransport: PortTransport {
    unowned let port: ClientPort
    let kind = TransportKind.websocket
    private let frames = ScratchWriter(capacity: 256)

    init(_ port: ClientPort) {
        self.port = port
    }

    func send(_ packet: RawSpan, to connection: ConnectionHandle) {
        send(.binary, packet, to: connection)
    }

    /// The code comes behind what was sent before: the protocol's own notice is read first.
    func close(_ connection: ConnectionHandle, because ending: Ending) {
        close(connection, ending.closeCode)
    }

    func close(_ connection: ConnectionHandle, _ code: WebSocketCloseCode?) {
        let frames = frames
        frames.writer.clear()
        WebSocketFrame.close(code, into: &frames.writer)
        port.loop.send(frames.writer.bytes, to: connection)
        port.loop.close(connection, .afterFlush)
    }

    func send(_ opcode: WebSocketOpcode, _ payload: RawSpan, to connection: ConnectionHandle) {
        let frames = frames
        frames.writer.clear()
        WebSocketFrame(opcode, length: payload.byteCount).write(into: &frames.writer)
        port.loop.send(frames.writer.bytes, payload, to: connection)
    }
}

extension Ending {
    /// Those from 4000 on are this server's own.
    var closeCode: WebSocketCloseCode {
        switch self {
        case .loggedOut: .normal
        case .badPacket: .protocolError
        case .tooFast: .policyViolation
        case .drained: .serviceRestart
        case .busy: .tryAgainLater
        case .kicked: WebSocketCloseCode(rawValue: 4001)
        case .silent: WebSocketCloseCode(rawValue: 4002)
        case .loginRefused: WebSocketCloseCode(rawValue: 4003)
        }
    }
}
