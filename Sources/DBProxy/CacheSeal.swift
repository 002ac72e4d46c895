import Crypto
import Primitives

/// What makes the cache's word worth anything: each value carries a code over its key and itself, which only who knows
/// the cluster's secret can make (HMAC-SHA-256, RFC 2104).
///
/// The key names the database and the version that a value was derived from. So a value that was made up, changed, or
/// copied from another key is as if it were not there; and one of the same key is the same.
public struct CacheSeal: Sendable {
    /// More than the longest value of ours: a group with sixteen thousand members.
    static let maxValueBytes = 64 << 10
    static let maxSealedBytes = HMACSHA256.byteCount + maxValueBytes

    private let key: [UInt8]

    public init(secret: [UInt8]) {
        key = HKDF.key(
            from: secret.rawBytes, salt: [UInt8]().rawBytes, info: [UInt8]("grapevine cache values".utf8).rawBytes)
    }

    /// `nil`: nothing, or more than is kept.
    func seal(_ value: [UInt8], under name: CacheKey) -> [UInt8]? {
        guard !value.isEmpty, value.count <= Self.maxValueBytes else { return nil }
        return code(of: value[...], under: name) + value
    }

    /// The value that `seal` was given under this name, `nil` for everything else.
    func open(_ sealed: [UInt8], under name: CacheKey) -> [UInt8]? {
        guard sealed.count > HMACSHA256.byteCount, sealed.count <= Self.maxSealedBytes else { return nil }
        let value = sealed[HMACSHA256.byteCount...]
        let given = Array(sealed[..<HMACSHA256.byteCount])
        guard equalInConstantTime(given.rawBytes, code(of: value, under: name).rawBytes) else { return nil }
        return Array(value)
    }

    private func code(of value: ArraySlice<UInt8>, under name: CacheKey) -> [UInt8] {
        var message = ByteWriter(capacity: 4 + name.text.utf8.count + value.count)
        message.append(bigEndian: UInt32(name.text.utf8.count))
        message.append(utf8: name.text)
        message.append(Array(value))
        return HMACSHA256.code(message.bytes, key: key.rawBytes)
    }
}
