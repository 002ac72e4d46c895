import TalkProtocol

extension Golden {
    static let buddy: [Golden] = [
        Golden(
            .recentContactSessionReq,
            IMRecentContactSessionReq(userID: 128, latestUpdateTime: 300, attachData: [0, 255, 61]),
            "08800110ac02a2010300ff3d",
            bare: IMRecentContactSessionReq(),
            "08001000"),
        Golden(
            .recentContactSessionRsp,
            IMRecentContactSessionRsp(
                userID: .max, contactSessionList: [ContactSessionInfo(sessionID: 128, sessionType: .single,
                sessionStatus: .delete, updatedTime: 1, latestMsgID: 2147483647, latestMsgData: [0, 255, 26],
                latestMsgType: .singleAudio, latestMsgFromUserID: 128), ContactSessionInfo(sessionID: 2147483647,
                sessionType: .group, sessionStatus: .ok, updatedTime: 128, latestMsgID: 300, latestMsgData: [0, 255,
                31], latestMsgType: .groupText, latestMsgFromUserID: 2147483647)], attachData: [0, 255, 62]),
            "08ffffffff0f121908800110011801200128ffffffff07320300ff1a3802408001121d08ffffffff0710021800208001"
                + "28ac02320300ff1f381140ffffffff07a2010300ff3e",
            bare: IMRecentContactSessionRsp(),
            "0800"),
        Golden(
            .userStatNotify,
            IMUserStatNotify(userStat: UserStat(userID: 2147483647, status: .leave)),
            "0a0808ffffffff071003",
            bare: IMUserStatNotify(userStat: UserStat(status: .online)),
            "0a0408001001"),
        Golden(
            .usersInfoReq,
            IMUsersInfoReq(userID: 300, userIDList: [127, 70000], attachData: [0, 255, 64]),
            "08ac02107f10f0a204a2010300ff40",
            bare: IMUsersInfoReq(),
            "0800"),
        Golden(
            .usersInfoRsp,
            IMUsersInfoRsp(
                userID: 70000, userInfoList: [UserInfo(userID: 300, userGender: 127, userNickName: "user532é",
                avatarURL: "avat535é", departmentID: .max, email: "emai541é", userRealName: "user544é",
                userTel: "user547é", userDomain: "user550é", status: 1, signInfo: "sign556é"),
                UserInfo(userID: .max, userGender: 70000, userNickName: "user537é", avatarURL: "avat540é",
                departmentID: 127, email: "emai546é", userRealName: "user549é", userTel: "user552é",
                userDomain: "user555é", status: 128, signInfo: "sign561é")], attachData: [0, 255, 65]),
            "08f0a204125a08ac02107f1a0975736572353332c3a9220961766174353335c3a928ffffffff0f3209656d6169353431"
                + "c3a93a0975736572353434c3a9420975736572353437c3a94a0975736572353530c3a950015a097369676e353536c3a9"
                + "125c08ffffffff0f10f0a2041a0975736572353337c3a9220961766174353430c3a9287f3209656d6169353436c3a93a"
                + "0975736572353439c3a9420975736572353532c3a94a0975736572353535c3a95080015a097369676e353631c3a9a201"
                + "0300ff41",
            bare: IMUsersInfoRsp(),
            "0800"),
        Golden(
            .removeSessionReq,
            IMRemoveSessionReq(
                userID: 2147483647, sessionType: .single, sessionID: 70000, attachData: [0, 255, 66]),
            "08ffffffff07100118f0a204a2010300ff42",
            bare: IMRemoveSessionReq(sessionType: .single),
            "080010011800"),
        Golden(
            .removeSessionRsp,
            IMRemoveSessionRsp(
                userID: 127, resultCode: 1, sessionType: .single, sessionID: .max, attachData: [0, 255, 67]),
            "087f1001180120ffffffff0fa2010300ff43",
            bare: IMRemoveSessionRsp(sessionType: .single),
            "0800100018012000"),
        Golden(
            .allUserReq,
            IMAllUserReq(userID: 128, latestUpdateTime: 300, attachData: [0, 255, 68]),
            "08800110ac02a2010300ff44",
            bare: IMAllUserReq(),
            "08001000"),
        Golden(
            .allUserRsp,
            IMAllUserRsp(
                userID: .max, latestUpdateTime: 70000, userList: [UserInfo(userID: 300, userGender: 127,
                userNickName: "user539é", avatarURL: "avat542é", departmentID: .max, email: "emai548é",
                userRealName: "user551é", userTel: "user554é", userDomain: "user557é", status: 1,
                signInfo: "sign563é"), UserInfo(userID: .max, userGender: 70000, userNickName: "user544é",
                avatarURL: "avat547é", departmentID: 127, email: "emai553é", userRealName: "user556é",
                userTel: "user559é", userDomain: "user562é", status: 128, signInfo: "sign568é")], attachData: [0,
                255, 69]),
            "08ffffffff0f10f0a2041a5a08ac02107f1a0975736572353339c3a9220961766174353432c3a928ffffffff0f320965"
                + "6d6169353438c3a93a0975736572353531c3a9420975736572353534c3a94a0975736572353537c3a950015a09736967"
                + "6e353633c3a91a5c08ffffffff0f10f0a2041a0975736572353434c3a9220961766174353437c3a9287f3209656d6169"
                + "353533c3a93a0975736572353536c3a9420975736572353539c3a94a0975736572353632c3a95080015a097369676e35"
                + "3638c3a9a2010300ff45",
            bare: IMAllUserRsp(),
            "08001000"),
        Golden(
            .usersStatReq,
            IMUsersStatReq(userID: 1, userIDList: [2147483647, 300], attachData: [0, 255, 70]),
            "080110ffffffff0710ac02a2010300ff46",
            bare: IMUsersStatReq(),
            "0800"),
        Golden(
            .usersStatRsp,
            IMUsersStatRsp(
                userID: 300, userStatList: [UserStat(userID: 1, status: .offline), UserStat(userID: 128,
                status: .online)], attachData: [0, 255, 71]),
            "08ac0212040801100212050880011001a2010300ff47",
            bare: IMUsersStatRsp(),
            "0800"),
        Golden(
            .changeAvatarReq,
            IMChangeAvatarReq(userID: 70000, avatarURL: "avat530é", attachData: [0, 255, 72]),
            "08f0a204120961766174353330c3a9a2010300ff48",
            bare: IMChangeAvatarReq(),
            "08001200"),
        Golden(
            .changeAvatarRsp,
            IMChangeAvatarRsp(userID: 2147483647, resultCode: .max, attachData: [0, 255, 73]),
            "08ffffffff0710ffffffff0fa2010300ff49",
            bare: IMChangeAvatarRsp(),
            "08001000"),
        Golden(
            .pcLoginStatusNotify,
            IMPCLoginStatusNotify(userID: 127, loginStat: .offline),
            "087f1002",
            bare: IMPCLoginStatusNotify(loginStat: .online),
            "08001001"),
        Golden(
            .removeSessionNotify,
            IMRemoveSessionNotify(userID: 128, sessionType: .group, sessionID: 127),
            "0880011002187f",
            bare: IMRemoveSessionNotify(sessionType: .single),
            "080010011800"),
        Golden(
            .departmentReq,
            IMDepartmentReq(userID: .max, latestUpdateTime: 70000, attachData: [0, 255, 76]),
            "08ffffffff0f10f0a204a2010300ff4c",
            bare: IMDepartmentReq(),
            "08001000"),
        Golden(
            .departmentRsp,
            IMDepartmentRsp(
                userID: 1, latestUpdateTime: 2147483647, deptList: [DepartInfo(deptID: 70000, priority: 128,
                deptName: "dept547é", parentDeptID: 127, deptStatus: .delete), DepartInfo(deptID: 1,
                priority: 2147483647, deptName: "dept552é", parentDeptID: 70000, deptStatus: .ok)], attachData: [0,
                255, 77]),
            "080110ffffffff071a1608f0a2041080011a0964657074353437c3a9207f28011a19080110ffffffff071a0964657074"
                + "353532c3a920f0a2042800a2010300ff4d",
            bare: IMDepartmentRsp(),
            "08001000"),
        Golden(
            .avatarChangedNotify,
            IMAvatarChangedNotify(changedUserID: 300, avatarURL: "avat536é"),
            "08ac02120961766174353336c3a9",
            bare: IMAvatarChangedNotify(),
            "08001200"),
        Golden(
            .changeSignInfoReq,
            IMChangeSignInfoReq(userID: 70000, signInfo: "sign537é", attachData: [0, 255, 79]),
            "08f0a20412097369676e353337c3a9a2010300ff4f",
            bare: IMChangeSignInfoReq(),
            "08001200"),
        Golden(
            .changeSignInfoRsp,
            IMChangeSignInfoRsp(
                userID: 2147483647, resultCode: .max, signInfo: "sign541é", attachData: [0, 255, 80]),
            "08ffffffff0710ffffffff0f1a097369676e353431c3a9a2010300ff50",
            bare: IMChangeSignInfoRsp(),
            "08001000"),
        Golden(
            .signInfoChangedNotify,
            IMSignInfoChangedNotify(changedUserID: 127, signInfo: "sign539é"),
            "087f12097369676e353339c3a9",
            bare: IMSignInfoChangedNotify(),
            "08001200"),
        Golden(
            .changeUserInfoReq,
            IMChangeUserInfoReq(
                userID: 1 << 40, telephoneNum: "tele540é", emailAddress: "emai543é", signInfo: "sign546é",
                avatarURL: "avat549é", attachData: [0, 255, 82]),
            "08808080808020120974656c65353430c3a91a09656d6169353433c3a922097369676e353436c3a92a09617661743534"
                + "39c3a9a2010300ff52",
            bare: IMChangeUserInfoReq(),
            "0800"),
        Golden(
            .changeUserInfoRsp,
            IMChangeUserInfoRsp(
                userID: 7, resultCode: 70000, telephoneNum: "tele544é", emailAddress: "emai547é",
                signInfo: "sign550é", avatarURL: "avat553é", attachData: [0, 255, 83]),
            "080710f0a2041a0974656c65353434c3a92209656d6169353437c3a92a097369676e353530c3a9320961766174353533"
                + "c3a9a2010300ff53",
            bare: IMChangeUserInfoRsp(),
            "08001000"),
        Golden(
            .userInfoChangedNotify,
            IMUserInfoChangedNotify(
                changedUserID: .max, resultCode: 2147483647, telephoneNum: "tele545é", emailAddress: "emai548é",
                signInfo: "sign551é", avatarURL: "avat554é"),
            "08ffffffffffffffffff0110ffffffff071a0974656c65353435c3a92209656d6169353438c3a92a097369676e353531"
                + "c3a9320961766174353534c3a9",
            bare: IMUserInfoChangedNotify(),
            "08001000"),
    ]
}
