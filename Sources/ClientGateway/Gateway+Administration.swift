import Conversations
public import Directory
import TalkProtocol

/// Changes of groups, as clients see them.
extension Gateway {
    /// Tells those who are or were in a group that its members were changed; of an administrator's change as if user 0
    /// had done it, who is nobody: so the original's HTTP server says it.
    public func announce(_ change: MemberChange) { announce(change, except: nil) }

    func announce(_ change: MemberChange, except origin: SessionAddress?) {
        guard !change.changed.isEmpty else { return }
        notify(
            change.audience, except: origin, .groupChangeMemberNotify,
            IMGroupChangeMemberNotify(
                userID: change.actor?.rawValue ?? 0, changeType: change.change, groupID: change.group.rawValue,
                curUserIDList: change.members.map(\.rawValue), chgUserIDList: change.changed.map(\.rawValue)))
    }
}
