public import TalkProtocol

/// What administrators do, as clients see it.
extension Gateway {
    /// Tells those who are or were in a group that its members were changed, as if user 0 had done it, who is nobody:
    /// so the original's HTTP server says it.
    public func announce(
        _ change: GroupModifyType, of changed: [UserID], in group: GroupID, members: [UserID]
    ) {
        guard !changed.isEmpty else { return }
        notify(
            Set(members).union(changed).sorted(), except: nil, .groupChangeMemberNotify,
            IMGroupChangeMemberNotify(
                userID: 0, changeType: change, groupID: group.rawValue, curUserIDList: members.map(\.rawValue),
                chgUserIDList: changed.map(\.rawValue)))
    }
}
