public import DBProxy
public import TalkProtocol

/// Who may change the members of a group, and how.
///
/// Normal groups belong to administrators: their creator changes them. Temporary groups belong to their members: each
/// may add others. Everybody may leave; the creator is removed by nobody but himself and administrators, and only if
/// somebody stays: the group goes to the one who has been in it for longest, as it needs one who may remove others.
/// A core.
public enum GroupRules {
    public static let maxMembers = 500

    public enum Verdict: Equatable, Sendable {
        /// What is left to do after taking out what is so already; may be nothing.
        case allowed([UserID])
        case refused
    }

    /// - Parameter actor: the user who asks; `nil` for an administrator.
    public static func judge(
        _ change: GroupModifyType, of users: [UserID], by actor: UserID?, in group: GroupRecord
    ) -> Verdict {
        let members = Set(group.members)
        guard let actor else { return judge(change, of: users, by: nil, in: group, members) }
        guard members.contains(actor) || group.creator == actor else { return .refused }
        switch change {
        case .add:
            guard group.type == .tmp ? members.contains(actor) : group.creator == actor else { return .refused }
        case .del:
            let leavesAlone = users.allSatisfy { $0 == actor }
            guard group.creator == actor || leavesAlone else { return .refused }
        }
        return judge(change, of: users, by: actor, in: group, members)
    }

    /// Who gets the group when these leave, its creator among them.
    static func heir(of group: GroupRecord, _ leaving: [UserID]) -> UserID? {
        group.members.first { !leaving.contains($0) }
    }

    /// What holds whoever asks.
    private static func judge(
        _ change: GroupModifyType, of users: [UserID], by actor: UserID?, in group: GroupRecord, _ members: Set<UserID>
    ) -> Verdict {
        switch change {
        case .add:
            let added = unique(users).filter { !members.contains($0) }
            return members.count + added.count <= maxMembers ? .allowed(added) : .refused
        case .del:
            let mayRemoveCreator = actor == nil || actor == group.creator
            if users.contains(group.creator), !mayRemoveCreator || heir(of: group, users) == nil { return .refused }
            return .allowed(unique(users).filter { members.contains($0) })
        }
    }

    /// Whether a client may make this group. Normal groups are made by administrators only.
    public static func mayCreate(type: GroupType, name: String, members: [UserID]) -> Bool {
        type == .tmp && NameRule.group.flaw(in: name) == nil && !members.isEmpty
            && Set(members).count <= maxMembers
    }

    private static func unique(_ users: [UserID]) -> [UserID] {
        var seen: Set<UserID> = []
        return users.filter { seen.insert($0).inserted }
    }
}
