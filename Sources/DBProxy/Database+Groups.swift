public import TalkProtocol

public struct GroupRecord: Sendable, Equatable {
    public let id: GroupID
    public let name: String
    public let avatar: String
    public let creator: UserID
    public let type: GroupType
    /// Rises with every change of the members.
    public let version: UInt32
    /// In the order in which they joined.
    public let members: [UserID]
    /// Whether the user who asked gets no push notices from it.
    public let shield: Bool
}

/// One user's time in a group: entitled to the messages after `joinedAt` up to `leftAt`.
public struct Membership: Sendable, Equatable {
    public let user: UserID
    public let joinedAt: MessageID
    public let leftAt: MessageID?

    public init(user: UserID, joinedAt: MessageID, leftAt: MessageID?) {
        self.user = user
        self.joinedAt = joinedAt
        self.leftAt = leftAt
    }

    public func isEntitled(to message: MessageID) -> Bool {
        joinedAt < message && leftAt.map { message <= $0 } ?? true
    }
}

extension Database {
    private static let normalGroups = Statement(
        "normal_groups",
        """
        select g.id, g.version from member b join chat_group g on g.id = b.conversation_id
        where b.user_id = $1::int and b.left_at_id is null and b.conversation_id < 4294967296
            and g.type = 1 and not g.deleted
        order by g.updated_at desc, g.id
        """)

    /// The user's groups that administrators made, latest change first.
    public func normalGroups(
        of user: UserID, _ completion: @escaping Completion<[(id: GroupID, version: UInt32)]>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.normalGroups, parameters, completion) { rows in
            var groups: [(id: GroupID, version: UInt32)] = []
            for index in 0..<rows.count {
                guard let id: GroupID = rows[index].value(0), let version: UInt32 = rows[index].value(1) else {
                    return nil
                }
                groups.append((id, version))
            }
            return groups
        }
    }

    private static let groupColumns = """
        g.id, g.name, g.avatar, g.creator_id, g.type, g.version,
            array(
                select m.user_id from member m
                where m.conversation_id = g.id and m.left_at_id is null order by m.joined_at_id, m.user_id),
            coalesce(
                (select b.shield from member b
                    where b.conversation_id = g.id and b.user_id = $2::int and b.left_at_id is null), false)
        """

    private static let groups = Statement(
        "groups",
        """
        select \(groupColumns) from chat_group g where g.id = any ($1::int[]) and not g.deleted order by g.id
        """)

    private static let newerGroups = Statement(
        "newer_groups",
        """
        select \(groupColumns)
        from unnest($1::int[], $3::int[]) known (id, version)
        join member own on own.conversation_id = known.id and own.user_id = $2::int and own.left_at_id is null
        join chat_group g on g.id = known.id and g.version > known.version and not g.deleted
        order by g.id
        """)

    /// Groups with their members; unknown ones are missing. Who may see them is the caller's question.
    public func groups(
        _ ids: [GroupID], askedBy user: UserID, _ completion: @escaping Completion<[GroupRecord]>
    ) {
        var parameters = Parameters()
        parameters.add(ids)
        parameters.add(user)
        query(Self.groups, parameters, completion, Self.readGroups)
    }

    /// Groups that the user is a member of, as far as they are newer than the version given with each.
    public func groups(
        newerThan known: [(group: GroupID, version: UInt32)], ofMember user: UserID,
        _ completion: @escaping Completion<[GroupRecord]>
    ) {
        var parameters = Parameters()
        parameters.add(known.map(\.group))
        parameters.add(user)
        parameters.add(known.map { Int32(clamping: $0.version) })
        query(Self.newerGroups, parameters, completion, Self.readGroups)
    }

    private static func readGroups(_ rows: Rows) -> [GroupRecord]? {
        var groups: [GroupRecord] = []
        for index in 0..<rows.count {
            let row = rows[index]
            guard let id: GroupID = row.value(0), let name = row.text(1), let avatar = row.text(2),
                let creator: UserID = row.value(3), let type: GroupType = row.value(4),
                let version: UInt32 = row.value(5), let members: [UserID] = row.values(6), let shield = row.bool(7)
            else { return nil }
            groups.append(
                GroupRecord(
                    id: id, name: name, avatar: avatar, creator: creator, type: type,
                    version: version, members: members,
                    shield: shield))
        }
        return groups
    }

    private static let memberships = Statement(
        "memberships",
        """
        select user_id, joined_at_id, left_at_id from member
        where conversation_id = $1::bigint order by joined_at_id, user_id
        """)

    /// All who are or were in the group.
    public func memberships(of group: GroupID, _ completion: @escaping Completion<[Membership]>) {
        var parameters = Parameters()
        parameters.add(ConversationID.group(group))
        query(Self.memberships, parameters, completion) { rows in
            var memberships: [Membership] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0), let joined: MessageID = rows[index].value(1) else {
                    return nil
                }
                memberships.append(
                    Membership(user: user, joinedAt: joined, leftAt: rows[index].value(2)))
            }
            return memberships
        }
    }

    private static let setShield = Statement(
        "set_shield",
        """
        update member set shield = $3::boolean
        where conversation_id = $2::bigint and user_id = $1::int and left_at_id is null returning 1
        """)

    /// Returns whether the user is a member.
    public func setShield(
        _ shield: Bool, in group: GroupID, of user: UserID, _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(ConversationID.group(group))
        parameters.add(shield)
        query(Self.setShield, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }
}
