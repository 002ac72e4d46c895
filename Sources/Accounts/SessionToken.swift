public import Crypto
import Primitives

/// What an extended client reconnects with instead of its password: 256 random bits, good for one login, of which the
/// database holds only the SHA-256.
public struct SessionToken: Sendable {
    public static let byteCount = 32
    /// A token that was not used for so long is worth nothing.
    public static let lifetimeInDays: Int32 = 30

    public let bytes: [UInt8]

    public init() throws(CryptoError) {
        bytes = try randomBytes(Self.byteCount)
    }

    /// As sent by a client; `nil` unless it has the length of a token.
    public init?(received bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    public var hash: [UInt8] { SHA256.digest(bytes.rawBytes) }

    /// Compares in constant time.
    public func matches(hash other: [UInt8]) -> Bool {
        let hash = hash
        return equalInConstantTime(hash.rawBytes, other.rawBytes)
    }
}
