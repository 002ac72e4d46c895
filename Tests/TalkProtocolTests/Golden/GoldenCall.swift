import TalkProtocol

extension Golden {
    static let call: [Golden] = [
        Golden(
            .avCallInitiateReq,
            IMAVCallInitiateReq(
                fromID: 7, toID: 7, callID: 7, callerClientType: .mac, body: [0, 255, 16], attachData: [0, 255, 61]),
            "08071007180720022a0300ff10a2010300ff3d",
            bare: IMAVCallInitiateReq(callerClientType: .windows),
            "08001000180020012a00"),
        Golden(
            .avCallInitiateRes,
            IMAVCallInitiateRes(
                fromID: .max, toID: .max, callID: .max, calledClientType: .ios, code: 127, reason: "reas2324é",
                body: [0, 255, 23], attachData: [0, 255, 62]),
            "08ffffffffffffffffff0110ffffffffffffffffff0118ffffffffffffffffff012011287f320a7265617332333234c3"
                + "a93a0300ff17a2010300ff3e",
            bare: IMAVCallInitiateRes(calledClientType: .windows),
            "0800100018002001280032003a00"),
        Golden(
            .avCallHungUpReq,
            IMAVCallHungUpReq(fromID: 1 << 40, toID: 1 << 40, callID: 1 << 40, attachData: [0, 255, 63]),
            "088080808080201080808080802018808080808020a2010300ff3f",
            bare: IMAVCallHungUpReq(),
            "080010001800"),
        Golden(
            .avCallHungUpRes,
            IMAVCallHungUpRes(fromID: 7, toID: 7, callID: 7, code: 2147483647, attachData: [0, 255, 64]),
            "08071007180720ffffffff07a2010300ff40",
            bare: IMAVCallHungUpRes(),
            "0800100018002000"),
        Golden(
            .avCallCancelReq,
            IMAVCallCancelReq(fromID: .max, toID: .max, callID: .max, attachData: [0, 255, 65]),
            "08ffffffffffffffffff0110ffffffffffffffffff0118ffffffffffffffffff01a2010300ff41",
            bare: IMAVCallCancelReq(),
            "080010001800"),
        Golden(
            .avCallCancelRes,
            IMAVCallCancelRes(fromID: 2147483647, toID: .max, callID: 1 << 40, attachData: [0, 255, 66]),
            "08ffffffff0710ffffffff0f18808080808020a2010300ff42",
            bare: IMAVCallCancelRes(),
            "080010001800"),
        Golden(
            .avCallRelayReq,
            IMAVCallRelayReq(userID: 300),
            "08ac02",
            bare: IMAVCallRelayReq(),
            "0800"),
        Golden(
            .avCallRelayRes,
            IMAVCallRelayRes(
                userID: 128, urls: ["turn:url2325é", "turns:url2326"], username: "usern2327é", password: "passw2328é",
                lifetime: 43_200),
            "088001120e7475726e3a75726c32333235c3a9120d7475726e733a75726c323332361a0b757365726e32333237c3a922"
                + "0b706173737732333238c3a928c0d102",
            bare: IMAVCallRelayRes(),
            "0800"),
        Golden(
            .avCallLogReq,
            IMAVCallLogReq(userID: 300, before: 1 << 40, limit: 127),
            "08ac0210808080808020187f",
            bare: IMAVCallLogReq(),
            "080010001800"),
        Golden(
            .avCallLogRes,
            IMAVCallLogRes(
                userID: 128,
                calls: [
                    IMAVCallLogEntry(
                        number: 7, fromID: 1, toID: 300, isVideo: 1, began: 1_764_450_000, answered: 1_764_450_009,
                        ended: 1_764_450_100, outcome: 0),
                    IMAVCallLogEntry(number: .max),
                ]),
            "088001121d0807100118ac02200128d0bdadc90630d9bdadc90638b4beadc9064000121308ffffffffffffffffff0110001800"
                + "20002800",
            bare: IMAVCallLogRes(),
            "0800"),
    ]
}
