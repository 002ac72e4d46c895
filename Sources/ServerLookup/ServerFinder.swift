import HTTPClient
import HTTPCore
public import Reactor

/// Tells clients where to log in, as login servers do for the deployed ones: one HTTP request for each login. Confined
/// to its loop.
public final class ServerFinder {
    public enum Answer: Sendable {
        case server(SocketAddress)
        /// Nobody answered.
        case unreachable
        /// An answer came, without a server in it.
        case none(String)
    }

    private static let limit: Duration = .seconds(5)

    private let http: HTTPClient
    /// Asked in turn, so that one that is down delays an attempt and no more.
    public var servers: [SocketAddress] = []
    /// The addresses are those of message servers: nobody needs to be asked.
    private let isDirect: Bool
    private var turn: Int
    /// Answers differ only when the load moves to another server; most need not be read again.
    private var lastAnswer: (bytes: [UInt8], answer: Answer)?

    public init(_ loop: EventLoop, isDirect: Bool = false) {
        http = HTTPClient(on: loop)
        self.isDirect = isDirect
        turn = loop.index
    }

    /// Calls `completion` with what a client is told that asks now; before this returns if nobody can be asked.
    public func find(_ completion: @escaping (Answer) -> Void) {
        guard !servers.isEmpty else { return completion(.unreachable) }
        turn += 1
        let server = servers[turn % servers.count]
        if isDirect { return completion(.server(server)) }
        http.get("/msg_server", from: server, within: Self.limit) { [weak self] result in
            guard let self, case .success(let reply) = result else { return completion(.unreachable) }
            completion(answer(in: reply.body))
        }
    }

    private func answer(in body: [UInt8]) -> Answer {
        if let lastAnswer, lastAnswer.bytes == body { return lastAnswer.answer }
        let answer: Answer
        if let parsed = ServerAnswer(body) {
            answer = parsed.address.map { .server($0) } ?? .none("GET /msg_server answers with code \(parsed.code)")
        } else {
            answer = .none("the answer to GET /msg_server is no JSON object with a code")
        }
        lastAnswer = (body, answer)
        return answer
    }
}
