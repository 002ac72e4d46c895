import TalkProtocol

extension Golden {
    static let server: [Golden] = [
        Golden(
            .heartBeat,
            IMHeartBeat(),
            "",
            bare: IMHeartBeat(),
            ""),
        Golden(
            .stopReceivePacket,
            IMStopReceivePacket(result: 128),
            "088001",
            bare: IMStopReceivePacket(),
            "0800"),
        Golden(
            .validateReq,
            IMValidateReq(userName: "user1798é", password: "pass1801é", attachData: [0, 255, 63]),
            "0a0a7573657231373938c3a9120a7061737331383031c3a9a2010300ff3f",
            bare: IMValidateReq(),
            "0a001200"),
        Golden(
            .validateRsp,
            IMValidateRsp(
                userName: "user1799é", resultCode: 2147483647, resultString: "resu1805é",
                userInfo: UserInfo(userID: 128, userGender: 300, userNickName: "user1817é", avatarURL: "avat1820é",
                departmentID: 2147483647, email: "emai1826é", userRealName: "user1829é", userTel: "user1832é",
                userDomain: "user1835é", status: 127, signInfo: "sign1841é"), attachData: [0, 255, 64]),
            "0a0a7573657231373939c3a910ffffffff071a0a7265737531383035c3a9226208800110ac021a0a7573657231383137"
                + "c3a9220a6176617431383230c3a928ffffffff07320a656d616931383236c3a93a0a7573657231383239c3a9420a7573"
                + "657231383332c3a94a0a7573657231383335c3a9507f5a0a7369676e31383431c3a9a2010300ff40",
            bare: IMValidateRsp(),
            "0a001000"),
        Golden(
            .getDeviceTokenReq,
            IMGetDeviceTokenReq(userID: [300, .max], attachData: [0, 255, 65]),
            "08ac0208ffffffff0fa2010300ff41",
            bare: IMGetDeviceTokenReq(),
            ""),
        Golden(
            .getDeviceTokenRsp,
            IMGetDeviceTokenRsp(
                userTokenInfo: [UserTokenInfo(userID: 128, userType: .android, token: "toke1810é", pushCount: 1,
                pushType: 2147483647), UserTokenInfo(userID: 2147483647, userType: .windows, token: "toke1815é",
                pushCount: 128, pushType: 300)], attachData: [0, 255, 66]),
            "0a1908800110121a0a746f6b6531383130c3a9200128ffffffff070a1a08ffffffff0710011a0a746f6b6531383135c3"
                + "a920800128ac02a2010300ff42",
            bare: IMGetDeviceTokenRsp(),
            ""),
        Golden(
            .roleSet,
            IMRoleSet(master: 2147483647),
            "08ffffffff07",
            bare: IMRoleSet(),
            "0800"),
        Golden(
            .onlineUserInfo,
            IMOnlineUserInfo(
                userStatList: [ServerUserStat(userID: 1, status: .online, clientType: .windows),
                ServerUserStat(userID: 128, status: .leave, clientType: .mac)]),
            "0a060801100118010a0708800110031802",
            bare: IMOnlineUserInfo(),
            ""),
        Golden(
            .msgServInfo,
            IMMsgServInfo(
                ip1: "ip11804é", ip2: "ip21807é", port: 127, maxConnCnt: 1, curConnCnt: 2147483647,
                hostName: "host1819é"),
            "0a0969703131383034c3a9120969703231383037c3a9187f200128ffffffff07320a686f737431383139c3a9",
            bare: IMMsgServInfo(),
            "0a0012001800200028003200"),
        Golden(
            .userStatusUpdate,
            IMUserStatusUpdate(userStatus: .max, userID: 70000, clientType: .android),
            "08ffffffff0f10f0a2041812",
            bare: IMUserStatusUpdate(clientType: .windows),
            "080010001801"),
        Golden(
            .userCntUpdate,
            IMUserCntUpdate(userAction: 1, userID: 2147483647),
            "080110ffffffff07",
            bare: IMUserCntUpdate(),
            "08001000"),
        Golden(
            .serverKickUser,
            IMServerKickUser(userID: 70000, clientType: .android, reason: 300),
            "08f0a204101218ac02",
            bare: IMServerKickUser(clientType: .windows),
            "080010011800"),
        Golden(
            .serverPCLoginStatusNotify,
            IMServerPCLoginStatusNotify(userID: 2147483647, loginStatus: .max),
            "08ffffffff0710ffffffff0f",
            bare: IMServerPCLoginStatusNotify(),
            "08001000"),
        Golden(
            .pushToUserReq,
            IMPushToUserReq(
                flash: "flas1810é", data: "data1813é", userTokenList: [UserTokenInfo(userID: .max, userType: .ios,
                token: "toke1825é", pushCount: 300, pushType: 127), UserTokenInfo(userID: 127, userType: .android,
                token: "toke1830é", pushCount: .max, pushType: 70000)]),
            "0a0a666c617331383130c3a9120a6461746131383133c3a91a1908ffffffff0f10111a0a746f6b6531383235c3a920ac"
                + "02287f1a1a087f10121a0a746f6b6531383330c3a920ffffffff0f28f0a204",
            bare: IMPushToUserReq(),
            "0a001200"),
        Golden(
            .pushToUserRsp,
            IMPushToUserRsp(
                pushResultList: [PushResult(userToken: "user1814é", resultCode: 127),
                PushResult(userToken: "user1819é", resultCode: 70000)]),
            "0a0e0a0a7573657231383134c3a9107f0a100a0a7573657231383139c3a910f0a204",
            bare: IMPushToUserRsp(),
            ""),
        Golden(
            .groupGetShieldReq,
            IMGroupGetShieldReq(groupID: .max, userID: [70000, 1], attachData: [0, 255, 77]),
            "08ffffffff0f10f0a2041001a2010300ff4d",
            bare: IMGroupGetShieldReq(),
            "0800"),
        Golden(
            .groupGetShieldRsp,
            IMGroupGetShieldRsp(
                groupID: 1, shieldStatusList: [ShieldStatus(userID: .max, groupID: 70000, shieldStatus: 128),
                ShieldStatus(userID: 127, groupID: 1, shieldStatus: 2147483647)], attachData: [0, 255, 78]),
            "0801120d08ffffffff0f10f0a204188001120a087f100118ffffffff07a2010300ff4e",
            bare: IMGroupGetShieldRsp(),
            "0800"),
        Golden(
            .fileTransferReq,
            IMFileTransferReq(
                fromUserID: 2147483647, toUserID: .max, fileName: "file1850é", fileSize: 128, transMode: .online,
                attachData: [0, 255, 109]),
            "08ffffffff0710ffffffff0f1a0a66696c6531383530c3a92080012801a2010300ff6d",
            bare: IMFileTransferReq(transMode: .online),
            "080010001a0020002801"),
        Golden(
            .fileTransferRsp,
            IMFileTransferRsp(
                resultCode: 127, fromUserID: 1, toUserID: 2147483647, fileName: "file1854é", fileSize: 70000,
                taskID: "task1860é", transMode: .offline, attachData: [0, 255, 110]),
            "087f100118ffffffff07220a66696c6531383534c3a928f0a204320a7461736b31383630c3a93802a2010300ff6e",
            bare: IMFileTransferRsp(),
            "080010001800"),
        Golden(
            .fileServerIPReq,
            IMFileServerIPReq(),
            "",
            bare: IMFileServerIPReq(),
            ""),
        Golden(
            .fileServerIPRsp,
            IMFileServerIPRsp(
                ipAddrList: [IpAddr(ip: "ip1850é", port: 128), IpAddr(ip: "ip1855é", port: 2147483647)]),
            "0a0d0a08697031383530c3a91080010a100a08697031383535c3a910ffffffff07",
            bare: IMFileServerIPRsp(),
            ""),
    ]
}
