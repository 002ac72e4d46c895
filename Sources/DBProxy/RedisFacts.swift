import CRedis
import Glibc

/// What a Redis server says of itself (`INFO`).
///
/// Blocks: for tools, never on a loop.
public struct RedisFacts: Sendable {
    public struct Unreachable: Error, CustomStringConvertible {
        public let description: String
    }

    /// Names and values, such as `redis_version` and `maxmemory_policy`.
    public let values: [String: String]

    private static let patience = timeval(tv_sec: 3, tv_usec: 0)

    public init(_ place: RedisPlace) throws(Unreachable) {
        guard let context = unsafe redisConnectWithTimeout(place.host, Int32(place.port), Self.patience) else {
            throw Unreachable(description: "there is no memory")
        }
        defer { unsafe redisFree(context) }
        guard unsafe context.pointee.err == 0, unsafe redisSetTimeout(context, Self.patience) == REDIS_OK else {
            throw unsafe Self.failure(context)
        }
        if !place.password.isEmpty { _ = unsafe try Self.ask(context, ["AUTH", place.password]) }
        values = Self.read(unsafe try Self.ask(context, ["INFO"]))
    }

    private static func ask(
        _ context: UnsafeMutablePointer<redisContext>, _ words: [String]
    ) throws(Unreachable) -> String {
        let strings = unsafe words.map { unsafe strdup($0) }
        defer { for unsafe string in unsafe strings { unsafe free(string) } }
        var pointers = unsafe strings.map { unsafe UnsafePointer<CChar>($0) }
        let answer = unsafe redisCommandArgv(context, Int32(words.count), &pointers, words.map(\.utf8.count))
        guard let answer = unsafe answer else { throw unsafe failure(context) }
        defer { unsafe freeReplyObject(answer) }
        let reply = unsafe answer.assumingMemoryBound(to: redisReply.self).pointee
        guard let start = unsafe reply.str else { throw Unreachable(description: "it answers as no Redis does") }
        let text = unsafe String(
            decoding: UnsafeRawBufferPointer(start: start, count: reply.len), as: UTF8.self)
        if unsafe reply.type == REDIS_REPLY_ERROR { throw Unreachable(description: text) }
        return text
    }

    private static func read(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
        return values
    }

    private static func failure(_ context: UnsafeMutablePointer<redisContext>) -> Unreachable {
        unsafe withUnsafeBytes(of: context.pointee.errstr) { bytes in
            unsafe Unreachable(description: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
        }
    }
}
