// Written by proto-gen from proto/IM.Buddy.proto. Change that file, then: swift run proto-gen
// Service 2: recent conversations, users and their profiles, departments, who is online.

public import Primitives
public import Protobuf

/// 0x0201, client to server. Asks for the recent conversations that changed since a time.
public struct IMRecentContactSessionReq: ProtoMessage {
    public var userID: UInt32
    /// The newest time the client has; 0 for everything.
    public var latestUpdateTime: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        latestUpdateTime = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: latestUpdateTime = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0202, server to client. The recent conversations.
public struct IMRecentContactSessionRsp: ProtoMessage {
    public var userID: UInt32
    public var contactSessionList: [ContactSessionInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, contactSessionList: [ContactSessionInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.contactSessionList = contactSessionList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        contactSessionList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: contactSessionList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in contactSessionList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in contactSessionList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0203, server to client. A user has come or gone.
public struct IMUserStatNotify: ProtoMessage {
    public var userStat: UserStat

    public init(userStat: UserStat) {
        self.userStat = userStat
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        var userStat = SingularMessage()
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: try reader.collect(&userStat)
            default: try reader.skip(tag)
            }
        }
        guard let userStat: UserStat = try reader.merged(userStat) else { throw .missing(field: 1) }
        self.userStat = userStat
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, message: userStat)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, message: userStat)
    }
}

/// 0x0204, client to server. Asks for the profiles of some users.
public struct IMUsersInfoReq: ProtoMessage {
    public var userID: UInt32
    public var userIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, userIDList: [UInt32] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userIDList = userIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        userIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: userIDList.append(try reader.uint32())
            case 0x12: try reader.packed(into: &userIDList)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userIDList { count += ProtoSize.field(2, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userIDList { writer.append(field: 2, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0205, server to client. The profiles.
public struct IMUsersInfoRsp: ProtoMessage {
    public var userID: UInt32
    public var userInfoList: [UserInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, userInfoList: [UserInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userInfoList = userInfoList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        userInfoList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: userInfoList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userInfoList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userInfoList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0206, client to server. Takes a conversation off the list of recent ones; its messages stay.
public struct IMRemoveSessionReq: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 2) }
        self.sessionType = sessionType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionType.rawValue)
        count += ProtoSize.field(3, varint: sessionID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0207, server to client. The conversation is off the list.
public struct IMRemoveSessionRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, resultCode: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0,
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.resultCode = resultCode
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        var sessionType: SessionType?
        sessionID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0x18: sessionType = try reader.enumeration() ?? sessionType
            case 0x20: sessionID = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 3) }
        self.sessionType = sessionType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        count += ProtoSize.field(3, varint: sessionType.rawValue)
        count += ProtoSize.field(4, varint: sessionID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        writer.append(field: 3, varint: sessionType.rawValue)
        writer.append(field: 4, varint: sessionID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0208, client to server. Asks for all users whose profile changed since a time.
public struct IMAllUserReq: ProtoMessage {
    public var userID: UInt32
    /// What the last answer said; 0 for everything.
    public var latestUpdateTime: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        latestUpdateTime = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: latestUpdateTime = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0209, server to client. The users that changed.
public struct IMAllUserRsp: ProtoMessage {
    public var userID: UInt32
    /// To be sent with the next question.
    public var latestUpdateTime: UInt32
    public var userList: [UserInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, userList: [UserInfo] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.userList = userList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        latestUpdateTime = 0
        userList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: latestUpdateTime = try reader.uint32()
            case 0x1A: userList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        for element in userList { count += ProtoSize.field(3, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        for element in userList { writer.append(field: 3, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020a, client to server. Asks which of some users are online.
public struct IMUsersStatReq: ProtoMessage {
    public var userID: UInt32
    public var userIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, userIDList: [UInt32] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userIDList = userIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        userIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: userIDList.append(try reader.uint32())
            case 0x12: try reader.packed(into: &userIDList)
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userIDList { count += ProtoSize.field(2, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userIDList { writer.append(field: 2, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020b, server to client. Which of them are online.
public struct IMUsersStatRsp: ProtoMessage {
    public var userID: UInt32
    public var userStatList: [UserStat]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, userStatList: [UserStat] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userStatList = userStatList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        userStatList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: userStatList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userStatList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userStatList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020c, client to server. Sets the picture of the user.
public struct IMChangeAvatarReq: ProtoMessage {
    public var userID: UInt32
    public var avatarURL: String
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, avatarURL: String = "", attachData: [UInt8]? = nil) {
        self.userID = userID
        self.avatarURL = avatarURL
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        avatarURL = ""
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: avatarURL = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, string: avatarURL)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, string: avatarURL)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020d, server to client. The result of setting the picture.
public struct IMChangeAvatarRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, resultCode: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.resultCode = resultCode
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020e, server to client. Tells a phone that the same user has come or gone on the PC.
public struct IMPCLoginStatusNotify: ProtoMessage {
    public var userID: UInt32
    /// Online or offline.
    public var loginStat: UserStatType

    public init(userID: UInt32 = 0, loginStat: UserStatType) {
        self.userID = userID
        self.loginStat = loginStat
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var loginStat: UserStatType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: loginStat = try reader.enumeration() ?? loginStat
            default: try reader.skip(tag)
            }
        }
        guard let loginStat else { throw .missing(field: 2) }
        self.loginStat = loginStat
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: loginStat.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: loginStat.rawValue)
    }
}

/// 0x020f, server to client. Another device of the user took a conversation off the list.
public struct IMRemoveSessionNotify: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32

    public init(userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 2) }
        self.sessionType = sessionType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionType.rawValue)
        count += ProtoSize.field(3, varint: sessionID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
    }
}

/// 0x0210, client to server. Asks for the departments that changed since a time.
public struct IMDepartmentReq: ProtoMessage {
    public var userID: UInt32
    /// What the last answer said; 0 for everything.
    public var latestUpdateTime: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        latestUpdateTime = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: latestUpdateTime = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0211, server to client. The departments that changed.
public struct IMDepartmentRsp: ProtoMessage {
    public var userID: UInt32
    /// To be sent with the next question.
    public var latestUpdateTime: UInt32
    public var deptList: [DepartInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, deptList: [DepartInfo] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.deptList = deptList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        latestUpdateTime = 0
        deptList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: latestUpdateTime = try reader.uint32()
            case 0x1A: deptList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        for element in deptList { count += ProtoSize.field(3, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        for element in deptList { writer.append(field: 3, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0212, server to client. A user has a new picture.
public struct IMAvatarChangedNotify: ProtoMessage {
    public var changedUserID: UInt32
    public var avatarURL: String

    public init(changedUserID: UInt32 = 0, avatarURL: String = "") {
        self.changedUserID = changedUserID
        self.avatarURL = avatarURL
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        changedUserID = 0
        avatarURL = ""
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: changedUserID = try reader.uint32()
            case 0x12: avatarURL = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: changedUserID)
        count += ProtoSize.field(2, string: avatarURL)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: changedUserID)
        writer.append(field: 2, string: avatarURL)
    }
}

/// 0x0213, client to server. Sets the line of text under the name of the user.
public struct IMChangeSignInfoReq: ProtoMessage {
    public var userID: UInt32
    /// At most 128 bytes in the original.
    public var signInfo: String
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, signInfo: String = "", attachData: [UInt8]? = nil) {
        self.userID = userID
        self.signInfo = signInfo
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        signInfo = ""
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: signInfo = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, string: signInfo)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, string: signInfo)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0214, server to client. The result of setting that line.
public struct IMChangeSignInfoRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32
    public var signInfo: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, resultCode: UInt32 = 0, signInfo: String? = nil, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.resultCode = resultCode
        self.signInfo = signInfo
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        signInfo = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0x1A: signInfo = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let signInfo { count += ProtoSize.field(3, string: signInfo) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let signInfo { writer.append(field: 3, string: signInfo) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0215, server to client. A user has a new line under the name.
public struct IMSignInfoChangedNotify: ProtoMessage {
    public var changedUserID: UInt32
    public var signInfo: String

    public init(changedUserID: UInt32 = 0, signInfo: String = "") {
        self.changedUserID = changedUserID
        self.signInfo = signInfo
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        changedUserID = 0
        signInfo = ""
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: changedUserID = try reader.uint32()
            case 0x12: signInfo = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: changedUserID)
        count += ProtoSize.field(2, string: signInfo)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: changedUserID)
        writer.append(field: 2, string: signInfo)
    }
}

/// 0x0216, client to server. Changes parts of the own profile; what is absent stays. From sctalk.
public struct IMChangeUserInfoReq: ProtoMessage {
    public var userID: UInt64
    public var telephoneNum: String?
    public var emailAddress: String?
    public var signInfo: String?
    public var avatarURL: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt64 = 0, telephoneNum: String? = nil, emailAddress: String? = nil, signInfo: String? = nil,
        avatarURL: String? = nil, attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.telephoneNum = telephoneNum
        self.emailAddress = emailAddress
        self.signInfo = signInfo
        self.avatarURL = avatarURL
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        telephoneNum = nil
        emailAddress = nil
        signInfo = nil
        avatarURL = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.varint()
            case 0x12: telephoneNum = try reader.string()
            case 0x1A: emailAddress = try reader.string()
            case 0x22: signInfo = try reader.string()
            case 0x2A: avatarURL = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        if let telephoneNum { count += ProtoSize.field(2, string: telephoneNum) }
        if let emailAddress { count += ProtoSize.field(3, string: emailAddress) }
        if let signInfo { count += ProtoSize.field(4, string: signInfo) }
        if let avatarURL { count += ProtoSize.field(5, string: avatarURL) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        if let telephoneNum { writer.append(field: 2, string: telephoneNum) }
        if let emailAddress { writer.append(field: 3, string: emailAddress) }
        if let signInfo { writer.append(field: 4, string: signInfo) }
        if let avatarURL { writer.append(field: 5, string: avatarURL) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0217, server to client. The result, with the values as stored. From sctalk.
public struct IMChangeUserInfoRsp: ProtoMessage {
    public var userID: UInt64
    public var resultCode: UInt32
    public var telephoneNum: String?
    public var emailAddress: String?
    public var signInfo: String?
    public var avatarURL: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt64 = 0, resultCode: UInt32 = 0, telephoneNum: String? = nil, emailAddress: String? = nil,
        signInfo: String? = nil, avatarURL: String? = nil, attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.resultCode = resultCode
        self.telephoneNum = telephoneNum
        self.emailAddress = emailAddress
        self.signInfo = signInfo
        self.avatarURL = avatarURL
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        telephoneNum = nil
        emailAddress = nil
        signInfo = nil
        avatarURL = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.varint()
            case 0x10: resultCode = try reader.uint32()
            case 0x1A: telephoneNum = try reader.string()
            case 0x22: emailAddress = try reader.string()
            case 0x2A: signInfo = try reader.string()
            case 0x32: avatarURL = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let telephoneNum { count += ProtoSize.field(3, string: telephoneNum) }
        if let emailAddress { count += ProtoSize.field(4, string: emailAddress) }
        if let signInfo { count += ProtoSize.field(5, string: signInfo) }
        if let avatarURL { count += ProtoSize.field(6, string: avatarURL) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let telephoneNum { writer.append(field: 3, string: telephoneNum) }
        if let emailAddress { writer.append(field: 4, string: emailAddress) }
        if let signInfo { writer.append(field: 5, string: signInfo) }
        if let avatarURL { writer.append(field: 6, string: avatarURL) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0218, server to client. A user has changed the profile. From sctalk.
public struct IMUserInfoChangedNotify: ProtoMessage {
    public var changedUserID: UInt64
    public var resultCode: UInt32
    public var telephoneNum: String?
    public var emailAddress: String?
    public var signInfo: String?
    public var avatarURL: String?

    public init(
        changedUserID: UInt64 = 0, resultCode: UInt32 = 0, telephoneNum: String? = nil, emailAddress: String? = nil,
        signInfo: String? = nil, avatarURL: String? = nil
    ) {
        self.changedUserID = changedUserID
        self.resultCode = resultCode
        self.telephoneNum = telephoneNum
        self.emailAddress = emailAddress
        self.signInfo = signInfo
        self.avatarURL = avatarURL
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        changedUserID = 0
        resultCode = 0
        telephoneNum = nil
        emailAddress = nil
        signInfo = nil
        avatarURL = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: changedUserID = try reader.varint()
            case 0x10: resultCode = try reader.uint32()
            case 0x1A: telephoneNum = try reader.string()
            case 0x22: emailAddress = try reader.string()
            case 0x2A: signInfo = try reader.string()
            case 0x32: avatarURL = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: changedUserID)
        count += ProtoSize.field(2, varint: resultCode)
        if let telephoneNum { count += ProtoSize.field(3, string: telephoneNum) }
        if let emailAddress { count += ProtoSize.field(4, string: emailAddress) }
        if let signInfo { count += ProtoSize.field(5, string: signInfo) }
        if let avatarURL { count += ProtoSize.field(6, string: avatarURL) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: changedUserID)
        writer.append(field: 2, varint: resultCode)
        if let telephoneNum { writer.append(field: 3, string: telephoneNum) }
        if let emailAddress { writer.append(field: 4, string: emailAddress) }
        if let signInfo { writer.append(field: 5, string: signInfo) }
        if let avatarURL { writer.append(field: 6, string: avatarURL) }
    }
}
