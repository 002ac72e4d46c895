/// Every command of the protocol. The cases are named for their messages: `loginReq` carries an `IMLoginReq`.
///
/// What a client may send is decided here and nowhere else.
public enum Command: UInt16, CaseIterable, Sendable {
    // Login
    case msgServReq = 0x0101
    case msgServRsp = 0x0102
    case loginReq = 0x0103
    case loginRes = 0x0104
    case logoutReq = 0x0105
    case logoutRsp = 0x0106
    case kickUser = 0x0107
    case deviceTokenReq = 0x0108
    case deviceTokenRsp = 0x0109
    case kickPCClientReq = 0x010a
    case kickPCClientRsp = 0x010b
    case pushShieldReq = 0x010c
    case pushShieldRsp = 0x010d
    case queryPushShieldReq = 0x010e
    case queryPushShieldRsp = 0x010f
    case registReq = 0x0110
    case registRes = 0x0111
    case browserReq = 0x0112
    case browserRsp = 0x0113

    // Buddy
    case recentContactSessionReq = 0x0201
    case recentContactSessionRsp = 0x0202
    case userStatNotify = 0x0203
    case usersInfoReq = 0x0204
    case usersInfoRsp = 0x0205
    case removeSessionReq = 0x0206
    case removeSessionRsp = 0x0207
    case allUserReq = 0x0208
    case allUserRsp = 0x0209
    case usersStatReq = 0x020a
    case usersStatRsp = 0x020b
    case changeAvatarReq = 0x020c
    case changeAvatarRsp = 0x020d
    case pcLoginStatusNotify = 0x020e
    case removeSessionNotify = 0x020f
    case departmentReq = 0x0210
    case departmentRsp = 0x0211
    case avatarChangedNotify = 0x0212
    case changeSignInfoReq = 0x0213
    case changeSignInfoRsp = 0x0214
    case signInfoChangedNotify = 0x0215
    case changeUserInfoReq = 0x0216
    case changeUserInfoRsp = 0x0217
    case userInfoChangedNotify = 0x0218

    // Message
    case msgData = 0x0301
    case msgDataAck = 0x0302
    case msgDataReadAck = 0x0303
    case msgDataReadNotify = 0x0304
    case clientTimeReq = 0x0305
    case clientTimeRsp = 0x0306
    case unreadMsgCntReq = 0x0307
    case unreadMsgCntRsp = 0x0308
    case getMsgListReq = 0x0309
    case getMsgListRsp = 0x030a
    case getLatestMsgIdReq = 0x030b
    case getLatestMsgIdRsp = 0x030c
    case getMsgByIdReq = 0x030d
    case getMsgByIdRsp = 0x030e

    // Group
    case normalGroupListReq = 0x0401
    case normalGroupListRsp = 0x0402
    case groupInfoListReq = 0x0403
    case groupInfoListRsp = 0x0404
    case groupCreateReq = 0x0405
    case groupCreateRsp = 0x0406
    case groupChangeMemberReq = 0x0407
    case groupChangeMemberRsp = 0x0408
    case groupShieldReq = 0x0409
    case groupShieldRsp = 0x040a
    case groupChangeMemberNotify = 0x040b

    // File
    case fileLoginReq = 0x0501
    case fileLoginRsp = 0x0502
    case fileState = 0x0503
    case filePullDataReq = 0x0504
    case filePullDataRsp = 0x0505
    case fileReq = 0x0506
    case fileRsp = 0x0507
    case fileNotify = 0x0508
    case fileHasOfflineReq = 0x0509
    case fileHasOfflineRsp = 0x050a
    case fileAddOfflineReq = 0x050b
    case fileDelOfflineReq = 0x050c
    case fileAccessReq = 0x050d
    case fileAccessRsp = 0x050e

    // Switch
    case p2pCmdMsg = 0x0601

    // Other, and what the servers of the original told each other
    case heartBeat = 0x0701
    case stopReceivePacket = 0x0702
    case validateReq = 0x0703
    case validateRsp = 0x0704
    case getDeviceTokenReq = 0x0705
    case getDeviceTokenRsp = 0x0706
    case roleSet = 0x0707
    case onlineUserInfo = 0x0708
    case msgServInfo = 0x0709
    case userStatusUpdate = 0x070a
    case userCntUpdate = 0x070b
    case serverKickUser = 0x070d
    case serverPCLoginStatusNotify = 0x070e
    case pushToUserReq = 0x070f
    case pushToUserRsp = 0x0710
    case groupGetShieldReq = 0x0711
    case groupGetShieldRsp = 0x0712
    case fileTransferReq = 0x0731
    case fileTransferRsp = 0x0732
    case fileServerIPReq = 0x0733
    case fileServerIPRsp = 0x0734

    // Calls
    case avCallInitiateReq = 0x0901
    case avCallInitiateRes = 0x0902
    case avCallHungUpReq = 0x0903
    case avCallHungUpRes = 0x0904
    case avCallCancelReq = 0x0905
    case avCallCancelRes = 0x0906
    case avCallRelayReq = 0x0907
    case avCallRelayRes = 0x0908
    case avCallLogReq = 0x0909
    case avCallLogRes = 0x090a

    /// `nil` for a command that does not exist or does not belong to the service.
    public init?(service: UInt16, command: UInt16) {
        self.init(rawValue: command)
        guard self.service == service else { return nil }
    }

    /// The header field that clients look at first.
    public var service: UInt16 { rawValue >> 8 }
}

extension Command {
    /// Who says it to whom. Empty for what only the servers of the original said to each other.
    public struct Directions: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static let toServer = Directions(rawValue: 1)
        public static let toClient = Directions(rawValue: 2)
        /// On the connections of the file service, which are others than those for messages.
        public static let toFileServer = Directions(rawValue: 4)
        public static let fromFileServer = Directions(rawValue: 8)
    }

    public var directions: Directions {
        switch self {
        case .msgServReq, .loginReq, .logoutReq, .browserReq, .deviceTokenReq, .kickPCClientReq, .pushShieldReq,
            .queryPushShieldReq, .registReq, .recentContactSessionReq, .usersInfoReq, .removeSessionReq, .allUserReq,
            .usersStatReq, .changeAvatarReq, .departmentReq, .changeSignInfoReq, .changeUserInfoReq,
            .msgDataReadAck, .clientTimeReq, .unreadMsgCntReq, .getMsgListReq, .getLatestMsgIdReq,
            .getMsgByIdReq, .normalGroupListReq, .groupInfoListReq, .groupCreateReq, .groupChangeMemberReq,
            .groupShieldReq, .fileReq, .fileHasOfflineReq, .fileAddOfflineReq, .fileDelOfflineReq,
            .fileAccessReq, .avCallRelayReq, .avCallLogReq:
            .toServer
        case .msgServRsp, .loginRes, .logoutRsp, .kickUser, .browserRsp, .deviceTokenRsp, .kickPCClientRsp,
            .pushShieldRsp, .queryPushShieldRsp, .registRes, .recentContactSessionRsp, .userStatNotify, .usersInfoRsp,
            .removeSessionRsp, .allUserRsp, .usersStatRsp, .changeAvatarRsp, .pcLoginStatusNotify,
            .removeSessionNotify, .departmentRsp, .avatarChangedNotify, .changeSignInfoRsp,
            .signInfoChangedNotify, .changeUserInfoRsp, .userInfoChangedNotify, .msgDataReadNotify,
            .clientTimeRsp, .unreadMsgCntRsp, .getMsgListRsp, .getLatestMsgIdRsp, .getMsgByIdRsp,
            .normalGroupListRsp, .groupInfoListRsp, .groupCreateRsp, .groupChangeMemberRsp, .groupShieldRsp,
            .groupChangeMemberNotify, .fileRsp, .fileNotify, .fileHasOfflineRsp, .fileAccessRsp,
            .avCallRelayRes, .avCallLogRes:
            .toClient
        case .msgData, .msgDataAck, .p2pCmdMsg, .avCallInitiateReq, .avCallInitiateRes, .avCallHungUpReq,
            .avCallHungUpRes, .avCallCancelReq, .avCallCancelRes:
            [.toServer, .toClient]
        case .fileLoginReq:
            .toFileServer
        case .fileLoginRsp:
            .fromFileServer
        case .fileState, .filePullDataReq, .filePullDataRsp:
            [.toFileServer, .fromFileServer]
        case .heartBeat:
            [.toServer, .toClient, .toFileServer, .fromFileServer]
        case .stopReceivePacket, .validateReq, .validateRsp, .getDeviceTokenReq, .getDeviceTokenRsp, .roleSet,
            .onlineUserInfo, .msgServInfo, .userStatusUpdate, .userCntUpdate, .serverKickUser,
            .serverPCLoginStatusNotify, .pushToUserReq, .pushToUserRsp, .groupGetShieldReq,
            .groupGetShieldRsp, .fileTransferReq, .fileTransferRsp, .fileServerIPReq, .fileServerIPRsp:
            []
        }
    }
}
