import DBProxy
import Primitives
import TalkProtocol

/// Where lists of members come from: the cache, or the database. Confined to its loop.
final class GroupMembers {
    private static let cacheLifetime: Duration = .seconds(3600)

    private let database: Database
    private let cache: RedisCache?

    init(_ database: Database, cache: RedisCache?) {
        self.database = database
        self.cache = cache
    }

    /// Who `message` is for; `nil` when the database does not answer.
    ///
    /// - Parameters:
    ///   - version: the version under which it was accepted; `nil` when that is not known: then the answer is good for
    ///     this message and kept for no other.
    ///   - completion: also says whose list of that version it is; `nil` if the answer is not to be kept.
    func load(
        _ group: GroupID, version: UInt32?, message: MessageID,
        _ completion: @escaping ([UserID]?, DatabaseIdentity?) -> Void
    ) {
        guard let version, let identity = database.identity,
            let key = database.cacheKey("members:\(group.rawValue):\(version)")
        else { return read(group, message) { completion($0, nil) } }
        let readAnew = { [self] in
            read(group, message) { members in
                // Read from another database by now: good for this message, as that was stored there.
                guard let members, self.database.identity == identity else { return completion(members, nil) }
                self.cache?.set(key, GroupMembers.encode(members), for: GroupMembers.cacheLifetime)
                completion(members, identity)
            }
        }
        guard let cache else { return readAnew() }
        cache.get(key) { [database] value in
            guard let members = value.flatMap(GroupMembers.decode) else { return readAnew() }
            completion(members, database.identity == identity ? identity : nil)
        }
    }

    private func read(_ group: GroupID, _ message: MessageID, _ completion: @escaping ([UserID]?) -> Void) {
        database.memberships(of: group) { result in
            completion(try? result.get().filter { $0.isEntitled(to: message) }.map(\.user))
        }
    }

    private static func encode(_ members: [UserID]) -> [UInt8] {
        var writer = ByteWriter()
        for member in members { writer.append(bigEndian: member.rawValue) }
        return writer.bytes.copied()
    }

    private static func decode(_ bytes: [UInt8]) -> [UserID]? {
        guard !bytes.isEmpty, bytes.count.isMultiple(of: 4) else { return nil }
        var reader = ByteReader(bytes.rawBytes)
        var members: [UserID] = []
        while let member = reader.read().map(UserID.init(_:)) { members.append(member) }
        return members
    }
}
