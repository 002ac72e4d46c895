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

/// How the change of a group ended.
public enum GroupChange: Sendable, Equatable {
    case changed
    case unknown
    /// Whom it was to be handed to is no active member.
    case noMember
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

    private static let changeGroup = Statement(
        "change_group",
        """
        with g as materialized (
            select id from chat_group where id = $1::int and not deleted for no key update
        ), heir as materialized (
            select $3::int is null or exists (
                select from member m join account a on a.id = m.user_id
                where m.conversation_id = $1::int and m.user_id = $3::int and m.left_at_id is null and a.status <> 3
            ) as fits
        ), changed as (
            update chat_group c set name = coalesce($2::text, c.name), creator_id = coalesce($3::int, c.creator_id),
                version = c.version + 1, updated_at = extract(epoch from clock_timestamp())::bigint
            from g, heir where c.id = g.id and heir.fits returning 1
        )
        select exists (select from g), exists (select from changed)
        """)

    /// Gives a group another name, or hands it over to another active member, or both; clients get it with the new
    /// version of the group. `nil` leaves it as it is.
    public func changeGroup(
        _ id: GroupID, name: String?, creator: UserID?, _ completion: @escaping Completion<GroupChange>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(name)
        parameters.add(creator)
        query(Self.changeGroup, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1, let isThere = rows[0].bool(0), let isChanged = rows[0].bool(1) else { return nil }
            return isChanged ? .changed : isThere ? .noMember : .unknown
        }
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
