import Crypto
public import DBProxy
public import Primitives
import Synchronization
public import TalkProtocol

/// Remembers which password was verified, so that a reconnect costs microseconds instead of a key derivation: after a
/// network fault thousands of clients send their password again within seconds.
///
/// Keeps a keyed digest of (database, user, password, version of the credentials), never a password, and trusts it for
/// a day. A changed password has another version and is never found. Shared by the loops of a node.
public final class CredentialCache: Sendable {
    private struct Entry {
        let digest: [UInt8]
        let expires: Instant
    }

    static let lifetime: Duration = .seconds(24 * 3600)
    public static let maxEntries = 200_000

    private let key: [UInt8]
    private let entries = Mutex<[UserID: Entry]>([:])

    /// - Parameter key: secret of this process or cluster, 32 random bytes.
    public init(key: [UInt8]) {
        precondition(key.count >= 32, "a key of \(key.count) bytes can be guessed")
        self.key = key
    }

    public var count: Int { entries.withLock { $0.count } }

    /// Each next login derives its key again, or finds it in the cache that nodes share.
    public func removeAll() {
        entries.withLock { $0 = [:] }
    }

    public func contains(
        _ user: UserID, _ secret: String, version: Int32, in database: DatabaseIdentity, at now: Instant
    ) -> Bool {
        guard let entry = entries.withLock({ $0[user] }), now < entry.expires else { return false }
        let (known, given) = (entry.digest, digest(user, secret, version, database))
        return equalInConstantTime(known.rawBytes, given.rawBytes)
    }

    /// Whether `digest`, found in the cache that nodes share, says that the secret was verified.
    func confirms(
        _ digest: [UInt8], _ user: UserID, _ secret: String, version: Int32, in database: DatabaseIdentity
    ) -> Bool {
        let own = self.digest(user, secret, version, database)
        return equalInConstantTime(digest.rawBytes, own.rawBytes)
    }

    /// Returns what may be told to the cache that nodes share: worth nothing without the key.
    @discardableResult
    public func remember(
        _ user: UserID, _ secret: String, version: Int32, in database: DatabaseIdentity, at now: Instant
    ) -> [UInt8] {
        let entry = Entry(digest: digest(user, secret, version, database), expires: now + Self.lifetime)
        entries.withLock { entries in
            if entries.count >= Self.maxEntries, entries[user] == nil, let any = entries.keys.first {
                entries[any] = nil
            }
            entries[user] = entry
        }
        return entry.digest
    }

    private func digest(
        _ user: UserID, _ secret: String, _ version: Int32, _ database: DatabaseIdentity
    ) -> [UInt8] {
        let key = key
        var message = ByteWriter()
        message.append(bigEndian: user.rawValue)
        message.append(bigEndian: version)
        message.append(bigEndian: UInt32(database.text.utf8.count))
        message.append(utf8: database.text)
        message.append(utf8: secret)
        return HMACSHA256.code(message.bytes, key: key.rawBytes)
    }
}
