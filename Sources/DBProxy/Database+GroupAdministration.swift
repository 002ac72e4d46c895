public import TalkProtocol

/// A group in a list of all groups.
public struct GroupSummary: Sendable, Equatable {
    public let id: GroupID
    public let name: String
    public let type: GroupType
    /// The name of a user; `nil` for one who was deleted.
    public let creator: String?
    public let memberCount: Int
    /// Rises with every change of the members.
    public let version: UInt32
}

/// What administrators see of groups, and do with them.
extension Database {
    private static let allGroups = Statement(
        "all_groups",
        """
        select g.id, g.name, g.type, a.name, g.version, (
            select count(*)::int from member m where m.conversation_id = g.id and m.left_at_id is null)
        from chat_group g left join account a on a.id = g.creator_id
        where not g.deleted and g.id > $1::int
            and ($3::text is null or position(lower($3::text) in lower(g.name)) > 0)
        order by g.id limit $2::int
        """)

    /// The oldest groups first.
    /// - Parameters:
    ///   - last: of the page before.
    ///   - search: only those with this in their names, in whatever case.
    public func groups(
        after last: GroupID = GroupID(0), search: String? = nil, limit: Int,
        _ completion: @escaping Completion<[GroupSummary]>
    ) {
        var parameters = Parameters()
        parameters.add(last)
        parameters.add(Int32(clamping: limit))
        parameters.add(search)
        query(Self.allGroups, parameters, completion) { rows in
            var groups: [GroupSummary] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id: GroupID = row.value(0), let name = row.text(1), let type: GroupType = row.value(2),
                    let version: UInt32 = row.value(4), let members = row.int32(5)
                else { return nil }
                groups.append(
                    GroupSummary(
                        id: id, name: name, type: type, creator: row.text(3), memberCount: Int(members),
                        version: version))
            }
            return groups
        }
    }

    private static let renameGroup = Statement(
        "rename_group",
        """
        update chat_group set name = $2::text, version = version + 1,
            updated_at = extract(epoch from clock_timestamp())::bigint
        where id = $1::int and not deleted returning 1
        """)

    /// Clients get the name with the new version of the group. Returns whether there is such a group.
    public func renameGroup(_ id: GroupID, to name: String, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(name)
        query(Self.renameGroup, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let handOverGroup = Statement(
        "hand_over_group",
        """
        update chat_group g set creator_id = $2::int, version = version + 1,
            updated_at = extract(epoch from clock_timestamp())::bigint
        where g.id = $1::int and not g.deleted and exists (
            select from member m join account a on a.id = m.user_id
            where m.conversation_id = g.id and m.user_id = $2::int and m.left_at_id is null and a.status <> 3)
        returning 1
        """)

    /// Makes an active member the creator. Returns whether there is such a group with such a member.
    public func handOverGroup(_ id: GroupID, to user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(user)
        query(Self.handOverGroup, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static let dissolveGroup = Statement("dissolve_group", "select dissolve_group($1::int)")

    /// Ends a group. Returns who was in it; `nil` if there is no such group.
    public func dissolveGroup(_ id: GroupID, _ completion: @escaping Completion<[UserID]?>) {
        var parameters = Parameters()
        parameters.add(id)
        query(Self.dissolveGroup, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            return .some(rows[0].values(0))
        }
    }
}
