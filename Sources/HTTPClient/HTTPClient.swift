public import HTTPCore
import Primitives
public import Reactor
public import TLS

/// Asks HTTP servers, one connection for each request. Confined to its loop.
public final class HTTPClient: StreamHandler {
    public enum Failure: Error, Equatable {
        /// There is no connection, or it broke.
        case unreachable(SystemError)
        /// There is no agreement on TLS, or the server's certificate is not believed.
        case unsealed(TLSError)
        /// The whole answer did not come in time.
        case timedOut
        /// What came is no whole answer, or is too long.
        case noAnswer
    }

    /// How a server is known that speaks TLS.
    public struct Seal: Sendable {
        let context: TLSContext
        let host: String

        /// - Parameter host: the name or numeric address that its certificate must be for.
        public init(_ context: TLSContext, to host: String) {
            self.context = context
            self.host = host
        }
    }

    public typealias Completion = (Result<HTTPReply, Failure>) -> Void

    private struct Request {
        let bytes: [UInt8]
        let seal: Seal?
        var answer: [UInt8] = []
        var isLate = false
        let completion: Completion
    }

    private let loop: EventLoop
    private let maxAnswer: Int
    private var service: StreamService?
    private var requests: [ConnectionHandle: Request] = [:]

    /// - Parameter maxAnswer: bytes of head and body together.
    public init(maxAnswer: Int = 64 << 10, on loop: EventLoop) {
        self.loop = loop
        self.maxAnswer = maxAnswer
        service = loop.register(self, limits: StreamLimits())
    }

    /// Calls `completion` once, at the latest when `limit` has passed; before this returns if there is no way at all.
    public func get(
        _ path: String, from server: SocketAddress, within limit: Duration, _ completion: @escaping Completion
    ) {
        send(HTTPCall(.get, path), to: server, within: limit, completion)
    }

    /// The same for any method.
    public func send(
        _ call: HTTPCall, to server: SocketAddress, over seal: Seal? = nil, within limit: Duration,
        _ completion: @escaping Completion
    ) {
        guard let service else { return }
        do throws(SystemError) {
            let connection = try loop.connect(to: server, service)
            loop.setDeadline(loop.now + limit, for: connection)
            requests[connection] = Request(bytes: call.bytes(for: server), seal: seal, completion: completion)
        } catch {
            completion(.failure(.unreachable(error)))
        }
    }

    public func opened(_ connection: ConnectionHandle, peer: SocketAddress) {
        guard let request = requests[connection] else { return }
        if let seal = request.seal { loop.startTLS(connection, connecting: seal.context, to: seal.host) }
        loop.send(request.bytes.rawBytes, to: connection)
    }

    public func received(_ bytes: RawSpan, on connection: ConnectionHandle) -> Int {
        guard let request = requests[connection] else { return bytes.byteCount }
        if request.answer.count + bytes.byteCount <= maxAnswer {
            requests[connection]?.answer.append(bytes)
        } else {
            requests[connection]?.answer = []
            loop.close(connection, .now)
        }
        return bytes.byteCount
    }

    public func drained(_ connection: ConnectionHandle) {}

    public func deadlinePassed(_ connection: ConnectionHandle) {
        requests[connection]?.isLate = true
        loop.close(connection, .now)
    }

    /// The server closes behind its answer, so what came is all of it.
    public func closed(_ connection: ConnectionHandle, reason: CloseReason) {
        guard let request = requests.removeValue(forKey: connection) else { return }
        if request.isLate { return request.completion(.failure(.timedOut)) }
        if case .failed(let error) = reason { return request.completion(.failure(.unreachable(error))) }
        if case .tls(let error) = reason { return request.completion(.failure(.unsealed(error))) }
        request.completion(HTTPReply(request.answer).map { .success($0) } ?? .failure(.noAnswer))
    }
}

extension HTTPClient {
    /// The same for a program that waits for the answer. Not to be called from a loop.
    public static func get(
        _ path: String, from server: SocketAddress, within limit: Duration, maxAnswer: Int = 16 << 20
    ) throws(Failure) -> HTTPReply {
        try send(HTTPCall(.get, path), to: server, within: limit, maxAnswer: maxAnswer)
    }

    /// The same for any method.
    public static func send(
        _ call: HTTPCall, to server: SocketAddress, over seal: Seal? = nil, within limit: Duration,
        maxAnswer: Int = 16 << 20
    ) throws(Failure) -> HTTPReply {
        var configuration = LoopGroup.Configuration(seed: 0)
        configuration.maxConnectionsPerLoop = 8
        let group: LoopGroup
        do {
            group = try LoopGroup(configuration) { _ in }
        } catch {
            throw (error as? SystemError).map(Failure.unreachable) ?? .noAnswer
        }
        defer { group.stop() }
        let answer = Handover<Result<HTTPReply, Failure>>()
        group.loops[0].execute { loop in
            HTTPClient(maxAnswer: maxAnswer, on: loop).send(call, to: server, over: seal, within: limit) {
                answer.put($0)
            }
        }
        return try answer.take().get()
    }
}
