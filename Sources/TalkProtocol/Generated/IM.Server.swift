// Written by proto-gen from proto/IM.Server.proto. Change that file, then: swift run proto-gen
// Service 7, the commands that the servers of the original system sent to each other.
//
// Grapevine has no such servers: a client that sends one of these is cut off. They are written down so that their
// numbers are never used for anything else and so that captured traffic can be read.

public import Primitives
public import Protobuf

/// 0x0702, between the servers of the original. Asks the other server to send nothing more.
public struct IMStopReceivePacket: ProtoMessage {
    public var result: UInt32

    public init(result: UInt32 = 0) {
        self.result = result
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        result = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: result = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: result)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: result)
    }
}

/// 0x0703, between the servers of the original. Asks the database server to check a login.
public struct IMValidateReq: ProtoMessage {
    public var userName: String
    public var password: String
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userName: String = "", password: String = "", attachData: [UInt8]? = nil) {
        self.userName = userName
        self.password = password
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userName = ""
        password = ""
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userName = try reader.string()
            case 0x12: password = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: userName)
        count += ProtoSize.field(2, string: password)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: userName)
        writer.append(field: 2, string: password)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0704, between the servers of the original. The result of the check.
public struct IMValidateRsp: ProtoMessage {
    public var userName: String
    public var resultCode: UInt32
    public var resultString: String?
    public var userInfo: UserInfo?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userName: String = "", resultCode: UInt32 = 0, resultString: String? = nil, userInfo: UserInfo? = nil,
        attachData: [UInt8]? = nil
    ) {
        self.userName = userName
        self.resultCode = resultCode
        self.resultString = resultString
        self.userInfo = userInfo
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userName = ""
        resultCode = 0
        resultString = nil
        var userInfo = SingularMessage()
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userName = try reader.string()
            case 0x10: resultCode = try reader.uint32()
            case 0x1A: resultString = try reader.string()
            case 0x22: try reader.collect(&userInfo)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        self.userInfo = try reader.merged(userInfo)
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: userName)
        count += ProtoSize.field(2, varint: resultCode)
        if let resultString { count += ProtoSize.field(3, string: resultString) }
        if let userInfo { count += ProtoSize.field(4, message: userInfo) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: userName)
        writer.append(field: 2, varint: resultCode)
        if let resultString { writer.append(field: 3, string: resultString) }
        if let userInfo { writer.append(field: 4, message: userInfo) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0705, between the servers of the original. Asks for the push tokens of some users.
public struct IMGetDeviceTokenReq: ProtoMessage {
    public var userID: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: [UInt32] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID.append(try reader.uint32())
            case 0x0A: try reader.packed(into: &userID)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        for element in userID { count += ProtoSize.field(1, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        for element in userID { writer.append(field: 1, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0706, between the servers of the original. The push tokens.
public struct IMGetDeviceTokenRsp: ProtoMessage {
    public var userTokenInfo: [UserTokenInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userTokenInfo: [UserTokenInfo] = [], attachData: [UInt8]? = nil) {
        self.userTokenInfo = userTokenInfo
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userTokenInfo = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userTokenInfo.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        for element in userTokenInfo { count += ProtoSize.field(1, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        for element in userTokenInfo { writer.append(field: 1, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0707, between the servers of the original. Settles which route server leads.
public struct IMRoleSet: ProtoMessage {
    public var master: UInt32

    public init(master: UInt32 = 0) {
        self.master = master
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        master = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: master = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: master)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: master)
    }
}

/// 0x0708, between the servers of the original. All users of a message server, sent after connecting to a route server.
public struct IMOnlineUserInfo: ProtoMessage {
    public var userStatList: [ServerUserStat]

    public init(userStatList: [ServerUserStat] = []) {
        self.userStatList = userStatList
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userStatList = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userStatList.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        for element in userStatList { count += ProtoSize.field(1, message: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        for element in userStatList { writer.append(field: 1, message: element) }
    }
}

/// 0x0709, between the servers of the original. A message server introduces itself.
public struct IMMsgServInfo: ProtoMessage {
    /// The two addresses are for callers in different networks.
    public var ip1: String
    public var ip2: String
    public var port: UInt32
    public var maxConnCnt: UInt32
    public var curConnCnt: UInt32
    public var hostName: String

    public init(
        ip1: String = "", ip2: String = "", port: UInt32 = 0, maxConnCnt: UInt32 = 0, curConnCnt: UInt32 = 0,
        hostName: String = ""
    ) {
        self.ip1 = ip1
        self.ip2 = ip2
        self.port = port
        self.maxConnCnt = maxConnCnt
        self.curConnCnt = curConnCnt
        self.hostName = hostName
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        ip1 = ""
        ip2 = ""
        port = 0
        maxConnCnt = 0
        curConnCnt = 0
        hostName = ""
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: ip1 = try reader.string()
            case 0x12: ip2 = try reader.string()
            case 0x18: port = try reader.uint32()
            case 0x20: maxConnCnt = try reader.uint32()
            case 0x28: curConnCnt = try reader.uint32()
            case 0x32: hostName = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: ip1)
        count += ProtoSize.field(2, string: ip2)
        count += ProtoSize.field(3, varint: port)
        count += ProtoSize.field(4, varint: maxConnCnt)
        count += ProtoSize.field(5, varint: curConnCnt)
        count += ProtoSize.field(6, string: hostName)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: ip1)
        writer.append(field: 2, string: ip2)
        writer.append(field: 3, varint: port)
        writer.append(field: 4, varint: maxConnCnt)
        writer.append(field: 5, varint: curConnCnt)
        writer.append(field: 6, string: hostName)
    }
}

/// 0x070a, between the servers of the original. A user has come or gone at a message server.
public struct IMUserStatusUpdate: ProtoMessage {
    /// A UserStatType.
    public var userStatus: UInt32
    public var userID: UInt32
    public var clientType: ClientType

    public init(userStatus: UInt32 = 0, userID: UInt32 = 0, clientType: ClientType) {
        self.userStatus = userStatus
        self.userID = userID
        self.clientType = clientType
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userStatus = 0
        userID = 0
        var clientType: ClientType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userStatus = try reader.uint32()
            case 0x10: userID = try reader.uint32()
            case 0x18: clientType = try reader.enumeration() ?? clientType
            default: try reader.skip(tag)
            }
        }
        guard let clientType else { throw .missing(field: 3) }
        self.clientType = clientType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userStatus)
        count += ProtoSize.field(2, varint: userID)
        count += ProtoSize.field(3, varint: clientType.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userStatus)
        writer.append(field: 2, varint: userID)
        writer.append(field: 3, varint: clientType.rawValue)
    }
}

/// 0x070b, between the servers of the original. A message server has one user more or less.
public struct IMUserCntUpdate: ProtoMessage {
    /// 1 one more, 2 one less.
    public var userAction: UInt32
    public var userID: UInt32

    public init(userAction: UInt32 = 0, userID: UInt32 = 0) {
        self.userAction = userAction
        self.userID = userID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userAction = 0
        userID = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userAction = try reader.uint32()
            case 0x10: userID = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userAction)
        count += ProtoSize.field(2, varint: userID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userAction)
        writer.append(field: 2, varint: userID)
    }
}

/// 0x070d, between the servers of the original. End the sessions of a user at every other message server.
public struct IMServerKickUser: ProtoMessage {
    public var userID: UInt32
    public var clientType: ClientType
    /// A KickReasonType.
    public var reason: UInt32

    public init(userID: UInt32 = 0, clientType: ClientType, reason: UInt32 = 0) {
        self.userID = userID
        self.clientType = clientType
        self.reason = reason
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var clientType: ClientType?
        reason = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: clientType = try reader.enumeration() ?? clientType
            case 0x18: reason = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let clientType else { throw .missing(field: 2) }
        self.clientType = clientType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: clientType.rawValue)
        count += ProtoSize.field(3, varint: reason)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: clientType.rawValue)
        writer.append(field: 3, varint: reason)
    }
}

/// 0x070e, between the servers of the original. A user has come or gone on the PC, for the message servers that hold
/// the phone.
public struct IMServerPCLoginStatusNotify: ProtoMessage {
    public var userID: UInt32
    /// 1 there, 0 gone.
    public var loginStatus: UInt32

    public init(userID: UInt32 = 0, loginStatus: UInt32 = 0) {
        self.userID = userID
        self.loginStatus = loginStatus
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        loginStatus = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: loginStatus = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: loginStatus)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: loginStatus)
    }
}

/// 0x070f, between the servers of the original. Asks the push server to push a text to some devices.
public struct IMPushToUserReq: ProtoMessage {
    /// The text to show.
    public var flash: String
    /// Hidden data for the client, in JSON.
    public var data: String
    public var userTokenList: [UserTokenInfo]

    public init(flash: String = "", data: String = "", userTokenList: [UserTokenInfo] = []) {
        self.flash = flash
        self.data = data
        self.userTokenList = userTokenList
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        flash = ""
        data = ""
        userTokenList = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: flash = try reader.string()
            case 0x12: data = try reader.string()
            case 0x1A: userTokenList.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: flash)
        count += ProtoSize.field(2, string: data)
        for element in userTokenList { count += ProtoSize.field(3, message: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: flash)
        writer.append(field: 2, string: data)
        for element in userTokenList { writer.append(field: 3, message: element) }
    }
}

/// 0x0710, between the servers of the original. What became of the pushes.
public struct IMPushToUserRsp: ProtoMessage {
    public var pushResultList: [PushResult]

    public init(pushResultList: [PushResult] = []) {
        self.pushResultList = pushResultList
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        pushResultList = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: pushResultList.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        for element in pushResultList { count += ProtoSize.field(1, message: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        for element in pushResultList { writer.append(field: 1, message: element) }
    }
}

/// 0x0711, between the servers of the original. Asks which members have muted a group.
public struct IMGroupGetShieldReq: ProtoMessage {
    public var groupID: UInt32
    public var userID: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(groupID: UInt32 = 0, userID: [UInt32] = [], attachData: [UInt8]? = nil) {
        self.groupID = groupID
        self.userID = userID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        groupID = 0
        userID = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: groupID = try reader.uint32()
            case 0x10: userID.append(try reader.uint32())
            case 0x12: try reader.packed(into: &userID)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: groupID)
        for element in userID { count += ProtoSize.field(2, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: groupID)
        for element in userID { writer.append(field: 2, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0712, between the servers of the original. Who has muted the group.
public struct IMGroupGetShieldRsp: ProtoMessage {
    public var groupID: UInt32
    public var shieldStatusList: [ShieldStatus]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(groupID: UInt32 = 0, shieldStatusList: [ShieldStatus] = [], attachData: [UInt8]? = nil) {
        self.groupID = groupID
        self.shieldStatusList = shieldStatusList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        groupID = 0
        shieldStatusList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: groupID = try reader.uint32()
            case 0x12: shieldStatusList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: groupID)
        for element in shieldStatusList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: groupID)
        for element in shieldStatusList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0731, between the servers of the original. Asks the file server for a task.
public struct IMFileTransferReq: ProtoMessage {
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var fileName: String
    public var fileSize: UInt32
    public var transMode: TransferFileType
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        fromUserID: UInt32 = 0, toUserID: UInt32 = 0, fileName: String = "", fileSize: UInt32 = 0,
        transMode: TransferFileType, attachData: [UInt8]? = nil
    ) {
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.fileName = fileName
        self.fileSize = fileSize
        self.transMode = transMode
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toUserID = 0
        fileName = ""
        fileSize = 0
        var transMode: TransferFileType?
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toUserID = try reader.uint32()
            case 0x1A: fileName = try reader.string()
            case 0x20: fileSize = try reader.uint32()
            case 0x28: transMode = try reader.enumeration() ?? transMode
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let transMode else { throw .missing(field: 5) }
        self.transMode = transMode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toUserID)
        count += ProtoSize.field(3, string: fileName)
        count += ProtoSize.field(4, varint: fileSize)
        count += ProtoSize.field(5, varint: transMode.rawValue)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toUserID)
        writer.append(field: 3, string: fileName)
        writer.append(field: 4, varint: fileSize)
        writer.append(field: 5, varint: transMode.rawValue)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0732, between the servers of the original. The task of the file server.
public struct IMFileTransferRsp: ProtoMessage {
    public var resultCode: UInt32
    public var fromUserID: UInt32
    public var toUserID: UInt32
    public var fileName: String?
    public var fileSize: UInt32?
    public var taskID: String?
    public var transMode: TransferFileType?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        resultCode: UInt32 = 0, fromUserID: UInt32 = 0, toUserID: UInt32 = 0, fileName: String? = nil,
        fileSize: UInt32? = nil, taskID: String? = nil, transMode: TransferFileType? = nil, attachData: [UInt8]? = nil
    ) {
        self.resultCode = resultCode
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.fileName = fileName
        self.fileSize = fileSize
        self.taskID = taskID
        self.transMode = transMode
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        resultCode = 0
        fromUserID = 0
        toUserID = 0
        fileName = nil
        fileSize = nil
        taskID = nil
        transMode = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.uint32()
            case 0x10: fromUserID = try reader.uint32()
            case 0x18: toUserID = try reader.uint32()
            case 0x22: fileName = try reader.string()
            case 0x28: fileSize = try reader.uint32()
            case 0x32: taskID = try reader.string()
            case 0x38: transMode = try reader.enumeration() ?? transMode
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode)
        count += ProtoSize.field(2, varint: fromUserID)
        count += ProtoSize.field(3, varint: toUserID)
        if let fileName { count += ProtoSize.field(4, string: fileName) }
        if let fileSize { count += ProtoSize.field(5, varint: fileSize) }
        if let taskID { count += ProtoSize.field(6, string: taskID) }
        if let transMode { count += ProtoSize.field(7, varint: transMode.rawValue) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode)
        writer.append(field: 2, varint: fromUserID)
        writer.append(field: 3, varint: toUserID)
        if let fileName { writer.append(field: 4, string: fileName) }
        if let fileSize { writer.append(field: 5, varint: fileSize) }
        if let taskID { writer.append(field: 6, string: taskID) }
        if let transMode { writer.append(field: 7, varint: transMode.rawValue) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0733, between the servers of the original. Asks the file server where clients can reach it.
public struct IMFileServerIPReq: ProtoMessage {
    public init() {}

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
        }
    }

    public var byteCount: Int { 0 }

    public func write(into writer: inout ByteWriter) {}
}

/// 0x0734, between the servers of the original. Where clients can reach the file server.
public struct IMFileServerIPRsp: ProtoMessage {
    public var ipAddrList: [IpAddr]

    public init(ipAddrList: [IpAddr] = []) {
        self.ipAddrList = ipAddrList
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        ipAddrList = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: ipAddrList.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        for element in ipAddrList { count += ProtoSize.field(1, message: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        for element in ipAddrList { writer.append(field: 1, message: element) }
    }
}
