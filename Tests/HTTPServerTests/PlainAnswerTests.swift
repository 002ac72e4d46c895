import HTTPCore
import HTTPServer
import Primitives
import Reactor
import Synchronization
import TLS
import TLSKit
import Testing

/// Requests without TLS on a port that has a certificate.
@Suite(.timeLimit(.minutes(5))) struct PlainAnswerTests {
    private final class Server: Sendable {
        let group: LoopGroup
        let address: SocketAddress
        let door: TLSDoor

        init() throws {
            let bound = Mutex<SocketAddress?>(nil)
            let door = TLSDoor(try TLSContext(server: TestCertificates.shared.get().server))
            self.door = door
            group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { loop in
                let http = HTTPService(
                    census: HTTPCensus(maxConnections: 10), door: door, wallClock: { UnixTime(milliseconds: 0) },
                    on: loop)
                http.plainPaths = ["/health"]
                for path in ["/", "/health", "/page"] {
                    http.add(.get, path) { _, _, answer in answer(HTTPResponse(.ok)) }
                }
                http.add(.post, "/page") { _, _, answer in answer(HTTPResponse(.ok)) }
                http.addUpgrade("/ws", { _, _ in HTTPResponse(.switchingProtocols) }, takeOver: { _, _, _ in })
                let listener = try loop.listen(on: .loopback(port: 0), loop.register(http, limits: StreamLimits()))
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }

        func ask(_ request: String) -> String {
            let client = BlockingClient(address)
            client.send("\(request)Connection: close\r\n\r\n")
            return client.rest() ?? ""
        }
    }

    @Test("a page is looked for over TLS, at a host that the certificate is for", arguments: [
        ("GET /page?a=%20b HTTP/1.1\r\nHost: example.test:8443\r\n", "https://example.test:8443/page?a=%20b"),
        ("HEAD / HTTP/1.1\r\nHost: EXAMPLE.test\r\n", "https://EXAMPLE.test/"),
        ("GET /no/such/page HTTP/1.1\r\nHost: 127.0.0.1\r\n", "https://127.0.0.1/no/such/page"),
    ])
    func redirect(request: String, place: String) throws {
        let answer = try Server().ask(request)
        #expect(answer.hasPrefix("HTTP/1.1 308 Permanent Redirect\r\n"), "\(answer)")
        #expect(answer.contains("\r\nLocation: \(place)\r\n"), "\(answer)")
    }

    @Test("nobody is sent to a host that is not known, nor with what must not be sent in the clear", arguments: [
        "GET /page HTTP/1.1\r\nHost: evil.example\r\n", "GET /page HTTP/1.1\r\nHost: .test\r\n",
        "GET /page HTTP/1.1\r\nHost: [::1]\r\n", "GET /page HTTP/1.1\r\nHost: \r\n", "GET /page HTTP/1.0\r\n",
        "GET http://example.test/page HTTP/1.1\r\nHost: example.test\r\n",
        "GET /page HTTP/1.1\r\nHost: example.test\r\nAuthorization: Bearer x\r\n",
        "POST /page HTTP/1.1\r\nHost: example.test\r\nContent-Length: 0\r\n",
        "GET /ws HTTP/1.1\r\nHost: example.test\r\nUpgrade: websocket\r\n",
    ])
    func refusal(request: String) throws {
        let answer = try Server().ask(request)
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n") && answer.contains("is for https"), "\(answer)")
        #expect(!answer.contains("\nLocation:"))
    }

    @Test func whatIsForEverybodyIsAnsweredAndAPortWithoutACertificateToo() throws {
        let server = try Server()
        #expect(server.ask("GET /health HTTP/1.1\r\nHost: evil.example\r\n").hasPrefix("HTTP/1.1 200 "))
        #expect(server.ask("GET /health/of/all HTTP/1.1\r\nHost: evil.example\r\n").hasPrefix("HTTP/1.1 404 "))
        #expect(server.ask("GET /page HTTP/1.1\r\nHost: evil.example\r\n").hasPrefix("HTTP/1.1 403 "))
        server.door.replace(nil)
        #expect(server.ask("GET /page HTTP/1.1\r\nHost: evil.example\r\n").hasPrefix("HTTP/1.1 200 "))
    }
}
