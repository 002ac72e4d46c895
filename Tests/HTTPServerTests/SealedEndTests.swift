import HTTPCore
import HTTPServer
import Primitives
import Reactor
import Synchronization
import TLS
import TLSKit
import Testing

/// Clients that end TLS in the packet of their requests: the end is known before these are answered.
@Suite(.timeLimit(.minutes(5))) struct SealedEndTests {
    private final class Server: Sendable {
        let group: LoopGroup
        let address: SocketAddress

        init() throws {
            let bound = Mutex<SocketAddress?>(nil)
            let context = try TLSContext(server: TestCertificates.shared.get().server)
            group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { loop in
                let http = HTTPService(
                    census: HTTPCensus(maxConnections: 10), door: TLSDoor(context),
                    wallClock: { UnixTime(milliseconds: 0) }, on: loop)
                http.plainPaths = ["/now"]
                http.add(.get, "/now") { _, _, answer in answer(HTTPResponse(.ok)) }
                let listener = try loop.listen(on: .loopback(port: 0), loop.register(http, limits: StreamLimits()))
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }
    }

    @Test("what a connection is not told any more is not told to the next one")
    func leftover() throws {
        let server = try Server()
        let sealed = BlockingClient(server.address)
        let context = try TLSContext(clientBelieving: TestCertificates.shared.get().authority)
        var output = ByteWriter()
        var plaintext = ByteWriter()
        var session = try TLSSession(client: context, host: "127.0.0.1", output: &output)
        while true {
            sealed.send(output.bytes.copied())
            output.clear(keeping: 0)
            if session.isEstablished { break }
            guard let bytes = sealed.receive() else {
                Issue.record("the handshake has no end")
                return
            }
            try session.receive(bytes.rawBytes, plaintext: &plaintext, output: &output)
        }
        let get = "GET /now HTTP/1.1\r\nHost: a\r\n"
        let requests = get + "\r\n" + get + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        try session.send([UInt8](requests.utf8).rawBytes, output: &output)
        session.close(output: &output)
        sealed.send(output.bytes.copied())
        while sealed.receive() != nil {}

        let next = BlockingClient(server.address)
        next.send(get + "Connection: close\r\n\r\n")
        let answer = next.rest() ?? ""
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    }
}
