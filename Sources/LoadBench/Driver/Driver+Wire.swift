import Primitives
import Reactor
import TalkProtocol
import WebSocket

/// What packets travel in: as they are, or in WebSocket messages, one in each. Requests are the business of `PollWire`.
extension Driver {
    private static let key = "Z3JhcGV2aW5lIGlzIGhlcg=="
    private static let headEnd: [UInt8] = [13, 10, 13, 10]

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        guard let client = client(of: connection) else { return loop.close(connection, .now) }
        if let tls { loop.startTLS(connection, connecting: tls, to: peer.hostText) }
        client.isOpening = plan.transport.isWebSocket
        if client.isOpening {
            let request = "GET / HTTP/1.1\r\nHost: \(peer)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(Self.key)\r\n\r\n"
            loop.send([UInt8](request.utf8).rawBytes, to: connection)
        } else {
            connected(client)
            flush(client)
        }
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard let client = client(of: connection) else { return bytes.byteCount }
        client.lastHeard = loop.now
        var rest = bytes
        if client.isOpening {
            guard let end = headEnd(of: bytes, client, connection) else { return 0 }
            rest = rest.extracting(droppingFirst: end)
        }
        let isReadable = plan.transport.isWebSocket
            ? readMessages(&rest, client, connection) : readPackets(&rest, client)
        guard isReadable else {
            loop.close(connection, .now)
            return bytes.byteCount
        }
        flush(client)
        return bytes.byteCount - rest.byteCount
    }

    /// Sends what was written for `client`.
    func flush(_ client: Client) {
        let output = output
        if output.writer.isEmpty { return }
        if let polls {
            polls.send(output.writer.bytes, client)
        } else if let connection = client.connection {
            if plan.transport.isWebSocket {
                sendMessages(output.writer.bytes, to: connection)
            } else {
                loop.send(output.writer.bytes, to: connection)
            }
        }
        output.writer.clear(keeping: 1 << 20)
    }

    func readPackets(_ rest: inout RawSpan, _ client: Client) -> Bool {
        while true {
            switch PDUFramer.next(in: rest, limit: Self.maxPacket) {
            case .needMore: return true
            case .invalid(let reason):
                findings.add(.corrupt, "\(client.name): a packet that is none: \(reason)")
                return false
            case .pdu(let header, let body):
                received(header, rest.extracting(body), client)
                rest = rest.extracting(droppingFirst: body.upperBound)
            }
        }
    }

    /// Where the server's answer to the opening ends, and its first message begins.
    private func headEnd(of bytes: RawSpan, _ client: Client, _ connection: ConnectionHandle) -> Int? {
        let head = bytes.copied()
        guard let end = head.firstRange(of: Self.headEnd)?.upperBound else { return nil }
        let text = String(decoding: head[..<end], as: UTF8.self)
        guard let answer = WebSocketHandshake.answer(to: Self.key), text.hasPrefix("HTTP/1.1 101 "),
            text.contains(answer)
        else {
            problem = .failed("\(client.name): no WebSocket: \(text.prefix { $0 != "\r\n" })")
            loop.close(connection, .now)
            return nil
        }
        client.isOpening = false
        connected(client)
        return end
    }

    private func readMessages(_ rest: inout RawSpan, _ client: Client, _ connection: ConnectionHandle) -> Bool {
        while true {
            guard case .frame(let frame, let start) = WebSocketFrame.read(rest, isMasked: false),
                let payload = rest.slice(start..<start + min(frame.length, Self.maxPacket))
            else { return true }
            switch frame.opcode {
            case .binary:
                guard frame.isFinal,
                    case .pdu(let header, let body) = PDUFramer.next(in: payload, limit: Self.maxPacket),
                    body.upperBound == frame.length
                else {
                    findings.add(.corrupt, "\(client.name): a message that is no packet")
                    return false
                }
                received(header, payload.extracting(body), client)
            case .ping: send(.pong, payload, to: connection)
            case .pong: break
            case .text, .continuation, .close: return false
            }
            rest = rest.extracting(droppingFirst: start + frame.length)
        }
    }

    private func sendMessages(_ packets: RawSpan, to connection: ConnectionHandle) {
        var rest = packets
        while case .pdu(_, let body) = PDUFramer.next(in: rest, limit: rest.byteCount) {
            send(.binary, rest.extracting(first: body.upperBound), to: connection)
            rest = rest.extracting(droppingFirst: body.upperBound)
        }
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: RawSpan, to connection: ConnectionHandle) {
        let masked = masked
        masked.writer.clear(keeping: 1 << 20)
        let mask = UInt32(truncatingIfNeeded: loop.random.next())
        WebSocketFrame(opcode, length: payload.byteCount, mask: mask).write(into: &masked.writer)
        WebSocketMask.apply(mask, to: payload, into: &masked.writer)
        loop.send(masked.writer.bytes, to: connection)
    }
}
