import Primitives
import Reactor

/// What a Redis server says of itself (`INFO`).
///
/// Blocks, for some seconds at most: for tools, never on a loop.
public struct RedisFacts: Sendable {
    /// Names and values, such as `redis_version` and `maxmemory_policy`.
    public let values: [String: String]

    private static let patience: Duration = .seconds(3)

    public init(_ place: RedisPlace) throws(RedisFailure) {
        var configuration = LoopGroup.Configuration(seed: 0)
        configuration.maxConnectionsPerLoop = 4
        let group: LoopGroup
        do {
            group = try LoopGroup(configuration) { _ in }
        } catch {
            throw (error as? SystemError).map(RedisFailure.unreachable) ?? .timedOut
        }
        defer { group.stop() }
        var failure = RedisFailure.unknownHost
        for address in NameResolver.resolveNow(place.host, port: place.port) {
            switch Self.info(of: place, at: address, group.loops[0]) {
            case .success(let text):
                values = Self.read(text)
                return
            case .failure(let reason): failure = reason
            }
        }
        throw failure
    }

    private static func info(
        of place: RedisPlace, at address: SocketAddress, _ remote: LoopRemote
    ) -> Result<String, RedisFailure> {
        let answer = Handover<Result<String, RedisFailure>>()
        remote.execute { loop in
            let connection = RedisConnection(place, on: loop)
            connection.ready = { [unowned connection] in
                connection.ask([[UInt8]("INFO".utf8)]) { reply in
                    guard case .bytes(let text) = reply else { return connection.close(.notRedis) }
                    answer.put(.success(String(decoding: text, as: UTF8.self)))
                }
            }
            connection.ended = { answer.put(.failure($0)) }
            loop.schedule(after: patience) { [weak connection] in connection?.close(.timedOut) }
            if !connection.connect(to: address) { answer.put(.failure(.unknownHost)) }
        }
        return answer.take()
    }

    private static func read(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
        return values
    }
}
