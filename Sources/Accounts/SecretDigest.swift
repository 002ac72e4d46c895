import Crypto
import Primitives

/// Names a wrong secret, so that the same one again is known to be wrong: worth nothing to who reads the database, as
/// it is keyed.
struct SecretDigest {
    private static let byteCount = 16

    private let key: [UInt8]

    /// - Parameter key: the same on all nodes, 32 random bytes.
    init(key: [UInt8]) {
        self.key = key
    }

    func of(_ secret: String, name: String) -> [UInt8] {
        let key = key
        var message = ByteWriter()
        message.append(bigEndian: UInt32(name.utf8.count))
        message.append(utf8: name)
        message.append(utf8: secret)
        return Array(HMACSHA256.code(message.bytes, key: key.rawBytes).prefix(Self.byteCount))
    }
}
