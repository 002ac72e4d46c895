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

    public init(host: String, port: UInt16) throws(Unreachable) {
        guard let context = unsafe redisConnectWithTimeout(host, Int32(port), Self.patience) else {
            throw Unreachable(description: "there is no memory")
        }
        defer { unsafe redisFree(context) }
        guard unsafe context.pointee.err == 0, unsafe redisSetTimeout(context, Self.patience) == REDIS_OK else {
            throw unsafe Self.failure(context)
        }
        let answer = unsafe "INFO".withCString { word in
            var words = unsafe [UnsafePointer<CChar>?(word)]
            var lengths = [4]
            return unsafe redisCommandArgv(context, 1, &words, &lengths)
        }
        guard let answer = unsafe answer else { throw unsafe Self.failure(context) }
        defer { unsafe freeReplyObject(answer) }
        let reply = unsafe answer.assumingMemoryBound(to: redisReply.self).pointee
        guard let start = unsafe reply.str else { throw Unreachable(description: "it answers as no Redis does") }
        let text = unsafe String(
            decoding: UnsafeRawBufferPointer(start: start, count: reply.len), as: UTF8.self)
        if unsafe reply.type == REDIS_REPLY_ERROR { throw Unreachable(description: text) }
        values = Self.read(text)
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
