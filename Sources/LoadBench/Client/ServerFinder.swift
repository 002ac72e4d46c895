import Primitives
import Reactor

/// Tells clients where to log in, as login servers do for the deployed ones: one HTTP request for each login.
final class ServerFinder: StreamHandler {
    enum Answer {
        case server(SocketAddress)
        /// Nobody answered.
        case unreachable
        /// An answer came, without a server in it.
        case none(String)
    }

    private struct Lookup {
        var bytes: [UInt8] = []
        let completion: (Answer) -> Void
    }

    private static let limit: Duration = .seconds(5)
    private static let maxAnswer = 64 << 10
    private static let headEnd = Array("\r\n\r\n".utf8)
    private static let request = Array("GET /msg_server HTTP/1.1\r\nHost: load-bench\r\nConnection: close\r\n\r\n".utf8)

    private let loop: EventLoop
    private var service: StreamService?
    /// Numeric by now; asked in turn, so that one that is down delays an attempt and no more.
    var servers: [SocketAddress] = []
    /// The addresses are those of message servers: nobody needs to be asked.
    private let isDirect: Bool
    private var turn: Int
    private var lookups: [ConnectionHandle: Lookup] = [:]
    /// Answers differ only when the load moves to another server; most need not be read again.
    private var lastAnswer: (bytes: [UInt8], answer: Answer)?

    init(_ loop: EventLoop, isDirect: Bool) {
        self.loop = loop
        self.isDirect = isDirect
        turn = loop.index
        service = loop.register(self, limits: StreamLimits())
    }

    /// Calls `completion` with what a client is told that asks now.
    func find(_ completion: @escaping (Answer) -> Void) {
        guard !servers.isEmpty, let service else { return completion(.unreachable) }
        turn += 1
        let server = servers[turn % servers.count]
        if isDirect { return completion(.server(server)) }
        do {
            let connection = try loop.connect(to: server, service)
            loop.setDeadline(loop.now + Self.limit, for: connection)
            lookups[connection] = Lookup(completion: completion)
        } catch {
            completion(.unreachable)
        }
    }

    func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        loop.send(Self.request.rawBytes, to: connection)
    }

    func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        lookups[connection]?.bytes.append(bytes)
        if lookups[connection]?.bytes.count ?? 0 > Self.maxAnswer { loop.close(connection, .now) }
        return bytes.byteCount
    }

    func drained(_ connection: ConnectionHandle) {}

    func deadlinePassed(_ connection: ConnectionHandle) {
        loop.close(connection, .now)
    }

    func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard let lookup = lookups.removeValue(forKey: connection) else { return }
        lookup.completion(answer(in: lookup.bytes))
    }

    /// The server closes behind its answer, so what came is all of it.
    private func answer(in response: [UInt8]) -> Answer {
        guard let head = response.firstRange(of: Self.headEnd) else { return .unreachable }
        let body = Array(response[head.upperBound...])
        if let lastAnswer, lastAnswer.bytes == body { return lastAnswer.answer }
        let answer: Answer
        if let parsed = JSON.serverAnswer(body) {
            answer = parsed.address.map { .server($0) } ?? .none("GET /msg_server answers with code \(parsed.code)")
        } else {
            answer = .none("the answer to GET /msg_server is no JSON object with a code")
        }
        lastAnswer = (body, answer)
        return answer
    }
}
