import Primitives
import Reactor

/// Answers `GET /msg_server`, whatever was asked.
final class StandInDirectory: StreamHandler {
    private let loop: EventLoop
    private let response: [UInt8]

    init(_ loop: EventLoop, _ server: SocketAddress) {
        self.loop = loop
        let body = #"{"code": 0, "msg": "", "priorIP": "\#(server.hostText)", "port": "\#(server.port)"}"#
        response = Array(
            "HTTP/1.1 200 OK\r\nConnection:close\r\nContent-Length:\(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard bytes.bigEndian(at: bytes.byteCount - 4, as: UInt32.self) == 0x0D0A_0D0A else { return 0 }
        let response = response
        loop.send(response.rawBytes, to: connection)
        loop.close(connection, .afterFlush)
        return bytes.byteCount
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) {}
}
