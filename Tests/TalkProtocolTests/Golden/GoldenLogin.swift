import TalkProtocol

extension Golden {
    static let login: [Golden] = [
        Golden(
            .msgServReq,
            IMMsgServReq(),
            "",
            bare: IMMsgServReq(),
            ""),
        Golden(
            .msgServRsp,
            IMMsgServRsp(resultCode: .noRouteServer, priorIP: "prio264é", backipIP: "back267é", port: 127),
            "080512097072696f323634c3a91a096261636b323637c3a9207f",
            bare: IMMsgServRsp(resultCode: .reasonNone),
            "0800"),
        Golden(
            .loginReq,
            IMLoginReq(
                userName: "user262é", password: "pass265é", onlineStatus: .offline, clientType: .android,
                clientVersion: "clie274é", sessionToken: [0, 255, 93]),
            "0a0975736572323632c3a9120970617373323635c3a9180220122a09636c6965323734c3a9f2010300ff5d",
            bare: IMLoginReq(onlineStatus: .online, clientType: .windows),
            "0a00120018012001"),
        Golden(
            .loginRes,
            IMLoginRes(
                serverTime: 127, resultCode: .msgServerFull, resultString: "resu269é", onlineStatus: .leave,
                userInfo: UserInfo(userID: 128, userGender: 300, userNickName: "user284é", avatarURL: "avat287é",
                departmentID: 2147483647, email: "emai293é", userRealName: "user296é", userTel: "user299é",
                userDomain: "user302é", status: 127, signInfo: "sign308é"), sessionToken: [0, 255, 94]),
            "087f10021a0972657375323639c3a920032a5b08800110ac021a0975736572323834c3a9220961766174323837c3a928"
                + "ffffffff073209656d6169323933c3a93a0975736572323936c3a9420975736572323939c3a94a0975736572333032c3"
                + "a9507f5a097369676e333038c3a9f2010300ff5e",
            bare: IMLoginRes(resultCode: .reasonNone),
            "08001000"),
        Golden(
            .logoutReq,
            IMLogoutReq(),
            "",
            bare: IMLogoutReq(),
            ""),
        Golden(
            .logoutRsp,
            IMLogoutRsp(resultCode: .max),
            "08ffffffff0f",
            bare: IMLogoutRsp(),
            "0800"),
        Golden(
            .kickUser,
            IMKickUser(userID: 1, kickReason: .mobileKick),
            "08011002",
            bare: IMKickUser(kickReason: .duplicateUser),
            "08001001"),
        Golden(
            .deviceTokenReq,
            IMDeviceTokenReq(userID: 300, deviceToken: "devi270é", clientType: .mac, attachData: [0, 255, 68]),
            "08ac02120964657669323730c3a91802a2010300ff44",
            bare: IMDeviceTokenReq(),
            "08001200"),
        Golden(
            .deviceTokenRsp,
            IMDeviceTokenRsp(userID: 70000, attachData: [0, 255, 69]),
            "08f0a204a2010300ff45",
            bare: IMDeviceTokenRsp(),
            "0800"),
        Golden(
            .kickPCClientReq,
            IMKickPCClientReq(userID: 2147483647),
            "08ffffffff07",
            bare: IMKickPCClientReq(),
            "0800"),
        Golden(
            .kickPCClientRsp,
            IMKickPCClientRsp(userID: 127, resultCode: 1),
            "087f1001",
            bare: IMKickPCClientRsp(),
            "08001000"),
        Golden(
            .pushShieldReq,
            IMPushShieldReq(userID: 128, shieldStatus: 300, attachData: [0, 255, 72]),
            "08800110ac02a2010300ff48",
            bare: IMPushShieldReq(),
            "08001000"),
        Golden(
            .pushShieldRsp,
            IMPushShieldRsp(userID: .max, resultCode: 70000, shieldStatus: 128, attachData: [0, 255, 73]),
            "08ffffffff0f10f0a204188001a2010300ff49",
            bare: IMPushShieldRsp(),
            "08001000"),
        Golden(
            .queryPushShieldReq,
            IMQueryPushShieldReq(userID: 1, attachData: [0, 255, 74]),
            "0801a2010300ff4a",
            bare: IMQueryPushShieldReq(),
            "0800"),
        Golden(
            .queryPushShieldRsp,
            IMQueryPushShieldRsp(userID: 300, resultCode: 127, shieldStatus: 1, attachData: [0, 255, 75]),
            "08ac02107f1801a2010300ff4b",
            bare: IMQueryPushShieldRsp(),
            "08001000"),
        Golden(
            .registReq,
            IMRegistReq(
                userName: "user275é", password: "pass278é", sex: 300, nick: "nick284é", avatar: "avat287é",
                phone: "phon290é", email: "emai293é", attachData: [0, 255, 76]),
            "0a0975736572323735c3a9120970617373323738c3a918ac0222096e69636b323834c3a92a0961766174323837c3a932"
                + "0970686f6e323930c3a93a09656d6169323933c3a9a2010300ff4c",
            bare: IMRegistReq(),
            "0a001200"),
        Golden(
            .registRes,
            IMRegistRes(
                userName: "user276é", resultCode: .versionTooOld, resultString: "resu282é", userID: 128,
                attachData: [0, 255, 77]),
            "0a0975736572323736c3a910071a0972657375323832c3a9208001a2010300ff4d",
            bare: IMRegistRes(resultCode: .reasonNone),
            "0a001000"),
        Golden(
            .browserReq,
            IMBrowserReq(endpoint: "endp300é", publicKey: [0, 255, 77], secret: [0, 255, 78], ends: 300),
            "0a09656e6470333030c3a9120300ff4d1a0300ff4e20ac02",
            bare: IMBrowserReq(),
            ""),
        Golden(
            .browserRsp,
            IMBrowserRsp(resultCode: 300, serverKey: [0, 255, 79]),
            "08ac02120300ff4f",
            bare: IMBrowserRsp(),
            "0800"),
    ]
}
