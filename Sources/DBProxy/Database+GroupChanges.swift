public import TalkProtocol

/// How the making of a group ended.
public enum GroupMaking: Sendable, Equatable {
    case made(GroupID, members: [UserID])
    /// Who makes it has made as many as he may.
    case tooManyMade
    /// These do not exist, or have left. Nothing was made.
    case unknownUsers([UserID])
    /// These are in as many groups as one may be. Nothing was made.
    case tooManyGroups([UserID])
}

/// How a change of members ended.
public enum MemberChangeOutcome: Sendable, Equatable {
    case changed(version: UInt32)
    /// The group was changed since it was read: read it again and judge again.
    case stale
    /// These are in as many groups as one may be. Nothing was changed.
    case tooManyGroups([UserID])
    /// These do not exist, or have left. Nothing was changed.
    case unknownUsers([UserID])
}

/// Making groups and changing their members: each is one call, done whole or not at all.
extension Database {
    /// Temporary groups of others that a user may be in, and normal ones. He is put into them, and his lists of
    /// conversations grow with each.
    public static let maxGroupsOfMember: Int32 = 2_000
    /// Of the temporary ones, those of one maker: nobody fills the room of another one alone.
    public static let maxGroupsOfMaker: Int32 = 100

    private static let createGroup = Statement(
        "make_group",
        "select * from make_group($1::text, $2::text, $3::int, $4::smallint, $5::int[], $6::int, $7::int, $8::int)")

    /// Makes a group.
    ///
    /// - Parameters:
    ///   - creator: 0 for nobody.
    ///   - maxMade: temporary groups that the creator may have made, whoever has them now; any number without.
    public func createGroup(
        name: String, avatar: String, creator: UserID, type: GroupType, members: [UserID], maxMade: Int? = nil,
        _ completion: @escaping Completion<GroupMaking>
    ) {
        var parameters = Parameters()
        parameters.add(name)
        parameters.add(avatar)
        parameters.add(creator)
        parameters.add(type)
        parameters.add(members)
        parameters.add(maxMade.map { Int32(clamping: $0) })
        parameters.add(Self.maxGroupsOfMember)
        parameters.add(Self.maxGroupsOfMaker)
        query(Self.createGroup, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            if let id: GroupID = rows[0].value(0) { return rows[0].values(1).map { .made(id, members: $0) } }
            if let unknown = Self.some(rows[0], 3) { return .unknownUsers(unknown) }
            return Self.some(rows[0], 2).map(GroupMaking.tooManyGroups) ?? .tooManyMade
        }
    }

    private static let changeMembers = Statement(
        "change_members",
        "select * from change_group_members($1::int, $2::int, $3::int[], $4::int[], $5::boolean, $6::int, $7::int)")

    /// Adds and removes members of the group in the version that the caller has judged. If its creator leaves, it goes
    /// to the one who has been in it for longest.
    ///
    /// - Parameter endsGroup: nobody stays, and the group is dissolved.
    public func changeMembers(
        of group: GroupID, atVersion version: UInt32, adding: [UserID], removing: [UserID], endsGroup: Bool = false,
        _ completion: @escaping Completion<MemberChangeOutcome>
    ) {
        var parameters = Parameters()
        parameters.add(group)
        parameters.add(version)
        parameters.add(adding)
        parameters.add(removing)
        parameters.add(endsGroup)
        parameters.add(Self.maxGroupsOfMember)
        parameters.add(Self.maxGroupsOfMaker)
        query(Self.changeMembers, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return nil }
            if let version: UInt32 = rows[0].value(0) { return .changed(version: version) }
            if let unknown = Self.some(rows[0], 2) { return .unknownUsers(unknown) }
            return Self.some(rows[0], 1).map(MemberChangeOutcome.tooManyGroups) ?? .stale
        }
    }

    private static func some(_ row: Row, _ column: Int32) -> [UserID]? {
        row.values(column).flatMap { $0.isEmpty ? nil : $0 }
    }
}
