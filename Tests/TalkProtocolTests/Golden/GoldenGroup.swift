import TalkProtocol

extension Golden {
    static let group: [Golden] = [
        Golden(
            .normalGroupListReq,
            IMNormalGroupListReq(userID: .max, attachData: [0, 255, 61]),
            "08ffffffff0fa2010300ff3d",
            bare: IMNormalGroupListReq(),
            "0800"),
        Golden(
            .normalGroupListRsp,
            IMNormalGroupListRsp(
                userID: 1, groupVersionList: [GroupVersionInfo(groupID: .max, version: 70000),
                GroupVersionInfo(groupID: 127, version: 1)], attachData: [0, 255, 62]),
            "0801120a08ffffffff0f10f0a2041204087f1001a2010300ff3e",
            bare: IMNormalGroupListRsp(),
            "0800"),
        Golden(
            .groupInfoListReq,
            IMGroupInfoListReq(
                userID: 300, groupVersionList: [GroupVersionInfo(groupID: 1, version: 2147483647),
                GroupVersionInfo(groupID: 128, version: 300)], attachData: [0, 255, 63]),
            "08ac021208080110ffffffff07120608800110ac02a2010300ff3f",
            bare: IMGroupInfoListReq(),
            "0800"),
        Golden(
            .groupInfoListRsp,
            IMGroupInfoListRsp(
                userID: 70000, groupInfoList: [GroupInfo(groupID: 300, version: 127, groupName: "grou1043é",
                groupAvatar: "grou1046é", groupCreatorID: .max, groupType: .normal, shieldStatus: 128,
                groupMemberList: [300, .max]), GroupInfo(groupID: .max, version: 70000, groupName: "grou1048é",
                groupAvatar: "grou1051é", groupCreatorID: 127, groupType: .tmp, shieldStatus: 2147483647,
                groupMemberList: [.max, 127])], attachData: [0, 255, 64]),
            "08f0a204123108ac02107f1a0a67726f7531303433c3a9220a67726f7531303436c3a928ffffffff0f300138800140ac"
                + "0240ffffffff0f123408ffffffff0f10f0a2041a0a67726f7531303438c3a9220a67726f7531303531c3a9287f300238"
                + "ffffffff0740ffffffff0f407fa2010300ff40",
            bare: IMGroupInfoListRsp(),
            "0800"),
        Golden(
            .groupCreateReq,
            IMGroupCreateReq(
                userID: 2147483647, groupType: .tmp, groupName: "grou1038é", groupAvatar: "grou1041é",
                memberIDList: [300, .max], attachData: [0, 255, 65]),
            "08ffffffff0710021a0a67726f7531303338c3a9220a67726f7531303431c3a928ac0228ffffffff0fa2010300ff41",
            bare: IMGroupCreateReq(groupType: .normal),
            "080010011a002200"),
        Golden(
            .groupCreateRsp,
            IMGroupCreateRsp(
                userID: 127, resultCode: 1, groupID: 2147483647, groupName: "grou1042é", userIDList: [70000, 1],
                attachData: [0, 255, 66]),
            "087f100118ffffffff07220a67726f7531303432c3a928f0a2042801a2010300ff42",
            bare: IMGroupCreateRsp(),
            "080010002200"),
        Golden(
            .groupChangeMemberReq,
            IMGroupChangeMemberReq(
                userID: 128, changeType: .del, groupID: 127, memberIDList: [1, 128], attachData: [0, 255, 67]),
            "0880011002187f2001208001a2010300ff43",
            bare: IMGroupChangeMemberReq(changeType: .add),
            "080010011800"),
        Golden(
            .groupChangeMemberRsp,
            IMGroupChangeMemberRsp(
                userID: .max, changeType: .add, resultCode: 128, groupID: 300, curUserIDList: [127, 70000],
                chgUserIDList: [1, 128], attachData: [0, 255, 68]),
            "08ffffffff0f100118800120ac02287f28f0a2043001308001a2010300ff44",
            bare: IMGroupChangeMemberRsp(changeType: .add),
            "0800100118002000"),
        Golden(
            .groupShieldReq,
            IMGroupShieldReq(userID: 1, groupID: 2147483647, shieldStatus: .max, attachData: [0, 255, 69]),
            "080110ffffffff0718ffffffff0fa2010300ff45",
            bare: IMGroupShieldReq(),
            "080010001800"),
        Golden(
            .groupShieldRsp,
            IMGroupShieldRsp(userID: 300, groupID: 127, resultCode: 1, attachData: [0, 255, 70]),
            "08ac02107f1801a2010300ff46",
            bare: IMGroupShieldRsp(),
            "080010001800"),
        Golden(
            .groupChangeMemberNotify,
            IMGroupChangeMemberNotify(
                userID: 70000, changeType: .del, groupID: 300, curUserIDList: [127, 70000], chgUserIDList: [1, 128]),
            "08f0a204100218ac02207f20f0a2042801288001",
            bare: IMGroupChangeMemberNotify(changeType: .add),
            "080010011800"),
    ]
}
