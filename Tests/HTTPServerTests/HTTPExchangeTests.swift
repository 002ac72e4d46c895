import HTTPCore
import HTTPServer
import Primitives
import Reactor
import SocketKit
import Synchronization
import Testing
import WaitKit

/// What happened to the exchanges of a server.
private final class Diary: @unchecked Sendable {
    // Proof: used on the loop only.
    var events: [String] = []
    var bodyBytes = 0
    var largestPart = 0
    /// Exchanges whose owners wait until the test lets them go on.
    var waiting: [HTTPExchange] = []
    var service: HTTPService?
    var file: File?
}

/// Counts the body, and answers what its path says.
private final class Owner: HTTPExchangeOwner {
    private let diary: Diary
    private var left = 0

    init(_ diary: Diary) {
        self.diary = diary
    }

    func received(_ bytes: [UInt8], of exchange: HTTPExchange) {
        diary.bodyBytes += bytes.count
        diary.largestPart = max(diary.largestPart, bytes.count)
        switch exchange.request.path {
        case "/wait": diary.waiting.append(exchange)
        case "/no": exchange.respond(HTTPResponse(.conflict))
        default: exchange.more()
        }
    }

    func bodyEnded(_ exchange: HTTPExchange) {
        switch exchange.request.path {
        case "/file":
            guard let file = diary.file else { return }
            exchange.respond(HTTPResponse(.ok), with: file, 0..<1_000_000)
        case "/pieces", "/short":
            left = 30
            exchange.begin(HTTPResponse(.ok), length: 30 * 100_000)
        default:
            exchange.respond(HTTPResponse(.ok, text: "\(diary.bodyBytes)"))
        }
    }

    func contentWanted(_ exchange: HTTPExchange) {
        if exchange.request.path == "/short", left == 10 { return exchange.abandon() }
        left -= 1
        exchange.give([UInt8](repeating: UInt8(left), count: 100_000))
        // What comes after the last piece means nothing.
        if left == 0 { exchange.give([1]) }
    }

    func exchangeEnded(_ exchange: HTTPExchange) {
        diary.events.append("end of \(exchange.request.path)")
        exchange.more()
        exchange.abandon()
        exchange.respond(HTTPResponse(.ok))
    }
}

/// Bodies and answers in parts, over real sockets.
@Suite(.timeLimit(.minutes(5))) struct HTTPExchangeTests {
    private final class Server: Sendable {
        let group: LoopGroup
        let address: SocketAddress
        let census = HTTPCensus(maxConnections: 3)
        private let diary = Diary()

        init() throws {
            let path = "/tmp/grapevine-exchange-\(UInt64.random(in: 0...(.max)))"
            let file = try File.create(path)
            try Folder.remove(path)
            try file.append([UInt8](repeating: 7, count: 1_000_000).rawBytes)
            let bound = Mutex<SocketAddress?>(nil)
            group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { [census, diary] loop in
                let service = HTTPService(census: census, wallClock: { UnixTime(milliseconds: 0) }, on: loop)
                diary.file = file
                diary.service = service
                let open: HTTPService.Opener = { exchange in
                    if exchange.request.headers["x-refuse"] != nil { return .answer(HTTPResponse(.forbidden)) }
                    return .take(limit: 64 << 20, bytesPerSecond: 1 << 10, owner: Owner(diary))
                }
                for path in ["/up", "/wait", "/no"] { service.addExchange(.post, path, open) }
                for path in ["/file", "/pieces", "/short"] { service.addExchange(.get, path, open) }
                let listener = try loop.listen(on: .loopback(port: 0), loop.register(service, limits: StreamLimits()))
                bound.withLock { $0 = listener.address }
            }
            address = try #require(bound.withLock { $0 })
        }

        deinit { group.stop() }

        func on<Value: Sendable>(_ body: @escaping @Sendable (Diary) -> Value) async -> Value {
            await withCheckedContinuation { done in
                group.loops[0].execute { [diary] _ in done.resume(returning: body(diary)) }
            }
        }

        func hasEnded(_ events: [String]) async throws {
            try await eventually { await self.on { $0.events } == events }
        }
    }

    private func head(_ method: String, _ path: String, _ fields: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: node\r\n\(fields)\r\n"
    }

    @Test("a large body comes in parts, and the connection goes on behind it")
    func upload() async throws {
        let server = try Server()
        let client = try await StreamProbe.connect(to: server.address)
        client.send([UInt8](head("POST", "/up", "Content-Length: 20000000\r\n").utf8))
        client.send([UInt8](repeating: 1, count: 20_000_000))
        client.send([UInt8](head("POST", "/up", "Connection: close\r\n").utf8))
        let text = String(decoding: try await client.ending(within: .seconds(60)).rest, as: UTF8.self)
        #expect(text.ranges(of: "200 OK").count == 2 && text.ranges(of: "20000000").count == 2)
        #expect(await server.on { $0.largestPart } <= 256 << 10)
        try await server.hasEnded(["end of /up", "end of /up"])
    }

    @Test("an owner that does not ask for more stops its client")
    func backPressure() async throws {
        let server = try Server()
        let client = try await StreamProbe.connect(to: server.address)
        client.send([UInt8](head("POST", "/wait", "Content-Length: 20000000\r\n").utf8))
        client.send([UInt8](repeating: 1, count: 20_000_000))
        try await eventually { await server.on { $0.waiting.count } == 1 }
        for _ in 0..<50 { _ = await server.on { $0.bodyBytes } }
        #expect(await server.on { $0.bodyBytes } <= 256 << 10)
        while await server.on({ $0.bodyBytes }) < 20_000_000 {
            await server.on { diary in diary.waiting.popLast()?.more() }
        }
        await server.on { diary in diary.waiting.popLast()?.more() }
        _ = try await client.receive { bytes in bytes.isEmpty ? nil : (0, bytes.count) }
        try await server.hasEnded(["end of /wait"])
    }

    @Test("an answer amid the body arrives, and then the end")
    func earlyAnswer() async throws {
        let server = try Server()
        let client = BlockingClient(server.address)
        client.send(head("POST", "/no", "Content-Length: 200000\r\n") + "x")
        #expect(client.rest()?.hasPrefix("HTTP/1.1 409 ") == true)
        let refused = BlockingClient(server.address)
        refused.send(head("POST", "/up", "Content-Length: 200000\r\nX-Refuse: 1\r\n") + "x")
        #expect(refused.rest()?.hasPrefix("HTTP/1.1 403 ") == true)
        try await server.hasEnded(["end of /no"])
    }

    @Test("a file and content in pieces, to GET and HEAD, on one connection")
    func content() async throws {
        let server = try Server()
        let client = try await StreamProbe.connect(to: server.address)
        for path in ["/file", "/pieces"] {
            for method in ["HEAD", "GET", "GET"] { client.send([UInt8](head(method, path).utf8)) }
        }
        client.send([UInt8](head("POST", "/up", "Connection: close\r\n").utf8))
        let rest = try await client.ending(within: .seconds(60)).rest
        let pieces = (0..<30).reversed().flatMap { [UInt8](repeating: UInt8($0), count: 100_000) }
        let file = [UInt8](repeating: 7, count: 1_000_000)
        let heads = ["1000000", "3000000"].map { length in
            [UInt8]("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: \(length)\r\n\r\n".utf8)
        }
        let expected =
            heads[0] + heads[0] + file + heads[0] + file + heads[1] + heads[1] + pieces + heads[1] + pieces
        #expect(rest.count > expected.count && Array(rest.prefix(expected.count)) == expected)
        try await server.hasEnded(
            [String](repeating: "end of /file", count: 3) + [String](repeating: "end of /pieces", count: 3)
                + ["end of /up"])
    }

    @Test("content that its owner cannot go on with ends the connection")
    func abandoned() async throws {
        let server = try Server()
        let client = try await StreamProbe.connect(to: server.address)
        client.send([UInt8](head("GET", "/short").utf8))
        let rest = try await client.ending().rest
        #expect(rest.count > 1_900_000 && rest.count < 2_100_000)
        try await server.hasEnded(["end of /short"])
    }

    @Test("a client that leaves amid its body, or amid its answer, is gone once")
    func leaving() async throws {
        let server = try Server()
        do {
            let client = BlockingClient(server.address)
            client.send(head("POST", "/wait", "Content-Length: 9\r\n") + "x")
            try await eventually { await server.on { $0.waiting.count } == 1 }
        }
        await server.on { diary in diary.waiting.popLast()?.more() }
        try await server.hasEnded(["end of /wait"])
        let reader = try await StreamProbe.connect(to: server.address)
        reader.pause()
        reader.send([UInt8](head("GET", "/pieces").utf8))
        try await eventually { server.census.count == 1 }
        for _ in 0..<50 { _ = await server.on { $0.bodyBytes } }
        reader.close()
        try await server.hasEnded(["end of /wait", "end of /pieces"])
        try await eventually { server.census.count == 0 }
    }

    @Test("H03: whoever makes room for a newcomer hears of it")
    func displaced() async throws {
        let server = try Server()
        var clients: [StreamProbe] = []
        for index in 0..<3 {
            clients.append(try await StreamProbe.connect(to: server.address))
            clients[index].send([UInt8]((head("POST", "/up", "Content-Length: 9\r\n") + "x").utf8))
            try await eventually { await server.on { $0.bodyBytes } == index + 1 }
        }
        // The first one has said something since.
        clients[0].send([1])
        try await eventually { await server.on { $0.bodyBytes } == 4 }
        let client = BlockingClient(server.address)
        client.send(head("GET", "/file", "Connection: close\r\n"))
        #expect(client.rest()?.hasPrefix("HTTP/1.1 200 ") == true)
        _ = try await clients[1].ending()
        try await server.hasEnded(["end of /up", "end of /file"])
        withExtendedLifetime(clients) {}
    }
}
