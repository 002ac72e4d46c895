import HTTPClient
import HTTPCore
import HTTPServer
import Primitives
import Reactor
import Testing

/// Against a server of ours on a real socket.
@Suite struct HTTPClientTests {
    /// Answers `/name` with its own name, `/long` with more than was asked for, and `/silence` not at all.
    private final class Server: Sendable {
        let address: SocketAddress
        private let group: LoopGroup

        init() throws {
            let listening = Handover<SocketAddress>()
            group = try LoopGroup(LoopGroup.Configuration(seed: 1)) { loop in
                let service = HTTPService(
                    census: HTTPCensus(maxConnections: 10), wallClock: { UnixTime(milliseconds: 0) }, on: loop)
                service.add(.get, "/silence") { _, _, _ in }
                service.add(.get, "/long") { _, _, answer in
                    answer(HTTPResponse(.ok, text: String(repeating: "x", count: 5000)))
                }
                service.add(.get, "/{name}") { _, parameters, answer in
                    answer(HTTPResponse(.ok, text: parameters["name"]))
                }
                let streams = loop.register(service, limits: StreamLimits())
                listening.put(try loop.listen(on: .loopback(port: 0), streams).address)
            }
            address = listening.take()
        }

        deinit { group.stop() }
    }

    @Test func anAnswerComes() throws {
        let server = try Server()
        let reply = try HTTPClient.get("/here", from: server.address, within: .seconds(10))
        #expect(reply.status == 200)
        #expect(String(decoding: reply.body, as: UTF8.self) == "here")
        #expect(try HTTPClient.get("/not/here", from: server.address, within: .seconds(10)).status == 404)
    }

    @Test func whoIsSilentIsNotWaitedForForEver() throws {
        let server = try Server()
        #expect(throws: HTTPClient.Failure.timedOut) {
            try HTTPClient.get("/silence", from: server.address, within: .milliseconds(100))
        }
    }

    @Test func answersAreBounded() throws {
        let server = try Server()
        #expect(throws: HTTPClient.Failure.noAnswer) {
            try HTTPClient.get("/long", from: server.address, within: .seconds(10), maxAnswer: 4096)
        }
    }

    @Test func whereNobodyListensIsSaid() throws {
        let address: SocketAddress
        do { address = try Server().address }
        do throws(HTTPClient.Failure) {
            _ = try HTTPClient.get("/", from: address, within: .seconds(10))
            Issue.record("somebody answered")
        } catch {
            guard case .unreachable(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.isRefusal)
        }
    }
}
