import CRedis
import Primitives

/// One answer of Redis, as far as anybody here asks for it.
enum RedisReply: Equatable {
    /// A string or a status.
    case bytes([UInt8])
    case error(String)
    /// Nothing, a number or a list.
    case other
}

/// Turns what arrives into answers (RESP 2), by hiredis.
@safe struct RedisReader: ~Copyable {
    struct Broken: Error {}

    private let raw: UnsafeMutablePointer<redisReader>
    /// Of an answer that has not arrived in full: the longest one and what is read at once. Who sends more is not
    /// asked for it.
    private static let maxUnreadBytes = CacheSeal.maxSealedBytes + (64 << 10)

    /// `nil`: there is no memory.
    init?() {
        guard let made = unsafe redisReaderCreate() else { return nil }
        unsafe raw = made
    }

    deinit {
        unsafe redisReaderFree(raw)
    }

    mutating func feed(_ bytes: RawSpan) throws(Broken) {
        let result = unsafe bytes.withUnsafeBytes {
            unsafe redisReaderFeed(raw, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard result == REDIS_OK else { throw Broken() }
    }

    /// The next whole answer, `nil` when there is none yet.
    mutating func next() throws(Broken) -> RedisReply? {
        var object: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(raw, &object) == REDIS_OK else { throw Broken() }
        guard let object = unsafe object else {
            guard unsafe raw.pointee.len - raw.pointee.pos <= Self.maxUnreadBytes else { throw Broken() }
            return nil
        }
        defer { unsafe freeReplyObject(object) }
        let reply = unsafe object.assumingMemoryBound(to: redisReply.self).pointee
        guard let text = unsafe reply.str else { return .other }
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: text, count: reply.len))
        switch unsafe reply.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .bytes(bytes)
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes, as: UTF8.self))
        default: return .other
        }
    }
}
