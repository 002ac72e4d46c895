public import DBProxy
import Primitives
public import TalkProtocol

/// The members of groups, each list under the version it belongs to: an entry is never wrong, only unused one day.
///
/// Every append says under which version of the list a message was accepted, so the list for its push is known exactly.
/// Confined to its loop.
public final class GroupMembers {
    public static let maxGroups = 10_000
    private static let cacheLifetime: Duration = .seconds(3600)

    private let database: Database
    private let cache: RedisCache?
    private var lists: [GroupID: (version: UInt32, members: [UserID])] = [:]
    /// Where they come from.
    private var origin: DatabaseIdentity?

    public init(_ database: Database, cache: RedisCache?) {
        self.database = database
        self.cache = cache
    }

    /// How many groups are known.
    public var count: Int { lists.count }

    public func removeAll() {
        lists = [:]
    }

    /// A version that was given to a list of members is given to no other one, also by a database that has forgotten.
    func raiseVersions(_ completion: @escaping (Result<Int, DatabaseError>) -> Void) {
        if lists.isEmpty { return completion(.success(0)) }
        database.raiseVersions(of: lists.map { ($0.key, $0.value.version) }, completion)
    }

    public func members(of group: GroupID, version: UInt32) -> [UserID]? {
        guard let list = lists[group], list.version == version, database.identity == origin else { return nil }
        return list.members
    }

    /// Who `message` is for, from the cache or the database; `nil` when the database does not answer.
    ///
    /// - Parameter version: the version under which it was accepted; `nil` when that is not known, as with a message
    ///   that was stored by an earlier send: then the answer is good for this message and kept for no other.
    func load(
        _ group: GroupID, version: UInt32?, message: MessageID, _ completion: @escaping ([UserID]?) -> Void
    ) {
        guard let version, let identity = database.identity,
            let key = database.cacheKey("members:\(group.rawValue):\(version)")
        else { return read(group, message, completion) }
        let read = { [weak self] in
            guard let self else { return }
            self.read(group, message) { [weak self] members in
                // Read from another database by now: good for this message, as that was stored there.
                if let self, let members, database.identity == identity {
                    cache?.set(key, GroupMembers.encode(members), for: GroupMembers.cacheLifetime)
                    store(members, of: group, version: version, in: identity)
                }
                completion(members)
            }
        }
        guard let cache else { return read() }
        cache.get(key) { [weak self] value in
            guard let members = value.flatMap(GroupMembers.decode) else { return read() }
            self?.store(members, of: group, version: version, in: identity)
            completion(members)
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
        return stride(from: 0, to: bytes.count, by: 4).compactMap { offset in
            bytes.rawBytes.bigEndian(at: offset, as: UInt32.self).map(UserID.init)
        }
    }

    private func store(_ members: [UserID], of group: GroupID, version: UInt32, in identity: DatabaseIdentity) {
        guard database.identity == identity else { return }
        if origin != identity { lists = [:] }
        origin = identity
        if let known = lists[group], known.version >= version { return }
        // Any one will do: what is still in use comes back with the next message.
        if lists.count >= Self.maxGroups, lists[group] == nil, let any = lists.keys.first { lists[any] = nil }
        lists[group] = (version, members)
    }
}
