import Dispatch
import HTTPCore
import HTTPServer
import Primitives
import Reactor
import SocketKit
import Synchronization
import TLS
import TLSKit
import Testing

/// Connections of one port whose requests are answered by two loops.
@Suite(.timeLimit(.minutes(5))) struct HTTPMoveTests {
    /// A loop whose turn ends when the test says so, where `/held` was asked for in it. Its answer has left then.
    private final class HeldTurn: TurnObserver {
        private let end: DispatchSemaphore
        private var isHeld = false

        init(_ end: DispatchSemaphore) { self.end = end }

        func hold() { isHeld = true }

        func turnEnding() {
            if isHeld { end.wait() }
            isHeld = false
        }
    }

    private final class Server {
        let group: LoopGroup
        let address: SocketAddress
        let censuses: [HTTPCensus]
        let heldTurnEnd = DispatchSemaphore(value: 0)

        init(
            _ context: TLSContext?, _ censuses: [HTTPCensus] = (0..<2).map { _ in HTTPCensus(maxConnections: 10) }
        ) throws {
            self.censuses = censuses
            let bound = Mutex<SocketAddress?>(nil)
            let starts = HTTPRequestStarts(["GET /far/", "POST /far/"])
            var configuration = LoopGroup.Configuration(seed: 7)
            configuration.loops = 2
            group = try LoopGroup(configuration) { [censuses, heldTurnEnd] loop in
                let service = HTTPService(
                    census: censuses[loop.index], door: TLSDoor(context), wallClock: { UnixTime(milliseconds: 0) },
                    on: loop)
                let body = [UInt8]("loop \(loop.index)".utf8)
                let answer: HTTPService.Handler = { request, _, answer in
                    answer(HTTPResponse(.ok, type: "text/plain", body: body + request.body))
                }
                let turn = HeldTurn(heldTurnEnd)
                loop.addTurnObserver(turn)
                service.add(.get, "/near", answer)
                service.add(.get, "/held") {
                    turn.hold()
                    answer($0, $1, $2)
                }
                service.add(.get, "/far/*", answer)
                service.add(.post, "/far/*", answer)
                if loop.index == 0 { service.give(starts, to: { 1 }) } else { service.giveAll(but: starts, to: { 0 }) }
                let stream = loop.register(service, limits: StreamLimits())
                loop.receiveMoved(in: stream)
                guard loop.index == 0 else { return }
                let listener = try loop.listen(on: .loopback(port: 0), stream)
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }
    }

    private func ask(_ client: StreamProbe, _ request: String, _ body: String) async throws {
        client.send([UInt8](request.utf8))
        let expected = [UInt8](
            ("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Content-Type: text/plain\r\n\r\n\(body)").utf8)
        let answer = try await client.receive(expected.count)
        #expect(String(decoding: answer, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    }

    @Test("each request is answered by its loop, on one connection, plain and sealed", arguments: [false, true])
    func thereAndBack(isSealed: Bool) async throws {
        let certificates = try TestCertificates.shared.get()
        let server = try Server(isSealed ? TLSContext(server: certificates.server) : nil)
        let client = try await StreamProbe.connect(
            to: server.address, tls: isSealed ? TLSContext(clientBelieving: certificates.authority) : nil)
        for _ in 0..<3 {
            try await ask(client, "GET /near HTTP/1.1\r\nHost: a\r\n\r\n", "loop 0")
            try await ask(client, "GET /far/x HTTP/1.1\r\nHost: a\r\n\r\n", "loop 1")
            try await ask(client, "GET /far/y HTTP/1.1\r\nHost: a\r\n\r\n", "loop 1")
            try await ask(client, "POST /far/z HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "loop 1hi")
        }
        #expect(server.censuses.map(\.count) == [0, 1])
        client.close()
    }

    @Test("one that goes from loop to loop is one connection at every moment")
    func onePlace() async throws {
        let census = HTTPCensus(maxConnections: 1)
        let server = try Server(nil, [census, census])
        let client = try await StreamProbe.connect(to: server.address)
        for _ in 0..<200 {
            try await ask(client, "GET /near HTTP/1.1\r\nHost: a\r\n\r\n", "loop 0")
            try await ask(client, "GET /far/x HTTP/1.1\r\nHost: a\r\n\r\n", "loop 1")
        }
        #expect(census.count == 1 && census.refused == 0 && census.displaced == 0)
        client.close()
    }

    @Test func theLastRequestOfAClientIsAnsweredByItsLoopToo() throws {
        let server = try Server(nil)
        let client = BlockingClient(server.address)
        client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = client.receive()
        #expect(answer.map { String(decoding: $0, as: UTF8.self).hasSuffix("loop 0") } == true)
        // Both are here before the loop hears that its answer has left.
        client.send("GET /far/x HTTP/1.1\r\nHost: a\r\n\r\n")
        client.finishSending()
        server.heldTurnEnd.signal()
        let last = client.rest()
        #expect(last?.hasSuffix("loop 1") == true)
    }

    @Test func aRequestLineInPiecesGoesWhereItBelongs() async throws {
        let server = try Server(nil)
        for (path, loop) in [("/far/x", 1), ("/near", 0)] {
            let client = try await StreamProbe.connect(to: server.address)
            for byte in "GET \(path) HTTP/1.1\r\n".utf8 { client.send([byte]) }
            try await ask(client, "Host: a\r\n\r\n", "loop \(loop)")
            client.close()
        }
    }

    @Test func whatIsForWhomIsSaidAsSoonAsItIsClear() {
        let starts = HTTPRequestStarts(["GET /g0/", "POST /upload"])
        let cases: [(String, Bool?)] = [
            ("", nil), ("G", nil), ("GET /g0", nil), ("GET /g0/", true), ("GET /g0/a b", true), ("GET /g1", false),
            ("P", nil), ("POST /upload HTTP", true), ("PUT", false), ("get /g0/", false),
        ]
        for (text, expected) in cases {
            let bytes = [UInt8](text.utf8)
            let match = starts.match(bytes.rawBytes)
            #expect(match == expected, "\(text)")
        }
    }
}
