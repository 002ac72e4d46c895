// Written by proto-gen from proto/IM.BaseDefine.proto. Change that file, then: swift run proto-gen
// The enums and the building blocks that the other files share.
//
// The numbers are those of the deployed TeamTalk clients and cannot change. Every `required` field is written always,
// also when zero, because these clients refuse a message that lacks one. A value that is not listed in an enum must
// never be sent: old clients treat it as absent, and the message as broken.

public import Primitives
public import Protobuf

/// The group a command belongs to: the high byte of its id, and a header field of its own.
public enum ServiceID: UInt32, CaseIterable, Sendable {
    case login = 1
    case buddyList = 2
    case msg = 3
    case group = 4
    case file = 5
    case switchService = 6
    case other = 7
    /// Never used.
    case `internal` = 8
    /// From sctalk.
    case avcall = 9
}

/// Commands of service 1.
public enum LoginCmdID: UInt32, CaseIterable, Sendable {
    case reqMsgserver = 0x0101
    case resMsgserver = 0x0102
    case reqUserlogin = 0x0103
    case resUserlogin = 0x0104
    case reqLoginout = 0x0105
    case resLoginout = 0x0106
    case kickUser = 0x0107
    case reqDevicetoken = 0x0108
    case resDevicetoken = 0x0109
    case reqKickpcclient = 0x010a
    case resKickpcclient = 0x010b
    case reqPushShield = 0x010c
    case resPushShield = 0x010d
    case reqQueryPushShield = 0x010e
    case resQueryPushShield = 0x010f
    /// From Polaris, with the next one; it has no implementation in any server.
    case reqRegist = 0x0110
    case resRegist = 0x0111
    /// Extension of Grapevine.
    case reqBrowser = 0x0112
    case resBrowser = 0x0113
}

/// Commands of service 2.
public enum BuddyListCmdID: UInt32, CaseIterable, Sendable {
    case recentContactSessionRequest = 0x0201
    case recentContactSessionResponse = 0x0202
    case statusNotify = 0x0203
    case userInfoRequest = 0x0204
    case userInfoResponse = 0x0205
    case removeSessionReq = 0x0206
    case removeSessionRes = 0x0207
    case allUserRequest = 0x0208
    case allUserResponse = 0x0209
    case usersStatusRequest = 0x020a
    case usersStatusResponse = 0x020b
    case changeAvatarRequest = 0x020c
    case changeAvatarResponse = 0x020d
    case pcLoginStatusNotify = 0x020e
    case removeSessionNotify = 0x020f
    case departmentRequest = 0x0210
    case departmentResponse = 0x0211
    case avatarChangedNotify = 0x0212
    case changeSignInfoRequest = 0x0213
    case changeSignInfoResponse = 0x0214
    case signInfoChangedNotify = 0x0215
    /// From sctalk, with the two that follow.
    case changeUserInfoRequest = 0x0216
    case changeUserInfoResponse = 0x0217
    case userInfoChangedNotify = 0x0218
}

/// Commands of service 3.
public enum MessageCmdID: UInt32, CaseIterable, Sendable {
    case data = 0x0301
    case dataAck = 0x0302
    case readAck = 0x0303
    case readNotify = 0x0304
    case timeRequest = 0x0305
    case timeResponse = 0x0306
    case unreadCntRequest = 0x0307
    case unreadCntResponse = 0x0308
    case listRequest = 0x0309
    case listResponse = 0x030a
    case getLatestMsgIDReq = 0x030b
    case getLatestMsgIDRsp = 0x030c
    case getByMsgIDReq = 0x030d
    case getByMsgIDRes = 0x030e
}

/// Commands of service 4.
public enum GroupCmdID: UInt32, CaseIterable, Sendable {
    case normalListRequest = 0x0401
    case normalListResponse = 0x0402
    case infoRequest = 0x0403
    case infoResponse = 0x0404
    case createRequest = 0x0405
    case createResponse = 0x0406
    case changeMemberRequest = 0x0407
    case changeMemberResponse = 0x0408
    case shieldGroupRequest = 0x0409
    case shieldGroupResponse = 0x040a
    case changeMemberNotify = 0x040b
}

/// Commands of service 5.
public enum FileCmdID: UInt32, CaseIterable, Sendable {
    case loginReq = 0x0501
    case loginRes = 0x0502
    case state = 0x0503
    case pullDataReq = 0x0504
    case pullDataRsp = 0x0505
    case request = 0x0506
    case response = 0x0507
    case notify = 0x0508
    case hasOfflineReq = 0x0509
    case hasOfflineRes = 0x050a
    case addOfflineReq = 0x050b
    case delOfflineReq = 0x050c
    /// Extension of Grapevine
    case accessReq = 0x050d
    case accessRes = 0x050e
}

/// The command of service 6.
public enum SwitchServiceCmdID: UInt32, CaseIterable, Sendable {
    case cidSwitchP2PCmd = 0x0601
}

/// Commands of service 7: the heartbeat, and what the servers of the original told each other.
public enum OtherCmdID: UInt32, CaseIterable, Sendable {
    case heartbeat = 0x0701
    case stopRecvPacket = 0x0702
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
    case loginStatusNotify = 0x070e
    case pushToUserReq = 0x070f
    case pushToUserRsp = 0x0710
    case getShieldReq = 0x0711
    case getShieldRsp = 0x0712
    case fileTransferReq = 0x0731
    case fileTransferRsp = 0x0732
    case fileServerIPReq = 0x0733
    case fileServerIPRsp = 0x0734
}

/// Commands of service 9, from sctalk.
public enum AVCallCmdId: UInt32, CaseIterable, Sendable {
    case initiateReq = 0x0901
    case initiateRes = 0x0902
    case hungupReq = 0x0903
    case hungupRes = 0x0904
    case cancelReq = 0x0905
    case cancelRes = 0x0906
    /// Extension of Grapevine
    case relayReq = 0x0907
    case relayRes = 0x0908
    case logReq = 0x0909
    case logRes = 0x090a
}

/// Why a login, or the question for a server, was refused.
public enum ResultType: UInt32, CaseIterable, Sendable {
    /// Success.
    case reasonNone = 0
    case noMsgServer = 1
    case msgServerFull = 2
    /// The database cannot be reached: try again later.
    case noDBServer = 3
    case noLoginServer = 4
    case noRouteServer = 5
    /// The name or the password is wrong, or there were too many attempts.
    case dbValidateFailed = 6
    case versionTooOld = 7
}

/// Why a session ends against the will of its client.
public enum KickReasonType: UInt32, CaseIterable, Sendable {
    /// The user has logged in with another client of the same class.
    case duplicateUser = 1
    /// The user asked for it on the phone.
    case mobileKick = 2
}

/// A kind of list of online users. No message uses it.
public enum OnlineListType: UInt32, CaseIterable, Sendable {
    case onlineListTypeFriendList = 1
}

/// Whether a user is there.
public enum UserStatType: UInt32, CaseIterable, Sendable {
    /// Logged in on a PC.
    case online = 1
    case offline = 2
    /// Logged in and away.
    case leave = 3
}

/// What a message is addressed to.
public enum SessionType: UInt32, CaseIterable, Sendable {
    /// One other user.
    case single = 1
    case group = 2
}

/// What the bytes of a message are. Bit 0x10 says that it goes to a group.
public enum MsgType: UInt32, CaseIterable, Sendable {
    /// Text to a user: encrypted with a key that every client knows, then Base64.
    case singleText = 0x01
    /// Voice to a user: four bytes of duration, then the encoded audio.
    case singleAudio = 0x02
    case groupText = 0x11
    case groupAudio = 0x12
}

/// The program a user is logged in with. The high half says which class it is: 0 PC, 1 mobile.
public enum ClientType: UInt32, CaseIterable, Sendable {
    case windows = 0x01
    case mac = 0x02
    case ios = 0x11
    case android = 0x12
}

/// How a group came to be.
public enum GroupType: UInt32, CaseIterable, Sendable {
    /// Set up by an administrator.
    case normal = 1
    /// Set up by a user.
    case tmp = 2
}

/// The direction of a change of members.
public enum GroupModifyType: UInt32, CaseIterable, Sendable {
    case add = 1
    case del = 2
}

/// How a file travels.
public enum TransferFileType: UInt32, CaseIterable, Sendable {
    /// Straight through to a receiver who is there.
    case online = 1
    /// Stored, and fetched by the receiver later.
    case offline = 2
}

/// What one side of a transfer tells the other.
public enum ClientFileState: UInt32, CaseIterable, Sendable {
    /// The receiver accepts.
    case peerReady = 0
    /// The sender has changed his mind.
    case cancel = 1
    /// The receiver does not want it.
    case refuse = 2
    /// All of it has arrived.
    case done = 3
}

/// What a client wants from the file server.
public enum ClientFileRole: UInt32, CaseIterable, Sendable {
    case realtimeSender = 1
    case realtimeRecver = 2
    case offlineUpload = 3
    case offlineDownload = 4
}

/// Why the file server refused.
public enum FileServerError: UInt32, CaseIterable, Sendable {
    case ok = 0
    case createTaskIDError = 1
    case createTaskError = 2
    case loginInvalidToken = 3
    case invalidUserForTask = 4
    case pullDataWithInvalidTaskID = 5
    case pullDataIllieageUser = 6
    case pullDataMkdirError = 7
    case pullDataOpenFileError = 8
    case pullDataReadFileHeaderError = 9
    case pullDataAllocMemError = 10
    case pullDataSeekOffsetError = 11
    /// Not an error: there is no more to fetch.
    case pullDataFinished = 12
}

/// Whether a recent conversation is still in the list.
public enum SessionStatusType: UInt32, CaseIterable, Sendable {
    case ok = 0
    case delete = 1
}

/// Whether a department still exists.
public enum DepartmentStatusType: UInt32, CaseIterable, Sendable {
    case ok = 0
    case delete = 1
}

/// An address a client can connect to.
public struct IpAddr: ProtoMessage {
    public var ip: String
    public var port: UInt32

    public init(ip: String = "", port: UInt32 = 0) {
        self.ip = ip
        self.port = port
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        ip = ""
        port = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: ip = try reader.string()
            case 0x10: port = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: ip)
        count += ProtoSize.field(2, varint: port)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: ip)
        writer.append(field: 2, varint: port)
    }
}

/// The profile of a user as other users see it.
public struct UserInfo: ProtoMessage {
    public var userID: UInt32
    /// 0 unknown, 1 male, 2 female.
    public var userGender: UInt32
    public var userNickName: String
    public var avatarURL: String
    public var departmentID: UInt32
    public var email: String
    public var userRealName: String
    public var userTel: String
    /// Pinyin of the name, for sorting and search.
    public var userDomain: String
    /// 0 normal, 1 trial, 2 regular, 3 has left (clients hide the user), 4 intern.
    public var status: UInt32
    /// The line of text under the name.
    public var signInfo: String?

    public init(
        userID: UInt32 = 0, userGender: UInt32 = 0, userNickName: String = "", avatarURL: String = "",
        departmentID: UInt32 = 0, email: String = "", userRealName: String = "", userTel: String = "",
        userDomain: String = "", status: UInt32 = 0, signInfo: String? = nil
    ) {
        self.userID = userID
        self.userGender = userGender
        self.userNickName = userNickName
        self.avatarURL = avatarURL
        self.departmentID = departmentID
        self.email = email
        self.userRealName = userRealName
        self.userTel = userTel
        self.userDomain = userDomain
        self.status = status
        self.signInfo = signInfo
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        userGender = 0
        userNickName = ""
        avatarURL = ""
        departmentID = 0
        email = ""
        userRealName = ""
        userTel = ""
        userDomain = ""
        status = 0
        signInfo = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: userGender = try reader.uint32()
            case 0x1A: userNickName = try reader.string()
            case 0x22: avatarURL = try reader.string()
            case 0x28: departmentID = try reader.uint32()
            case 0x32: email = try reader.string()
            case 0x3A: userRealName = try reader.string()
            case 0x42: userTel = try reader.string()
            case 0x4A: userDomain = try reader.string()
            case 0x50: status = try reader.uint32()
            case 0x5A: signInfo = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: userGender)
        count += ProtoSize.field(3, string: userNickName)
        count += ProtoSize.field(4, string: avatarURL)
        count += ProtoSize.field(5, varint: departmentID)
        count += ProtoSize.field(6, string: email)
        count += ProtoSize.field(7, string: userRealName)
        count += ProtoSize.field(8, string: userTel)
        count += ProtoSize.field(9, string: userDomain)
        count += ProtoSize.field(10, varint: status)
        if let signInfo { count += ProtoSize.field(11, string: signInfo) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: userGender)
        writer.append(field: 3, string: userNickName)
        writer.append(field: 4, string: avatarURL)
        writer.append(field: 5, varint: departmentID)
        writer.append(field: 6, string: email)
        writer.append(field: 7, string: userRealName)
        writer.append(field: 8, string: userTel)
        writer.append(field: 9, string: userDomain)
        writer.append(field: 10, varint: status)
        if let signInfo { writer.append(field: 11, string: signInfo) }
    }
}

/// One row of the list of recent conversations.
public struct ContactSessionInfo: ProtoMessage {
    /// The other user, or the group.
    public var sessionID: UInt32
    public var sessionType: SessionType
    public var sessionStatus: SessionStatusType
    /// Seconds since 1970 in UTC.
    public var updatedTime: UInt32
    public var latestMsgID: UInt32
    /// As in IMMsgData.
    public var latestMsgData: [UInt8]
    public var latestMsgType: MsgType
    public var latestMsgFromUserID: UInt32

    public init(
        sessionID: UInt32 = 0, sessionType: SessionType, sessionStatus: SessionStatusType, updatedTime: UInt32 = 0,
        latestMsgID: UInt32 = 0, latestMsgData: [UInt8] = [], latestMsgType: MsgType, latestMsgFromUserID: UInt32 = 0
    ) {
        self.sessionID = sessionID
        self.sessionType = sessionType
        self.sessionStatus = sessionStatus
        self.updatedTime = updatedTime
        self.latestMsgID = latestMsgID
        self.latestMsgData = latestMsgData
        self.latestMsgType = latestMsgType
        self.latestMsgFromUserID = latestMsgFromUserID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        sessionID = 0
        var sessionType: SessionType?
        var sessionStatus: SessionStatusType?
        updatedTime = 0
        latestMsgID = 0
        latestMsgData = []
        var latestMsgType: MsgType?
        latestMsgFromUserID = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: sessionID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionStatus = try reader.enumeration() ?? sessionStatus
            case 0x20: updatedTime = try reader.uint32()
            case 0x28: latestMsgID = try reader.uint32()
            case 0x32: latestMsgData = try reader.byteArray()
            case 0x38: latestMsgType = try reader.enumeration() ?? latestMsgType
            case 0x40: latestMsgFromUserID = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 2) }
        self.sessionType = sessionType
        guard let sessionStatus else { throw .missing(field: 3) }
        self.sessionStatus = sessionStatus
        guard let latestMsgType else { throw .missing(field: 7) }
        self.latestMsgType = latestMsgType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: sessionID)
        count += ProtoSize.field(2, varint: sessionType.rawValue)
        count += ProtoSize.field(3, varint: sessionStatus.rawValue)
        count += ProtoSize.field(4, varint: updatedTime)
        count += ProtoSize.field(5, varint: latestMsgID)
        count += ProtoSize.field(6, bytes: latestMsgData)
        count += ProtoSize.field(7, varint: latestMsgType.rawValue)
        count += ProtoSize.field(8, varint: latestMsgFromUserID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: sessionID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionStatus.rawValue)
        writer.append(field: 4, varint: updatedTime)
        writer.append(field: 5, varint: latestMsgID)
        writer.append(field: 6, bytes: latestMsgData)
        writer.append(field: 7, varint: latestMsgType.rawValue)
        writer.append(field: 8, varint: latestMsgFromUserID)
    }
}

/// Whether one user is online.
public struct UserStat: ProtoMessage {
    public var userID: UInt32
    public var status: UserStatType

    public init(userID: UInt32 = 0, status: UserStatType) {
        self.userID = userID
        self.status = status
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var status: UserStatType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: status = try reader.enumeration() ?? status
            default: try reader.skip(tag)
            }
        }
        guard let status else { throw .missing(field: 2) }
        self.status = status
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: status.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: status.rawValue)
    }
}

/// Whether one user is online with one kind of client.
public struct ServerUserStat: ProtoMessage {
    public var userID: UInt32
    public var status: UserStatType
    public var clientType: ClientType

    public init(userID: UInt32 = 0, status: UserStatType, clientType: ClientType) {
        self.userID = userID
        self.status = status
        self.clientType = clientType
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var status: UserStatType?
        var clientType: ClientType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: status = try reader.enumeration() ?? status
            case 0x18: clientType = try reader.enumeration() ?? clientType
            default: try reader.skip(tag)
            }
        }
        guard let status else { throw .missing(field: 2) }
        self.status = status
        guard let clientType else { throw .missing(field: 3) }
        self.clientType = clientType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: status.rawValue)
        count += ProtoSize.field(3, varint: clientType.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: status.rawValue)
        writer.append(field: 3, varint: clientType.rawValue)
    }
}

/// How much of one conversation is unread, and its newest message.
public struct UnreadInfo: ProtoMessage {
    /// The other user, or the group.
    public var sessionID: UInt32
    public var sessionType: SessionType
    public var unreadCnt: UInt32
    public var latestMsgID: UInt32
    /// As in IMMsgData; for voice an encrypted placeholder text.
    public var latestMsgData: [UInt8]
    public var latestMsgType: MsgType
    public var latestMsgFromUserID: UInt32

    public init(
        sessionID: UInt32 = 0, sessionType: SessionType, unreadCnt: UInt32 = 0, latestMsgID: UInt32 = 0,
        latestMsgData: [UInt8] = [], latestMsgType: MsgType, latestMsgFromUserID: UInt32 = 0
    ) {
        self.sessionID = sessionID
        self.sessionType = sessionType
        self.unreadCnt = unreadCnt
        self.latestMsgID = latestMsgID
        self.latestMsgData = latestMsgData
        self.latestMsgType = latestMsgType
        self.latestMsgFromUserID = latestMsgFromUserID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        sessionID = 0
        var sessionType: SessionType?
        unreadCnt = 0
        latestMsgID = 0
        latestMsgData = []
        var latestMsgType: MsgType?
        latestMsgFromUserID = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: sessionID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: unreadCnt = try reader.uint32()
            case 0x20: latestMsgID = try reader.uint32()
            case 0x2A: latestMsgData = try reader.byteArray()
            case 0x30: latestMsgType = try reader.enumeration() ?? latestMsgType
            case 0x38: latestMsgFromUserID = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 2) }
        self.sessionType = sessionType
        guard let latestMsgType else { throw .missing(field: 6) }
        self.latestMsgType = latestMsgType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: sessionID)
        count += ProtoSize.field(2, varint: sessionType.rawValue)
        count += ProtoSize.field(3, varint: unreadCnt)
        count += ProtoSize.field(4, varint: latestMsgID)
        count += ProtoSize.field(5, bytes: latestMsgData)
        count += ProtoSize.field(6, varint: latestMsgType.rawValue)
        count += ProtoSize.field(7, varint: latestMsgFromUserID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: sessionID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: unreadCnt)
        writer.append(field: 4, varint: latestMsgID)
        writer.append(field: 5, bytes: latestMsgData)
        writer.append(field: 6, varint: latestMsgType.rawValue)
        writer.append(field: 7, varint: latestMsgFromUserID)
    }
}

/// One message out of the history of a conversation.
public struct MsgInfo: ProtoMessage {
    /// Runs 1, 2, 3 … within a conversation.
    public var msgID: UInt32
    /// The sender.
    public var fromSessionID: UInt32
    /// Seconds since 1970 in UTC.
    public var createTime: UInt32
    public var msgType: MsgType
    /// As in IMMsgData.
    public var msgData: [UInt8]

    public init(
        msgID: UInt32 = 0, fromSessionID: UInt32 = 0, createTime: UInt32 = 0, msgType: MsgType, msgData: [UInt8] = []
    ) {
        self.msgID = msgID
        self.fromSessionID = fromSessionID
        self.createTime = createTime
        self.msgType = msgType
        self.msgData = msgData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        msgID = 0
        fromSessionID = 0
        createTime = 0
        var msgType: MsgType?
        msgData = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: msgID = try reader.uint32()
            case 0x10: fromSessionID = try reader.uint32()
            case 0x18: createTime = try reader.uint32()
            case 0x20: msgType = try reader.enumeration() ?? msgType
            case 0x2A: msgData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let msgType else { throw .missing(field: 4) }
        self.msgType = msgType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: msgID)
        count += ProtoSize.field(2, varint: fromSessionID)
        count += ProtoSize.field(3, varint: createTime)
        count += ProtoSize.field(4, varint: msgType.rawValue)
        count += ProtoSize.field(5, bytes: msgData)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: msgID)
        writer.append(field: 2, varint: fromSessionID)
        writer.append(field: 3, varint: createTime)
        writer.append(field: 4, varint: msgType.rawValue)
        writer.append(field: 5, bytes: msgData)
    }
}

/// Which version of a group somebody has.
public struct GroupVersionInfo: ProtoMessage {
    public var groupID: UInt32
    /// 0 if the client does not have the group yet.
    public var version: UInt32

    public init(groupID: UInt32 = 0, version: UInt32 = 0) {
        self.groupID = groupID
        self.version = version
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        groupID = 0
        version = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: groupID = try reader.uint32()
            case 0x10: version = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: groupID)
        count += ProtoSize.field(2, varint: version)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: groupID)
        writer.append(field: 2, varint: version)
    }
}

/// A group with its members.
public struct GroupInfo: ProtoMessage {
    public var groupID: UInt32
    /// Grows with each change of the group.
    public var version: UInt32
    public var groupName: String
    public var groupAvatar: String
    public var groupCreatorID: UInt32
    public var groupType: GroupType
    /// 1 if the asking user has muted the group.
    public var shieldStatus: UInt32
    public var groupMemberList: [UInt32]

    public init(
        groupID: UInt32 = 0, version: UInt32 = 0, groupName: String = "", groupAvatar: String = "",
        groupCreatorID: UInt32 = 0, groupType: GroupType, shieldStatus: UInt32 = 0, groupMemberList: [UInt32] = []
    ) {
        self.groupID = groupID
        self.version = version
        self.groupName = groupName
        self.groupAvatar = groupAvatar
        self.groupCreatorID = groupCreatorID
        self.groupType = groupType
        self.shieldStatus = shieldStatus
        self.groupMemberList = groupMemberList
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        groupID = 0
        version = 0
        groupName = ""
        groupAvatar = ""
        groupCreatorID = 0
        var groupType: GroupType?
        shieldStatus = 0
        groupMemberList = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: groupID = try reader.uint32()
            case 0x10: version = try reader.uint32()
            case 0x1A: groupName = try reader.string()
            case 0x22: groupAvatar = try reader.string()
            case 0x28: groupCreatorID = try reader.uint32()
            case 0x30: groupType = try reader.enumeration() ?? groupType
            case 0x38: shieldStatus = try reader.uint32()
            case 0x40: groupMemberList.append(try reader.uint32())
            case 0x42: try reader.packed(into: &groupMemberList)
            default: try reader.skip(tag)
            }
        }
        guard let groupType else { throw .missing(field: 6) }
        self.groupType = groupType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: groupID)
        count += ProtoSize.field(2, varint: version)
        count += ProtoSize.field(3, string: groupName)
        count += ProtoSize.field(4, string: groupAvatar)
        count += ProtoSize.field(5, varint: groupCreatorID)
        count += ProtoSize.field(6, varint: groupType.rawValue)
        count += ProtoSize.field(7, varint: shieldStatus)
        for element in groupMemberList { count += ProtoSize.field(8, varint: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: groupID)
        writer.append(field: 2, varint: version)
        writer.append(field: 3, string: groupName)
        writer.append(field: 4, string: groupAvatar)
        writer.append(field: 5, varint: groupCreatorID)
        writer.append(field: 6, varint: groupType.rawValue)
        writer.append(field: 7, varint: shieldStatus)
        for element in groupMemberList { writer.append(field: 8, varint: element) }
    }
}

/// Where and how to push to a user.
public struct UserTokenInfo: ProtoMessage {
    public var userID: UInt32
    public var userType: ClientType
    public var token: String
    /// Unread messages, for the badge.
    public var pushCount: UInt32
    /// 1 with sound, 2 silent.
    public var pushType: UInt32

    public init(
        userID: UInt32 = 0, userType: ClientType, token: String = "", pushCount: UInt32 = 0, pushType: UInt32 = 0
    ) {
        self.userID = userID
        self.userType = userType
        self.token = token
        self.pushCount = pushCount
        self.pushType = pushType
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var userType: ClientType?
        token = ""
        pushCount = 0
        pushType = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: userType = try reader.enumeration() ?? userType
            case 0x1A: token = try reader.string()
            case 0x20: pushCount = try reader.uint32()
            case 0x28: pushType = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let userType else { throw .missing(field: 2) }
        self.userType = userType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: userType.rawValue)
        count += ProtoSize.field(3, string: token)
        count += ProtoSize.field(4, varint: pushCount)
        count += ProtoSize.field(5, varint: pushType)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: userType.rawValue)
        writer.append(field: 3, string: token)
        writer.append(field: 4, varint: pushCount)
        writer.append(field: 5, varint: pushType)
    }
}

/// What became of one push.
public struct PushResult: ProtoMessage {
    public var userToken: String
    /// 0 if it was delivered.
    public var resultCode: UInt32

    public init(userToken: String = "", resultCode: UInt32 = 0) {
        self.userToken = userToken
        self.resultCode = resultCode
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userToken = ""
        resultCode = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userToken = try reader.string()
            case 0x10: resultCode = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: userToken)
        count += ProtoSize.field(2, varint: resultCode)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: userToken)
        writer.append(field: 2, varint: resultCode)
    }
}

/// Whether a user has muted a group.
public struct ShieldStatus: ProtoMessage {
    public var userID: UInt32
    public var groupID: UInt32
    /// 1 muted.
    public var shieldStatus: UInt32

    public init(userID: UInt32 = 0, groupID: UInt32 = 0, shieldStatus: UInt32 = 0) {
        self.userID = userID
        self.groupID = groupID
        self.shieldStatus = shieldStatus
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        groupID = 0
        shieldStatus = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: groupID = try reader.uint32()
            case 0x18: shieldStatus = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: groupID)
        count += ProtoSize.field(3, varint: shieldStatus)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: groupID)
        writer.append(field: 3, varint: shieldStatus)
    }
}

/// A stored file that waits for its receiver.
public struct OfflineFileInfo: ProtoMessage {
    public var fromUserID: UInt32
    public var taskID: String
    public var fileName: String
    public var fileSize: UInt32
    /// Extension of Grapevine: when it is deleted, in seconds since 1970.
    public var expiresAt: UInt32?

    public init(
        fromUserID: UInt32 = 0, taskID: String = "", fileName: String = "", fileSize: UInt32 = 0,
        expiresAt: UInt32? = nil
    ) {
        self.fromUserID = fromUserID
        self.taskID = taskID
        self.fileName = fileName
        self.fileSize = fileSize
        self.expiresAt = expiresAt
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        taskID = ""
        fileName = ""
        fileSize = 0
        expiresAt = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x12: taskID = try reader.string()
            case 0x1A: fileName = try reader.string()
            case 0x20: fileSize = try reader.uint32()
            case 0xF0: expiresAt = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, string: taskID)
        count += ProtoSize.field(3, string: fileName)
        count += ProtoSize.field(4, varint: fileSize)
        if let expiresAt { count += ProtoSize.field(30, varint: expiresAt) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, string: taskID)
        writer.append(field: 3, string: fileName)
        writer.append(field: 4, varint: fileSize)
        if let expiresAt { writer.append(field: 30, varint: expiresAt) }
    }
}

/// A department of the organisation.
public struct DepartInfo: ProtoMessage {
    public var deptID: UInt32
    /// Sort key among the departments of one parent.
    public var priority: UInt32
    public var deptName: String
    /// 0 at the top.
    public var parentDeptID: UInt32
    public var deptStatus: DepartmentStatusType

    public init(
        deptID: UInt32 = 0, priority: UInt32 = 0, deptName: String = "", parentDeptID: UInt32 = 0,
        deptStatus: DepartmentStatusType
    ) {
        self.deptID = deptID
        self.priority = priority
        self.deptName = deptName
        self.parentDeptID = parentDeptID
        self.deptStatus = deptStatus
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        deptID = 0
        priority = 0
        deptName = ""
        parentDeptID = 0
        var deptStatus: DepartmentStatusType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: deptID = try reader.uint32()
            case 0x10: priority = try reader.uint32()
            case 0x1A: deptName = try reader.string()
            case 0x20: parentDeptID = try reader.uint32()
            case 0x28: deptStatus = try reader.enumeration() ?? deptStatus
            default: try reader.skip(tag)
            }
        }
        guard let deptStatus else { throw .missing(field: 5) }
        self.deptStatus = deptStatus
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: deptID)
        count += ProtoSize.field(2, varint: priority)
        count += ProtoSize.field(3, string: deptName)
        count += ProtoSize.field(4, varint: parentDeptID)
        count += ProtoSize.field(5, varint: deptStatus.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: deptID)
        writer.append(field: 2, varint: priority)
        writer.append(field: 3, string: deptName)
        writer.append(field: 4, varint: parentDeptID)
        writer.append(field: 5, varint: deptStatus.rawValue)
    }
}

/// Whether a user has turned off pushes at night.
public struct PushShieldStatus: ProtoMessage {
    public var userID: UInt32
    /// 1 no pushes at night.
    public var shieldStatus: UInt32

    public init(userID: UInt32 = 0, shieldStatus: UInt32 = 0) {
        self.userID = userID
        self.shieldStatus = shieldStatus
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        shieldStatus = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: shieldStatus = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: shieldStatus)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: shieldStatus)
    }
}
