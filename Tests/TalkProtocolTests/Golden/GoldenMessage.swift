import TalkProtocol

extension Golden {
    static let message: [Golden] = [
        Golden(
            .msgData,
            IMMsgData(
                fromUserID: 70000, toSessionID: 128, msgID: 300, createTime: 127, msgType: .singleText, msgData: [0,
                255, 19], attachData: [0, 255, 61], clientMsgKey: [0, 255, 91]),
            "08f0a20410800118ac02207f2801320300ff13a2010300ff3df2010300ff5b",
            bare: IMMsgData(msgType: .singleText),
            "080010001800200028013200"),
        Golden(
            .msgDataAck,
            IMMsgDataAck(
                userID: 2147483647, sessionID: .max, msgID: 70000, sessionType: .single, clientMsgKey: [0, 255, 92]),
            "08ffffffff0710ffffffff0f18f0a2042001f2010300ff5c",
            bare: IMMsgDataAck(sessionType: .single),
            "0800100018002001"),
        Golden(
            .msgDataReadAck,
            IMMsgDataReadAck(userID: 127, sessionID: 1, msgID: 2147483647, sessionType: .group),
            "087f100118ffffffff072002",
            bare: IMMsgDataReadAck(sessionType: .single),
            "0800100018002001"),
        Golden(
            .msgDataReadNotify,
            IMMsgDataReadNotify(userID: 128, sessionID: 300, msgID: 127, sessionType: .single),
            "08800110ac02187f2001",
            bare: IMMsgDataReadNotify(sessionType: .single),
            "0800100018002001"),
        Golden(
            .clientTimeReq,
            IMClientTimeReq(),
            "",
            bare: IMClientTimeReq(),
            ""),
        Golden(
            .clientTimeRsp,
            IMClientTimeRsp(serverTime: 1),
            "0801",
            bare: IMClientTimeRsp(),
            "0800"),
        Golden(
            .unreadMsgCntReq,
            IMUnreadMsgCntReq(userID: 300, attachData: [0, 255, 67]),
            "08ac02a2010300ff43",
            bare: IMUnreadMsgCntReq(),
            "0800"),
        Golden(
            .unreadMsgCntRsp,
            IMUnreadMsgCntRsp(
                userID: 70000, totalCnt: 128, unreadinfoList: [UnreadInfo(sessionID: 127, sessionType: .group,
                unreadCnt: 2147483647, latestMsgID: .max, latestMsgData: [0, 255, 32], latestMsgType: .groupAudio,
                latestMsgFromUserID: 300), UnreadInfo(sessionID: 70000, sessionType: .single, unreadCnt: 300,
                latestMsgID: 127, latestMsgData: [0, 255, 37], latestMsgType: .singleText,
                latestMsgFromUserID: .max)], attachData: [0, 255, 68]),
            "08f0a2041080011a1a087f100218ffffffff0720ffffffff0f2a0300ff20301238ac021a1808f0a204100118ac02207f"
                + "2a0300ff25300138ffffffff0fa2010300ff44",
            bare: IMUnreadMsgCntRsp(),
            "08001000"),
        Golden(
            .getMsgListReq,
            IMGetMsgListReq(
                userID: 2147483647, sessionType: .group, sessionID: 70000, msgIDBegin: 128, msgCnt: 300,
                attachData: [0, 255, 69]),
            "08ffffffff07100218f0a20420800128ac02a2010300ff45",
            bare: IMGetMsgListReq(sessionType: .single),
            "08001001180020002800"),
        Golden(
            .getMsgListRsp,
            IMGetMsgListRsp(
                userID: 127, sessionType: .single, sessionID: 2147483647, msgIDBegin: .max,
                msgList: [MsgInfo(msgID: 128, fromSessionID: 300, createTime: 127, msgType: .singleAudio,
                msgData: [0, 255, 40]), MsgInfo(msgID: 2147483647, fromSessionID: .max, createTime: 70000,
                msgType: .groupText, msgData: [0, 255, 45])], attachData: [0, 255, 70]),
            "087f100118ffffffff0720ffffffff0f2a0f08800110ac02187f20022a0300ff282a1708ffffffff0710ffffffff0f18"
                + "f0a20420112a0300ff2da2010300ff46",
            bare: IMGetMsgListRsp(sessionType: .single),
            "0800100118002000"),
        Golden(
            .getLatestMsgIdReq,
            IMGetLatestMsgIdReq(userID: 128, sessionType: .group, sessionID: 127, attachData: [0, 255, 71]),
            "0880011002187fa2010300ff47",
            bare: IMGetLatestMsgIdReq(sessionType: .single),
            "080010011800"),
        Golden(
            .getLatestMsgIdRsp,
            IMGetLatestMsgIdRsp(
                userID: .max, sessionType: .single, sessionID: 128, latestMsgID: 300, attachData: [0, 255, 72]),
            "08ffffffff0f100118800120ac02a2010300ff48",
            bare: IMGetLatestMsgIdRsp(sessionType: .single),
            "0800100118002000"),
        Golden(
            .getMsgByIdReq,
            IMGetMsgByIdReq(
                userID: 1, sessionType: .group, sessionID: .max, msgIDList: [70000, 1], attachData: [0, 255, 73]),
            "0801100218ffffffff0f20f0a2042001a2010300ff49",
            bare: IMGetMsgByIdReq(sessionType: .single),
            "080010011800"),
        Golden(
            .getMsgByIdRsp,
            IMGetMsgByIdRsp(
                userID: 300, sessionType: .single, sessionID: 1, msgList: [MsgInfo(msgID: .max,
                fromSessionID: 70000, createTime: 128, msgType: .groupText, msgData: [0, 255, 41]),
                MsgInfo(msgID: 127, fromSessionID: 1, createTime: 2147483647, msgType: .groupAudio, msgData: [0,
                255, 46])], attachData: [0, 255, 74]),
            "08ac0210011801221408ffffffff0f10f0a20418800120112a0300ff292211087f100118ffffffff0720122a0300ff2e"
                + "a2010300ff4a",
            bare: IMGetMsgByIdRsp(sessionType: .single),
            "080010011800"),
    ]
}
