public import DBProxy
public import TalkProtocol

/// The members of groups, each list under the version it belongs to: an entry is never wrong, only unused one day.
///
/// Every append says under which version of the list a message was accepted, so the list for its push is known exactly.
/// Confined to its loop.
public final class GroupMembers {
    private static let maxGroups = 10_000

    private let database: Database
    private var lists: [GroupID: (version: UInt32, members: [UserID])] = [:]

    public init(_ database: Database) {
        self.database = database
    }

    public func members(of group: GroupID, version: UInt32) -> [UserID]? {
        guard let list = lists[group], list.version == version else { return nil }
        return list.members
    }

    /// Reads the list under which `message` was accepted and calls back with it; `nil` when the database does not
    /// answer.
    func load(
        _ group: GroupID, version: UInt32, message: MessageID, _ completion: @escaping ([UserID]?) -> Void
    ) {
        database.memberships(of: group) { [weak self] result in
            guard case .success(let memberships) = result else { return completion(nil) }
            let members = memberships.filter { $0.isEntitled(to: message) }.map(\.user)
            self?.store(members, of: group, version: version)
            completion(members)
        }
    }

    private func store(_ members: [UserID], of group: GroupID, version: UInt32) {
        if let known = lists[group], known.version >= version { return }
        // Any one will do: what is still in use comes back with the next message.
        if lists.count >= Self.maxGroups, lists[group] == nil, let any = lists.keys.first { lists[any] = nil }
        lists[group] = (version, members)
    }
}
