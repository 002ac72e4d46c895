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
    ]
}
