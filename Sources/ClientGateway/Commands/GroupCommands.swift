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

    /// Normal groups are made by administrators only: a client's is ignored, as in the original.
    func createGroup(_ request: Request, _ message: IMGroupCreateReq) {
        guard message.groupType == .tmp else { return }
        let group = NewGroup(
            name: message.groupName, avatar: message.groupAvatar, creator: request.user, type: .tmp,
            members: message.memberIDList.map(UserID.init(_:)))
        groups(for: request).make(group, maxMade: limits.groupsPerCreator) { [weak self] result in
            let made = try? result.get()
            self?.answer(
                request, .groupCreateRsp,
                IMGroupCreateRsp(
                    userID: request.user.rawValue, resultCode: made == nil ? 1 : 0, groupID: made?.0.rawValue,
                    groupName: message.groupName, userIDList: made?.1.map(\.rawValue) ?? []))
        }
    }

    /// Who asks has an answer, and hears nothing else of it.
    private func groups(for request: Request) -> Groups {
        Groups(database) { [weak self] in self?.announce($0, except: request.session.address) }
    }

    func changeMembers(_ request: Request, _ message: IMGroupChangeMemberReq) {
        // More than a group can have.
        guard message.memberIDList.count <= GroupRules.maxMembers else {
            return answerChange(request, message, 1, [], [])
        }
        let (users, group) = (message.memberIDList.map(UserID.init(_:)), GroupID(message.groupID))
        groups(for: request).changeMembers(message.changeType, users, of: group, by: request.user) {
            [weak self] result, members in
            guard let self else { return }
            switch result {
            case .success(let done): answerChange(request, message, 0, done.members, done.changed)
            // A group of others looks as one that does not exist (B26): its list is for members only.
            case .failure: answerChange(request, message, 1, members.contains(request.user) ? members : [], [])
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
