public import DBProxy
public import TalkProtocol

/// Who may change the members of a group, and how.
///
/// Normal groups belong to administrators: their creator changes them. Temporary groups belong to their members: each
/// may add others. Everybody may leave; the creator is removed by nobody but himself and administrators, and the group
/// goes to the one who has been in it for longest, as it needs one who may remove others. It ends with its last member;
/// administrators dissolve it in place of taking out one who leads it alone. A core.
public enum GroupRules {
    public static let maxMembers = 500

    public enum Verdict: Equatable, Sendable {
        /// What is left to do after taking out what is so already; may be nothing.
        case allowed([UserID])
        /// Nobody stays: the group ends with these.
        case ends([UserID])
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

    /// What holds whoever asks.
    private static func judge(
        _ change: GroupModifyType, of users: [UserID], by actor: UserID?, in group: GroupRecord, _ members: Set<UserID>
    ) -> Verdict {
        switch change {
        case .add:
            let added = unique(users).filter { !members.contains($0) }
            return members.count + added.count <= maxMembers ? .allowed(added) : .refused
        case .del:
            let leaving = unique(users).filter { members.contains($0) }
            let nobodyStays = leaving.count == members.count
            if users.contains(group.creator), actor == nil ? nobodyStays : actor != group.creator { return .refused }
            return actor != nil && nobodyStays ? .ends(leaving) : .allowed(leaving)
        }
    }

    private static func unique(_ users: [UserID]) -> [UserID] {
        var seen: Set<UserID> = []
        return users.filter { seen.insert($0).inserted }
    }
}
