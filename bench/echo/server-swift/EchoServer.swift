import Primitives
import Reactor

/// The framed echo of ../README.md over the reactor. Usage: echo-server-swift PORT
@main
struct EchoServer {
    static func main() throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap(UInt16.init) ?? 0
        let group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
            let service = loop.register(FramedEcho(loop), limits: StreamLimits())
            _ = try loop.listen(on: .loopback(port: port), service)
        }
        _ = group
        Semaphore().wait()
    }
}

private final class FramedEcho: StreamHandler {
    private static let headerByteCount = 16
    private static let maxFrame = 4096

    private let loop: EventLoop
    private let answer = ScratchWriter()

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        let answer = answer
        var rest = bytes
        while let length = rest.bigEndian(at: 0, as: UInt32.self).map(Int.init),
            rest.byteCount >= Self.headerByteCount
        {
            guard length >= Self.headerByteCount, length <= Self.maxFrame, rest.bigEndian(at: 8, as: UInt16.self) == 7
            else {
                loop.close(connection, .now)
                return bytes.byteCount
            }
            guard let frame = rest.slice(0..<length) else { break }
            Self.write(&answer.writer, answering: frame)
            loop.send(answer.writer.bytes, to: connection)
            rest = rest.extracting(droppingFirst: length)
        }
        return bytes.byteCount - rest.byteCount
    }

    private static func write(_ answer: inout ByteWriter, answering frame: RawSpan) {
        answer.clear()
        answer.append(frame)
        answer.overwrite(bigEndian: (frame.byte(at: 11) ?? 0) &+ 1, at: 11)
        answer.overwrite(bigEndian: UInt8(1), at: 5)
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}
    func drained(_ connection: ConnectionHandle) {}
    func deadlinePassed(_ connection: ConnectionHandle) {}
    func closed(_ connection: ConnectionHandle, reason: CloseReason) {}
}
