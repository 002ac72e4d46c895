import Metrics
import Primitives
import Protobuf
import Reactor
import TalkProtocol

/// Which command does what. The gate has already refused what clients may not say and what comes too early.
extension Gateway {
    /// Throws when the body cannot be read; the packet then has no effect.
    func execute(_ command: Command, _ request: Request, _ body: RawSpan) throws(ProtoError) {
        switch command {
        // Login
        case .msgServReq: answer(request, .msgServRsp, lookup(request.session.peer.isLoopback))
        case .loginReq: logIn(request, body)
        case .logoutReq: logOut(request)
        case .deviceTokenReq: setDeviceToken(request, try IMDeviceTokenReq(reading: body))
        case .kickPCClientReq: kickPC(request)
        case .pushShieldReq: setPushShield(request, try IMPushShieldReq(reading: body))
        case .browserReq: setBrowser(request, try IMBrowserReq(reading: body))
        case .queryPushShieldReq: queryPushShield(request)
        // Contacts
        case .recentContactSessionReq: recentSessions(request, try IMRecentContactSessionReq(reading: body))
        case .usersInfoReq: usersInfo(request, try IMUsersInfoReq(reading: body))
        case .removeSessionReq, .removeSessionRsp: removeSession(request, try IMRemoveSessionReq(reading: body))
        case .allUserReq: allUsers(request, try IMAllUserReq(reading: body))
        case .usersStatReq: usersStatus(request, try IMUsersStatReq(reading: body))
        case .changeAvatarReq: changeAvatar(request, try IMChangeAvatarReq(reading: body))
        case .departmentReq: departments(request, try IMDepartmentReq(reading: body))
        case .changeSignInfoReq: changeSign(request, try IMChangeSignInfoReq(reading: body))
        case .changeUserInfoReq: changeUserInfo(request, try IMChangeUserInfoReq(reading: body))
        // Messages
        case .msgData: send(request, try MessageDataView(body))
        case .msgDataAck: noteReceipt(request, body)
        case .msgDataReadAck: readAck(request, try IMMsgDataReadAck(reading: body))
        case .clientTimeReq: time(request)
        case .unreadMsgCntReq: unread(request)
        case .getMsgListReq: history(request, try IMGetMsgListReq(reading: body))
        case .getLatestMsgIdReq: latestID(request, try IMGetLatestMsgIdReq(reading: body))
        case .getMsgByIdReq: messagesByID(request, try IMGetMsgByIdReq(reading: body))
        // Groups
        case .normalGroupListReq: normalGroups(request)
        case .groupInfoListReq: groupInfo(request, try IMGroupInfoListReq(reading: body))
        case .groupCreateReq: createGroup(request, try IMGroupCreateReq(reading: body))
        case .groupChangeMemberReq: changeMembers(request, try IMGroupChangeMemberReq(reading: body))
        case .groupShieldReq: shieldGroup(request, try IMGroupShieldReq(reading: body))
        // Other
        case .p2pCmdMsg: relayCommand(request, try IMP2PCmdMsg(reading: body))
        case .heartBeat: answer(request, .heartBeat, IMHeartBeat())
        // Files
        case .fileReq: offerFile(request, try IMFileReq(reading: body))
        case .fileHasOfflineReq: waitingFiles(request)
        case .fileAddOfflineReq: addWaitingFile(request, try IMFileAddOfflineReq(reading: body))
        case .fileDelOfflineReq: removeWaitingFile(request, try IMFileDelOfflineReq(reading: body))
        case .fileAccessReq: giveAccess(request, try IMFileAccessReq(reading: body))
        // Calls
        case .avCallInitiateReq: call(request, try IMAVCallInitiateReq(reading: body))
        case .avCallInitiateRes: answerCall(request, try IMAVCallInitiateRes(reading: body))
        case .avCallHungUpReq: hangUp(request, try IMAVCallHungUpReq(reading: body))
        case .avCallCancelReq: cancelCall(request, try IMAVCallCancelReq(reading: body))
        case .avCallRelayReq: giveRelay(request)
        case .avCallLogReq: callLog(request, try IMAVCallLogReq(reading: body))
        case .avCallHungUpRes, .avCallCancelRes: break  // Nobody waits for it.
        case .registReq: counters.dropped.add()  // Not built, and the protocol has no refusal for it.
        // What servers say, to clients or to each other: the gate lets none of it through.
        case .msgServRsp, .loginRes, .logoutRsp, .kickUser, .browserRsp, .deviceTokenRsp, .kickPCClientRsp,
            .pushShieldRsp, .queryPushShieldRsp, .registRes, .recentContactSessionRsp, .userStatNotify, .usersInfoRsp,
            .allUserRsp, .usersStatRsp, .changeAvatarRsp, .pcLoginStatusNotify, .removeSessionNotify, .departmentRsp,
            .avatarChangedNotify, .changeSignInfoRsp, .signInfoChangedNotify, .changeUserInfoRsp,
            .userInfoChangedNotify, .msgDataReadNotify, .clientTimeRsp, .unreadMsgCntRsp, .getMsgListRsp,
            .getLatestMsgIdRsp, .getMsgByIdRsp, .normalGroupListRsp, .groupInfoListRsp, .groupCreateRsp,
            .groupChangeMemberRsp, .groupShieldRsp, .groupChangeMemberNotify, .fileLoginReq, .fileLoginRsp, .fileState,
            .filePullDataReq, .filePullDataRsp, .fileRsp, .fileNotify, .stopReceivePacket, .validateReq, .validateRsp,
            .getDeviceTokenReq, .getDeviceTokenRsp, .roleSet, .onlineUserInfo, .msgServInfo, .userStatusUpdate,
            .userCntUpdate, .serverKickUser, .serverPCLoginStatusNotify, .pushToUserReq, .pushToUserRsp,
            .groupGetShieldReq, .groupGetShieldRsp, .fileTransferReq, .fileTransferRsp, .fileServerIPReq,
            .fileServerIPRsp, .fileHasOfflineRsp, .fileAccessRsp, .avCallRelayRes, .avCallLogRes:
            counters.dropped.add()
        }
    }
}
