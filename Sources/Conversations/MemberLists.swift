import DBProxy
import TalkProtocol

/// The members of groups, each list under the version it belongs to: an entry is never wrong, only unused one day. A
/// core.
///
/// Every append says under which version of the list a message was accepted, so the list for its push is known exactly.
struct MemberLists {
    static let capacity = 10_000

    private var lists: [GroupID: (version: UInt32, members: [UserID])] = [:]
    /// Where they come from: the versions of another database, or of another life of it, mean something else.
    private var origin: DatabaseIdentity?

    var count: Int { lists.count }

    var versions: [(group: GroupID, version: UInt32)] { lists.map { ($0.key, $0.value.version) } }

    func members(of group: GroupID, version: UInt32, in database: DatabaseIdentity?) -> [UserID]? {
        guard let list = lists[group], list.version == version, database == origin else { return nil }
        return list.members
    }

    mutating func store(_ members: [UserID], of group: GroupID, version: UInt32, from database: DatabaseIdentity) {
        if origin != database { lists = [:] }
        origin = database
        if let known = lists[group], known.version >= version { return }
        // Any one will do: what is still in use comes back with the next message.
        if lists.count >= Self.capacity, lists[group] == nil, let any = lists.keys.first { lists[any] = nil }
        lists[group] = (version, members)
    }

    mutating func removeAll() {
        lists = [:]
    }
}
