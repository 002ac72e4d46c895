import HTTPCore
import HTTPServer
import Primitives
import Reactor
import Synchronization
import Testing
import WaitKit

/// A connection that leaves HTTP for another protocol and another handler.
@Suite(.timeLimit(.minutes(5))) struct UpgradeTests {
    /// Puts what it reads between brackets, each in two parts; closes when it has read `!`.
    private final class Brackets: StreamHandler {
        private unowned let loop: EventLoop

        init(_ loop: EventLoop) {
            self.loop = loop
        }

        func opened(_ connection: ConnectionHandle, peer: SocketAddress) {}

        func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
            loop.send([UInt8(ascii: "[")].rawBytes, bytes, to: connection)
            loop.send([UInt8]().rawBytes, [UInt8(ascii: "]")].rawBytes, to: connection)
            if bytes.copied().contains(UInt8(ascii: "!")) { loop.close(connection, .afterFlush) }
            return bytes.byteCount
        }

        func drained(_ connection: ConnectionHandle) {}
        func deadlinePassed(_ connection: ConnectionHandle) {}
        func closed(_ connection: ConnectionHandle, reason: CloseReason) {}
    }

    private final class Server: Sendable {
        let group: LoopGroup
        let address: SocketAddress
        let census = HTTPCensus(maxConnections: 10)

        init() throws {
            let bound = Mutex<SocketAddress?>(nil)
            group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { [census] loop in
                let http = HTTPService(census: census, wallClock: { UnixTime(milliseconds: 0) }, on: loop)
                let brackets = loop.register(Brackets(loop), limits: StreamLimits())
                http.add(.get, "/now") { _, _, answer in answer(HTTPResponse(.ok)) }
                http.addUpgrade("/brackets", { request, _ in
                    HTTPResponse(request.headers["upgrade"] == nil ? .upgradeRequired : .switchingProtocols)
                }) { connection, _, unread in
                    loop.handOver(connection, to: brackets, unread: unread.rawBytes)
                }
                let listener = try loop.listen(on: .loopback(port: 0), loop.register(http, limits: StreamLimits()))
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }
    }

    private static let now = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let up = "GET /brackets HTTP/1.1\r\nHost: a\r\nUpgrade: brackets\r\nConnection: upgrade\r\n\r\n"

    @Test("what follows the request in the same packet is the other protocol's, also behind another request",
        arguments: [up + "abc!", now + up + "abc!", now + now + up + "abc!"])
    func inOneBreath(text: String) async throws {
        let server = try Server()
        let client = BlockingClient(server.address)
        client.send(text)
        let answer = client.rest() ?? ""
        #expect(answer.contains("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n[abc!]"), "\(answer)")
        #expect(answer.ranges(of: "HTTP/1.1 200").count == text.ranges(of: "/now").count)
        try await eventually { server.census.count == 0 }
    }

    @Test func whatIsRefusedIsAnsweredAndStaysHTTP() throws {
        let server = try Server()
        let client = BlockingClient(server.address)
        client.send("GET /brackets HTTP/1.1\r\nHost: a\r\n\r\n" + Self.now)
        client.finishSending()
        let answer = client.rest() ?? ""
        #expect(answer.contains("HTTP/1.1 426 ") && answer.contains("HTTP/1.1 200 "), "\(answer)")
    }
}
