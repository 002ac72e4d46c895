import TalkProtocol

extension Golden {
    static let file: [Golden] = [
        Golden(
            .fileLoginReq,
            IMFileLoginReq(userID: 2147483647, taskID: "task1287é", fileRole: .offlineUpload),
            "08ffffffff07120a7461736b31323837c3a91803",
            bare: IMFileLoginReq(fileRole: .realtimeSender),
            "080012001801"),
        Golden(
            .fileLoginRsp,
            IMFileLoginRsp(resultCode: 127, taskID: "task1288é"),
            "087f120a7461736b31323838c3a9",
            bare: IMFileLoginRsp(),
            "08001200"),
        Golden(
            .fileState,
            IMFileState(state: .refuse, taskID: "task1289é", userID: 127),
            "0802120a7461736b31323839c3a9187f",
            bare: IMFileState(state: .peerReady),
            "080012001800"),
        Golden(
            .filePullDataReq,
            IMFilePullDataReq(
                taskID: "task1287é", userID: 70000, transMode: .offline, offset: 300, dataSize: 127),
            "0a0a7461736b31323837c3a910f0a204180220ac02287f",
            bare: IMFilePullDataReq(transMode: .online),
            "0a001000180120002800"),
        Golden(
            .filePullDataRsp,
            IMFilePullDataRsp(
                resultCode: 1, taskID: "task1291é", userID: .max, offset: 70000, fileData: [0, 255, 20]),
            "0801120a7461736b31323931c3a918ffffffff0f20f0a2042a0300ff14",
            bare: IMFilePullDataRsp(),
            "08001200180020002a00"),
        Golden(
            .fileReq,
            IMFileReq(
                fromUserID: 300, toUserID: 127, fileName: "file1295é", fileSize: 2147483647, transMode: .offline),
            "08ac02107f1a0a66696c6531323935c3a920ffffffff072802",
            bare: IMFileReq(transMode: .online),
            "080010001a0020002801"),
        Golden(
            .fileRsp,
            IMFileRsp(
                resultCode: 70000, fromUserID: 128, toUserID: 300, fileName: "file1299é", taskID: "task1302é",
                ipAddrList: [IpAddr(ip: "ip1308é", port: 70000), IpAddr(ip: "ip1313é", port: 1)], transMode: .online,
                refusal: 3),
            "08f0a20410800118ac02220a66696c6531323939c3a92a0a7461736b31333032c3a9320e0a08697031333038c3a910f0"
                + "a204320c0a08697031333133c3a910013801f00103",
            bare: IMFileRsp(transMode: .online),
            "08001000180022002a003801"),
        Golden(
            .fileNotify,
            IMFileNotify(
                fromUserID: 2147483647, toUserID: .max, fileName: "file1297é", fileSize: 128, taskID: "task1303é",
                ipAddrList: [IpAddr(ip: "ip1309é", port: 2147483647), IpAddr(ip: "ip1314é", port: 300)],
                transMode: .offline, offlineReady: 2147483647),
            "08ffffffff0710ffffffff0f1a0a66696c6531323937c3a92080012a0a7461736b31333033c3a932100a086970313330"
                + "39c3a910ffffffff07320d0a08697031333134c3a910ac02380240ffffffff07",
            bare: IMFileNotify(transMode: .online),
            "080010001a0020002a0038014000"),
        Golden(
            .fileHasOfflineReq,
            IMFileHasOfflineReq(userID: 127, attachData: [0, 255, 69]),
            "087fa2010300ff45",
            bare: IMFileHasOfflineReq(),
            "0800"),
        Golden(
            .fileHasOfflineRsp,
            IMFileHasOfflineRsp(
                userID: 128, offlineFileList: [OfflineFileInfo(fromUserID: 127, taskID: "task1302é",
                fileName: "file1305é", fileSize: .max,
                expiresAt: 1_800_000_000), OfflineFileInfo(fromUserID: 70000, taskID: "task1307é",
                fileName: "file1310é", fileSize: 127)], ipAddrList: [IpAddr(ip: "ip1302é", port: 2147483647),
                IpAddr(ip: "ip1307é", port: 300)], attachData: [0, 255, 70]),
            "0880011227087f120a7461736b31333032c3a91a0a66696c6531333035c3a920ffffffff0ff00180a4a7da06121e08f0"
                + "a204120a7461736b31333037c3a91a0a66696c6531333130c3a9207f1a100a08697031333032c3a910ffffffff071a0d"
                + "0a08697031333037c3a910ac02a2010300ff46",
            bare: IMFileHasOfflineRsp(),
            "0800"),
        Golden(
            .fileAddOfflineReq,
            IMFileAddOfflineReq(
                fromUserID: .max, toUserID: 70000, taskID: "task1300é", fileName: "file1303é", fileSize: 127),
            "08ffffffff0f10f0a2041a0a7461736b31333030c3a9220a66696c6531333033c3a9287f",
            bare: IMFileAddOfflineReq(),
            "080010001a0022002800"),
        Golden(
            .fileDelOfflineReq,
            IMFileDelOfflineReq(fromUserID: 1, toUserID: 2147483647, taskID: "task1301é"),
            "080110ffffffff071a0a7461736b31333031c3a9",
            bare: IMFileDelOfflineReq(),
            "080010001a00"),
        Golden(
            .fileAccessReq,
            IMFileAccessReq(userID: 300, taskID: "task1314é"),
            "08ac02120a7461736b31333134c3a9",
            bare: IMFileAccessReq(),
            "0800"),
        Golden(
            .fileAccessRsp,
            IMFileAccessRsp(
                userID: 128, resultCode: 2, taskID: "task1315é", token: "token1316é", tokenLife: 600, url: "url1317é",
                maxFileSize: .max, maxNameSize: 255, life: 604_800, partSize: 4 << 20, maxPictureSize: 10 << 20,
                pictureToken: "pict1318é"),
            "08800110021a0a7461736b31333135c3a9220b746f6b656e31333136c3a928d804320975726c31333137c3a938ffffff"
                + "ff0f40ff014880f52450808080025880808005620a7069637431333138c3a9",
            bare: IMFileAccessRsp(),
            "08001000"),
        Golden(
            .p2pCmdMsg,
            IMP2PCmdMsg(fromUserID: 1, toUserID: 2147483647, cmdMsgData: "cmd_1546é"),
            "080110ffffffff071a0a636d645f31353436c3a9",
            bare: IMP2PCmdMsg(),
            "080010001a00"),
    ]
}
