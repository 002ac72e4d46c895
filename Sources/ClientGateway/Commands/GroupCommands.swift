import DBProxy
import Directory
import Primitives
import TalkProtocol

/// Service 4: groups and their members.
extension Gateway {
    func normalGroups(_ request: Request) {
        database.normalGroups(of: request.user) { [weak self] result in
            guard let self else { return }
            guard case .success(let groups) = result else { return leaveUnanswered() }
            answer(
                request, .normalGroupListRsp,
                IMNormalGroupListRsp(
                    userID: request.user.rawValue,
                    groupVersionList: groups.map { GroupVersionInfo(groupID: $0.id.rawValue, version: $0.version) }))
        }
    }

    /// Groups whose members are newer than the client knows; only those that the user is in.
    func groupInfo(_ request: Request, _ message: IMGroupInfoListReq) {
        let known = Dictionary(
            message.groupVersionList.prefix(limits.maxUserIDs).map { ($0.groupID, $0.version) },
            uniquingKeysWith: min)
        database.groups(known.keys.map(GroupID.init), askedBy: request.user) { [weak self] result in
            guard let self else { return }
            guard case .success(let groups) = result else { return leaveUnanswered() }
            let news = groups.filter {
                $0.version > known[$0.id.rawValue] ?? 0 && $0.members.contains(request.user)
            }
            answer(
                request, .groupInfoListRsp,
                IMGroupInfoListRsp(userID: request.user.rawValue, groupInfoList: fitting(news.map(GroupInfo.init))))
        }
    }

    func createGroup(_ request: Request, _ message: IMGroupCreateReq) {
        // A normal group asked for by a client is ignored, as in the original.
        guard message.groupType == .tmp else { return }
        let members = message.memberIDList.map(UserID.init)
        guard GroupRules.mayCreate(type: message.groupType, name: message.groupName, members: members),
            message.groupName.fitsDatabase, message.groupAvatar.fitsDatabase,
            message.groupAvatar.utf8.count <= limits.maxURLBytes
        else { return finishCreating(request, message.groupName, nil) }
        database.createGroup(
            name: message.groupName, avatar: message.groupAvatar, creator: request.user, type: message.groupType,
            members: members
        ) { [weak self] result in
            self?.finishCreating(request, message.groupName, try? result.get())
        }
    }

    private func finishCreating(_ request: Request, _ name: String, _ group: (id: GroupID, members: [UserID])?) {
        answer(
            request, .groupCreateRsp,
            IMGroupCreateRsp(
                userID: request.user.rawValue, resultCode: group == nil ? 1 : 0, groupID: group?.id.rawValue,
                groupName: name, userIDList: group?.members.map(\.rawValue) ?? []))
    }

    func changeMembers(_ request: Request, _ message: IMGroupChangeMemberReq) {
        let users = message.memberIDList.prefix(limits.maxUserIDs).map(UserID.init)
        groups.changeMembers(message.changeType, users, of: GroupID(message.groupID), by: request.user) {
            [weak self] result in
            guard let self else { return }
            switch result {
            case .changed(let current, let changed, _):
                answerChange(request, message, 0, current, changed)
                notifyChange(request, message, current, changed)
            case .refused(let current):
                // The list is for members only.
                answerChange(request, message, 1, current.contains(request.user) ? current : [], [])
            case .noDatabase:
                answerChange(request, message, 1, [], [])
            case .unknownGroup:
                // Looks like a group of others, so that nobody can find out which exist (B26).
                answerChange(request, message, 1, [], [])
            }
        }
    }

    private func answerChange(
        _ request: Request, _ message: IMGroupChangeMemberReq, _ code: UInt32, _ current: [UserID],
        _ changed: [UserID]
    ) {
        answer(
            request, .groupChangeMemberRsp,
            IMGroupChangeMemberRsp(
                userID: request.user.rawValue, changeType: message.changeType, resultCode: code,
                groupID: message.groupID, curUserIDList: current.map(\.rawValue),
                chgUserIDList: changed.map(\.rawValue)))
    }

    /// To everybody who is or was in the group, once each.
    private func notifyChange(
        _ request: Request, _ message: IMGroupChangeMemberReq, _ current: [UserID], _ changed: [UserID]
    ) {
        guard !changed.isEmpty else { return }
        notify(
            Set(current).union(changed).sorted(), except: request.session.address, .groupChangeMemberNotify,
            IMGroupChangeMemberNotify(
                userID: request.user.rawValue, changeType: message.changeType, groupID: message.groupID,
                curUserIDList: current.map(\.rawValue), chgUserIDList: changed.map(\.rawValue)))
    }

    func shieldGroup(_ request: Request, _ message: IMGroupShieldReq) {
        database.setShield(message.shieldStatus != 0, in: GroupID(message.groupID), of: request.user) {
            [weak self] result in
            self?.answer(
                request, .groupShieldRsp,
                IMGroupShieldRsp(
                    userID: request.user.rawValue, groupID: message.groupID,
                    resultCode: (try? result.get()) == true ? 0 : 1))
        }
    }
}

extension GroupInfo {
    init(_ group: GroupRecord) {
        self.init(
            groupID: group.id.rawValue, version: group.version, groupName: group.name, groupAvatar: group.avatar,
            groupCreatorID: group.creator.rawValue, groupType: group.type, shieldStatus: group.shield ? 1 : 0,
            groupMemberList: group.members.map(\.rawValue))
    }
}
