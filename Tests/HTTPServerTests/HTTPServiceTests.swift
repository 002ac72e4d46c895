import Glibc
import HTTPCore
import HTTPServer
import Primitives
import Reactor
import SocketKit
import Synchronization
import Testing
import WaitKit

/// `HTTPService` over real sockets.
@Suite(.timeLimit(.minutes(5))) struct HTTPServiceTests {
    /// A service whose answers to `/later` wait until the test lets them go.
    private final class Server: Sendable {
        let group: LoopGroup
        let address: SocketAddress
        let census: HTTPCensus
        private let held: Held

        private final class Held: @unchecked Sendable {
            // Proof: used on the loop only.
            var answers: [HTTPService.Answer] = []
            /// For requests whose body nobody has asked for yet.
            var rules: [(HTTPService.BodyRule) -> Void] = []
            var service: HTTPService?
        }

        init(maxConnections: Int = 100) throws {
            let (held, census) = (Held(), HTTPCensus(maxConnections: maxConnections))
            self.held = held
            self.census = census
            let bound = Mutex<SocketAddress?>(nil)
            group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { loop in
                let service = HTTPService(census: census, wallClock: { UnixTime(milliseconds: 0) }, on: loop)
                service.add(.get, "/now") { _, _, answer in answer(HTTPResponse(.ok)) }
                service.add(.get, "/later") { _, _, answer in held.answers.append(answer) }
                let asked: HTTPService.BodyJudge = { _, _, _ in .ask { held.rules.append($0) } }
                service.add(.post, "/asked", bodyRule: asked) { request, _, _, answer in
                    answer(HTTPResponse(.ok, text: "\(request.body.count)"))
                }
                service.addHeld(.get, "/held", bodyRule: { _, _, _ in .read(limit: 0) }) { _, _, _, answer in
                    held.answers.append(answer)
                }
                held.service = service
                let listener = try loop.listen(
                    on: .loopback(port: 0), loop.register(service, limits: StreamLimits()))
                bound.withLock { $0 = listener.address }
            }
            guard let address = bound.withLock({ $0 }) else { preconditionFailure("no address was bound") }
            self.address = address
        }

        deinit { group.stop() }

        func run<Value: Sendable>(_ body: @escaping @Sendable (inout [HTTPService.Answer]) -> Value) async -> Value {
            await withCheckedContinuation { done in
                group.loops[0].execute { [held] _ in done.resume(returning: body(&held.answers)) }
            }
        }

        /// Says what becomes of the body of the one request that waits for it.
        func decide(_ rule: @escaping @Sendable () -> HTTPService.BodyRule) async throws {
            try await eventually { await runHeld { $0.rules.count == 1 } }
            await runHeld { $0.rules.removeFirst()(rule()) }
        }

        private func runHeld<Value: Sendable>(_ body: @escaping @Sendable (Held) -> Value) async -> Value {
            await withCheckedContinuation { done in
                group.loops[0].execute { [held] _ in done.resume(returning: body(held)) }
            }
        }

        /// Until so many requests wait for their answers.
        func wait(for count: Int) async throws {
            try await eventually { await run({ $0.count }) >= count }
        }

        func answerAll() async {
            await run { answers in
                for answer in answers { answer(HTTPResponse(.ok)) }
                answers = []
            }
        }

        /// The end of a client's sending side is seen when its loop has turned after it.
        func turn() async {
            for _ in 0..<20 { _ = await run { _ in 0 } }
        }
    }

    private static let later = "GET /later HTTP/1.1\r\nHost: node\r\n\r\n"
    private static let now = "GET /now HTTP/1.1\r\nHost: node\r\n\r\n"

    private func answers(_ text: String?) -> Int? {
        text.map { $0.split(separator: "HTTP/1.1 200 OK").count }
    }

    @Test("a client that shuts down its sending side after the request gets the answer, also one that takes a while")
    func halfClose() async throws {
        let server = try Server()
        let client = BlockingClient(server.address)
        client.send(Self.later)
        client.finishSending()
        try await server.wait(for: 1)
        await server.turn()
        #expect(server.census.count == 1)
        await server.answerAll()
        #expect(answers(client.rest()) == 1)
        try await eventually { server.census.count == 0 }
    }

    @Test func everyRequestOfAHalfClosedConnectionIsAnswered() async throws {
        let server = try Server()
        let client = BlockingClient(server.address)
        client.send(Self.now + Self.later + Self.now + Self.later)
        client.finishSending()
        for _ in 0..<2 {
            try await server.wait(for: 1)
            await server.turn()
            await server.answerAll()
        }
        #expect(answers(client.rest()) == 4)
    }

    @Test("who has to be asked says later whether a body is read, and the connection goes on")
    func bodiesThatAreDecidedAbout() async throws {
        let server = try Server()
        let head = "POST /asked HTTP/1.1\r\nHost: node\r\nContent-Length: 5\r\n\r\n"
        let client = BlockingClient(server.address)
        client.send(head + "hello" + Self.now)
        try await server.decide { .read(limit: 5) }
        client.finishSending()
        let both = client.rest()
        #expect(answers(both) == 2 && both?.contains("\r\n\r\n5") == true)

        let stranger = BlockingClient(server.address)
        stranger.send(head)
        try await server.decide { .refuse(HTTPResponse(.unauthorized)) }
        let refusal = stranger.rest()
        #expect(refusal?.hasPrefix("HTTP/1.1 401") == true)

        do {
            let gone = BlockingClient(server.address)
            gone.send(head)
        }
        try await server.decide { .read(limit: 5) }
        try await eventually { server.census.count == 0 }
    }

    @Test func halfARequestIsTheEnd() async throws {
        let server = try Server()
        let client = BlockingClient(server.address)
        client.send("GET /now HT")
        client.finishSending()
        #expect(client.rest() == "")
    }

    @Test func aClientThatIsGoneAltogetherIsNoticedWhenItIsAnswered() async throws {
        let server = try Server()
        do {
            let client = BlockingClient(server.address)
            client.send(Self.later)
            try await server.wait(for: 1)
        }
        await server.turn()
        await server.answerAll()
        try await eventually { server.census.count == 0 }
    }

    @Test("H03: connections above the limit are closed at once, counted, and there is room again after the others")
    func theNumberOfConnectionsIsBounded() async throws {
        let server = try Server(maxConnections: 3)
        var probes: [StreamProbe] = []
        for _ in 0..<3 {
            let probe = try await StreamProbe.connect(to: server.address)
            probe.send([UInt8](Self.later.utf8))
            probes.append(probe)
        }
        try await server.wait(for: 3)
        // All are being served.
        let refused = try await StreamProbe.connect(to: server.address)
        #expect(try await refused.ending().rest == [])
        #expect(server.census.count == 3 && server.census.refused == 1)
        probes[0].close()
        _ = try await probes[0].ending()
        await server.answerAll()
        try await eventually { server.census.count <= 2 }
        let client = BlockingClient(server.address)
        client.send(Self.now)
        client.finishSending()
        #expect(answers(client.rest()) == 1)
        withExtendedLifetime(probes) {}
    }

    @Test("a held request takes no place, but its answer does until it is gone, also where there is no room for it")
    func heldAnswersCount() async throws {
        let server = try Server(maxConnections: 2)
        var probes: [StreamProbe] = []
        do {
            // Which close when they are told to, and not when the server does.
            let (first, second) = (BlockingClientBox(server.address), BlockingClientBox(server.address))
            for (index, client) in [first, second].enumerated() {
                client.content.send("GET /held HTTP/1.1\r\nHost: node\r\n\r\n")
                try await server.wait(for: index + 1)
            }
            for index in 0..<2 {
                probes.append(try await StreamProbe.connect(to: server.address))
                probes[index].send([UInt8](Self.later.utf8))
                try await server.wait(for: index + 3)
            }
            #expect(server.census.count == 2)
            await server.run { answers in
                for answer in answers.prefix(2) { answer(HTTPResponse(.ok)) }
                answers.removeFirst(2)
            }
            for client in [first, second] {
                #expect(client.content.receive()?.starts(with: [UInt8]("HTTP/1.1 200".utf8)) == true)
            }
            #expect(server.census.count == 4)
        }
        try await eventually { server.census.count == 2 }
        await server.answerAll()
        withExtendedLifetime(probes) {}
    }

    @Test("whoever has been silent for longest makes room for a newcomer")
    func slowConnectionsDoNotKeepOthersOut() async throws {
        let server = try Server(maxConnections: 3)
        var probes: [StreamProbe] = []
        for index in 0..<3 {
            probes.append(try await StreamProbe.connect(to: server.address))
            probes[index].send([UInt8]("GET /now HTTP/1.1\r\n".utf8))
            try await eventually { server.census.count > index }
        }
        for round in 0..<2 {
            let client = BlockingClient(server.address)
            client.send(Self.now)
            client.finishSending()
            #expect(answers(client.rest()) == 1)
            _ = try await probes[round].ending()
            try await eventually { server.census.count <= 2 }
            probes.append(try await StreamProbe.connect(to: server.address))
            try await eventually { server.census.count >= 3 }
        }
        #expect(server.census.refused == 0 && server.census.displaced == 2)
        withExtendedLifetime(probes) {}
    }
}

/// So that there can be several in a list.
private final class BlockingClientBox {
    let content: BlockingClient
    init(_ address: SocketAddress) { content = BlockingClient(address) }
}
