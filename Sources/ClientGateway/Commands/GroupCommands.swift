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
            let list = groups.map { GroupVersionInfo(groupID: $0.id.rawValue, version: $0.version) }
            answer(request, .normalGroupListRsp, inPieces: list) { piece in
                IMNormalGroupListRsp(userID: request.user.rawValue, groupVersionList: piece)
            }
        }
    }

    /// Groups whose members are newer than the client knows; only those that the user is in.
    func groupInfo(_ request: Request, _ message: IMGroupInfoListReq) {
        guard message.groupVersionList.count <= limits.maxAsked else { return leaveUnanswered() }
        let known = Dictionary(
            message.groupVersionList.map { (GroupID($0.groupID), $0.version) }, uniquingKeysWith: min)
        let list = known.map { (group: $0.key, version: $0.value) }.sorted { $0.group < $1.group }
        let ask = { [database] in database.groups(newerThan: $0, ofMember: request.user, $1) }
        gather(list, limits.groupsPerRead, ask) { [weak self] groups in
            guard let self else { return }
            guard let groups else { return leaveUnanswered() }
            answer(request, .groupInfoListRsp, inPieces: groups.map(GroupInfo.init)) { piece in
                IMGroupInfoListRsp(userID: request.user.rawValue, groupInfoList: piece)
            }
        }
    }

    func createGroup(_ request: Request, _ message: IMGroupCreateReq) {
        // A normal group asked for by a client is ignored, as in the original.
        guard message.groupType == .tmp else { return }
        let members = message.memberIDList.map(UserID.init(_:))
        let name = message.groupName.inNormalForm
        let avatar = message.groupAvatar.inNormalForm
        guard GroupRules.mayCreate(type: message.groupType, name: name, members: members),
            NameRule.picture.flaw(in: avatar) == nil
        else { return finishCreating(request, message.groupName, nil) }
        database.createGroup(
            name: name, avatar: avatar, creator: request.user, type: message.groupType,
            members: members, maxMade: limits.groupsPerCreator
        ) { [weak self] result in
            guard let self else { return }
            guard case .success(.made(let id, let members)) = result else {
                return finishCreating(request, message.groupName, nil)
            }
            finishCreating(request, message.groupName, (id, members))
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
        // More than a group can have.
        guard message.memberIDList.count <= GroupRules.maxMembers else {
            return answerChange(request, message, 1, [], [])
        }
        let users = message.memberIDList.map(UserID.init(_:))
        groups.changeMembers(message.changeType, users, of: GroupID(message.groupID), by: request.user) {
            [weak self] result in
            guard let self else { return }
            switch result {
            case .changed(let current, let changed, _):
                answerChange(request, message, 0, current, changed)
                notifyChange(request, message, current, changed)
            case .refused(let current), .tooManyGroups(_, let current):
                // The list is for members only.
                answerChange(request, message, 1, current.contains(request.user) ? current : [], [])
            case .conflict, .failed:
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
