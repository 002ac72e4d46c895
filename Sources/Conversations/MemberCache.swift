import TalkProtocol

/// The members of groups, by the version of their list: an entry is never wrong, only unused one day.
struct MemberCache {
    private static let maxGroups = 10_000

    private var lists: [GroupID: (version: UInt32, members: [UserID])] = [:]

    init() {}

    func members(of group: GroupID, version: UInt32) -> [UserID]? {
        guard let list = lists[group], list.version == version else { return nil }
        return list.members
    }

    mutating func store(_ members: [UserID], of group: GroupID, version: UInt32) {
        if let known = lists[group], known.version > version { return }
        // Any one will do: who is still in use comes back with the next message.
        if lists.count >= Self.maxGroups, lists[group] == nil, let any = lists.keys.first { lists[any] = nil }
        lists[group] = (version, members)
    }
}
