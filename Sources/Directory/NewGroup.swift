public import TalkProtocol

/// A group to be made. Its creator, if it has one, is a member.
public struct NewGroup: Sendable {
    public let name: String
    public let avatar: String
    /// `nil` is nobody: only administrators change its members then.
    public let creator: UserID?
    public let type: GroupType
    public let members: [UserID]

    public init(name: String, avatar: String, creator: UserID?, type: GroupType, members: [UserID]) {
        self.name = name
        self.avatar = avatar
        self.creator = creator
        self.type = type
        self.members = Set(members).union(creator.map { [$0] } ?? []).sorted()
    }
}

/// Members of a group were changed: what its clients are told.
public struct MemberChange: Sendable, Equatable {
    public let group: GroupID
    public let change: GroupModifyType
    public let changed: [UserID]
    /// Who is in it now.
    public let members: [UserID]
    /// Who did it; `nil` for an administrator.
    public let actor: UserID?

    /// Everybody who is or was in it, once each.
    public var audience: [UserID] { Set(members).union(changed).sorted() }
}
