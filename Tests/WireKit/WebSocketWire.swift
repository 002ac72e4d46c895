import Primitives
public import SocketKit
public import WebSocket

/// The client's side of a WebSocket, for tests.
extension StreamProbe {
    /// A frame as the server has sent it.
    public struct Frame: Sendable, Equatable {
        public let opcode: WebSocketOpcode
        public let payload: [UInt8]

        public init(opcode: WebSocketOpcode, payload: [UInt8]) {
            self.opcode = opcode
            self.payload = payload
        }

        /// What a close frame says.
        public var closeCode: UInt16? { payload.rawBytes.bigEndian(at: 0) }
    }

    /// Sends the opening of a WebSocket.
    ///
    /// - Parameter fields: more lines of its head, each with its end.
    public func openWebSocket(path: String = "/", host: String = "127.0.0.1", fields: String = "") {
        send(
            [UInt8](
                """
                GET \(path) HTTP/1.1\r
                Host: \(host)\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \(fields)\r\n
                """.utf8))
    }

    /// The head of the server's answer.
    public func head(within limit: Duration = .seconds(60)) async throws -> String {
        try await receive(within: limit) { bytes in
            bytes.firstRange(of: [13, 10, 13, 10]).map { end in
                (String(decoding: bytes[..<end.upperBound], as: UTF8.self), end.upperBound)
            }
        }
    }

    /// Sends a masked frame.
    public func send(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) {
        var writer = ByteWriter()
        WebSocketFrame(opcode, isFinal: isFinal, length: payload.count, mask: 0x1234_5678).write(into: &writer)
        WebSocketMask.apply(0x1234_5678, to: payload.rawBytes, into: &writer)
        send(writer.bytes.copied())
    }

    /// The next frame.
    public func frame(within limit: Duration = .seconds(60)) async throws -> Frame {
        try await receive(within: limit) { try Self.frame($0) }
    }

    /// The code of the close frame that ends the connection, with or without frames before it.
    public func closeCode(within limit: Duration = .seconds(60)) async throws -> UInt16? {
        while true {
            let frame = try await frame(within: limit)
            if frame.opcode == .close { return frame.closeCode }
        }
    }

    static func frame(_ bytes: [UInt8]) throws -> (Frame, Int)? {
        switch WebSocketFrame.read(bytes.rawBytes, isMasked: false) {
        case .needMore: return nil
        case .violation(let code): throw TalkClient.Unexpected(description: "the server broke a rule: \(code)")
        case .frame(let frame, let start):
            guard bytes.count >= start + frame.length else { return nil }
            let payload = Array(bytes[start..<start + frame.length])
            return (Frame(opcode: frame.opcode, payload: payload), start + frame.length)
        }
    }
}
