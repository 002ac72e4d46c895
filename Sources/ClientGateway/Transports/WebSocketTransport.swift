public import HTTPCore
import Metrics
import Primitives
public import Reactor
import TalkProtocol
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

/// Packets in WebSocket messages, and how a connection comes to speak so: by a request on the client port, whatever
/// its path, or on an HTTP port that hands it over.
extension ClientPort {
    /// The answer to a request on an HTTP port; with `101` follow with `take`.
    public func judge(_ request: HTTPRequest, from peer: SocketAddress) -> HTTPResponse {
        switch WebSocketHandshake.judge(request, gateway.limits.origins) {
        case .refused(let response): response
        case .accepted(let response): gateway.admits(peer) ? response : HTTPResponse(.serviceUnavailable)
        }
    }

    /// A connection that was handed over to this port speaks WebSocket from its first byte on.
    public func take(_ connection: ConnectionHandle, from peer: SocketAddress) {
        guard let place = begin(connection, peer: peer, over: webSocket) else {
            return webSocket.close(connection, because: .busy)
        }
        speakWebSocket(connection, place)
    }

    /// A request is read, and answered: with `101`, or with what is wrong with it.
    func readOpening(
        _ bytes: RawSpan, _ opening: WebSocketOpening, _ connection: ConnectionHandle, _ place: Int
    ) -> Int {
        var output = ByteWriter()
        var action = opening.connection.received(bytes, at: loop.now, into: &output)
        while true {
            switch action {
            case .none:
                noteInput(connection, place, isUnfinished: true, tookPacket: false)
                return bytes.byteCount
            case .head:
                action = opening.connection.acceptBody(limit: 0, at: loop.now, into: &output)
            case .request(let request):
                switch WebSocketHandshake.judge(request, gateway.limits.origins) {
                case .refused(let response):
                    // Nobody asks here a second time.
                    _ = opening.connection.drain()
                    action = opening.connection.respond(response, at: loop.now, into: &output)
                case .accepted(let response):
                    guard let unread = opening.connection.upgrade(response, at: loop.now, into: &output) else {
                        return bytes.byteCount
                    }
                    loop.send(output.bytes, to: connection)
                    let rest = bytes.extracting(droppingFirst: bytes.byteCount - unread.count)
                    speakWebSocket(connection, place)
                    return bytes.byteCount - unread.count + received(rest, on: connection)
                }
            case .part, .content:
                preconditionFailure("\(action), and nothing is taken or given in parts here")
            case .finish:
                loop.send(output.bytes, to: connection)
                loop.close(connection, .afterFlush)
                return bytes.byteCount
            case .close:
                loop.close(connection, .now)
                return bytes.byteCount
            }
        }
    }

    private func speakWebSocket(_ connection: ConnectionHandle, _ place: Int) {
        let link = WebSocketLink(nextPing: loop.now + gateway.limits.pingInterval)
        begins(.webSocket(link), as: .websocket, place)
        noteInput(connection, place, isUnfinished: false, tookPacket: false)
    }

    func readMessages(
        _ bytes: RawSpan, _ link: WebSocketLink, _ session: Session, _ connection: ConnectionHandle, _ place: Int
    ) -> Int {
        let payload = payload
        var rest = bytes
        var (isPaused, tookPacket) = (false, false)
        reading: while !rest.isEmpty {
            let limit = session.isOnline ? gateway.limits.maxPDU : gateway.limits.maxPDUBeforeLogin
            let limits = WebSocketReceiver.Limits(messageBytes: limit)
            switch link.receiver.next(in: rest, limits, at: loop.now, payload: &payload.writer) {
            case .needMore: break reading
            case .passed(let byteCount): rest = rest.extracting(droppingFirst: byteCount)
            case .ping(let byteCount):
                webSocket.send(.pong, payload.writer.bytes, to: connection)
                rest = rest.extracting(droppingFirst: byteCount)
            case .close(let code, _):
                webSocket.close(connection, code)
                return bytes.byteCount
            case .violation(let code): return refuse(bytes, code, session, connection)
            case .message(_, let byteCount):
                guard case .pdu(let header, let body) = PDUFramer.next(in: payload.writer.bytes, limit: limit),
                    body.upperBound == payload.writer.count
                else { return refuse(bytes, .protocolError, session, connection) }
                switch gateway.received(header, payload.writer.bytes.extracting(body), from: session) {
                case .taken:
                    link.receiver.messageTaken()
                    tookPacket = true
                    rest = rest.extracting(droppingFirst: byteCount)
                case .later(let wait):
                    pause(connection, for: wait)
                    isPaused = true
                    break reading
                case .closed: return bytes.byteCount
                }
            }
        }
        let isUnfinished = (!rest.isEmpty || link.receiver.isWithinMessage) && !isPaused
        noteInput(connection, place, isUnfinished: isUnfinished, tookPacket: tookPacket)
        return bytes.byteCount - rest.byteCount
    }

    private func refuse(
        _ bytes: RawSpan, _ code: WebSocketCloseCode, _ session: Session, _ connection: ConnectionHandle
    ) -> Int {
        gateway.refusedFrame(session)
        webSocket.close(connection, code)
        return bytes.byteCount
    }

    /// Something passes from time to time, for the sake of what stands between: proxies forget who says nothing.
    func ping(_ connection: ConnectionHandle, _ link: WebSocketLink) {
        webSocket.send(.ping, [UInt8]().rawBytes, to: connection)
        link.nextPing = loop.now + gateway.limits.pingInterval
    }
}
