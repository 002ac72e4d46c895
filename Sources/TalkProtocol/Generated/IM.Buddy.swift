// Written by proto-gen from proto/IM.Buddy.proto. Change that file, then: swift run proto-gen
// Service 2: recent conversations, users and their profiles, departments, who is online.

package import Primitives
package import Protobuf

/// 0x0201, client to server. Asks for the recent conversations that changed since a time.
package struct IMRecentContactSessionReq: ProtoMessage {
    package var userID: UInt32
    /// The newest time the client has; 0 for everything.
    package var latestUpdateTime: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0202, server to client. The recent conversations.
package struct IMRecentContactSessionRsp: ProtoMessage {
    package var userID: UInt32
    package var contactSessionList: [ContactSessionInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, contactSessionList: [ContactSessionInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.contactSessionList = contactSessionList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in contactSessionList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in contactSessionList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0203, server to client. A user has come or gone.
package struct IMUserStatNotify: ProtoMessage {
    package var userStat: UserStat

    package init(userStat: UserStat) {
        self.userStat = userStat
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, message: userStat)
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, message: userStat)
    }
}

/// 0x0204, client to server. Asks for the profiles of some users.
package struct IMUsersInfoReq: ProtoMessage {
    package var userID: UInt32
    package var userIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, userIDList: [UInt32] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userIDList = userIDList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userIDList { count += ProtoSize.field(2, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userIDList { writer.append(field: 2, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0205, server to client. The profiles.
package struct IMUsersInfoRsp: ProtoMessage {
    package var userID: UInt32
    package var userInfoList: [UserInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, userInfoList: [UserInfo] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userInfoList = userInfoList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userInfoList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userInfoList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0206, client to server. Takes a conversation off the list of recent ones; its messages stay.
package struct IMRemoveSessionReq: ProtoMessage {
    package var userID: UInt32
    package var sessionType: SessionType
    package var sessionID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionType.rawValue)
        count += ProtoSize.field(3, varint: sessionID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0207, server to client. The conversation is off the list.
package struct IMRemoveSessionRsp: ProtoMessage {
    package var userID: UInt32
    package var resultCode: UInt32
    package var sessionType: SessionType
    package var sessionID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(
        userID: UInt32 = 0, resultCode: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0,
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.resultCode = resultCode
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        count += ProtoSize.field(3, varint: sessionType.rawValue)
        count += ProtoSize.field(4, varint: sessionID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        writer.append(field: 3, varint: sessionType.rawValue)
        writer.append(field: 4, varint: sessionID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0208, client to server. Asks for all users whose profile changed since a time.
package struct IMAllUserReq: ProtoMessage {
    package var userID: UInt32
    /// What the last answer said; 0 for everything.
    package var latestUpdateTime: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0209, server to client. The users that changed.
package struct IMAllUserRsp: ProtoMessage {
    package var userID: UInt32
    /// To be sent with the next question.
    package var latestUpdateTime: UInt32
    package var userList: [UserInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(
        userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, userList: [UserInfo] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.userList = userList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        for element in userList { count += ProtoSize.field(3, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        for element in userList { writer.append(field: 3, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020a, client to server. Asks which of some users are online.
package struct IMUsersStatReq: ProtoMessage {
    package var userID: UInt32
    package var userIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, userIDList: [UInt32] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userIDList = userIDList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userIDList { count += ProtoSize.field(2, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userIDList { writer.append(field: 2, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020b, server to client. Which of them are online.
package struct IMUsersStatRsp: ProtoMessage {
    package var userID: UInt32
    package var userStatList: [UserStat]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, userStatList: [UserStat] = [], attachData: [UInt8]? = nil) {
        self.userID = userID
        self.userStatList = userStatList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in userStatList { count += ProtoSize.field(2, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in userStatList { writer.append(field: 2, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020c, client to server. Sets the picture of the user.
package struct IMChangeAvatarReq: ProtoMessage {
    package var userID: UInt32
    package var avatarURL: String
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, avatarURL: String = "", attachData: [UInt8]? = nil) {
        self.userID = userID
        self.avatarURL = avatarURL
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, string: avatarURL)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, string: avatarURL)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020d, server to client. The result of setting the picture.
package struct IMChangeAvatarRsp: ProtoMessage {
    package var userID: UInt32
    package var resultCode: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, resultCode: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.resultCode = resultCode
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x020e, server to client. Tells a phone that the same user has come or gone on the PC.
package struct IMPCLoginStatusNotify: ProtoMessage {
    package var userID: UInt32
    /// Online or offline.
    package var loginStat: UserStatType

    package init(userID: UInt32 = 0, loginStat: UserStatType) {
        self.userID = userID
        self.loginStat = loginStat
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: loginStat.rawValue)
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: loginStat.rawValue)
    }
}

/// 0x020f, server to client. Another device of the user took a conversation off the list.
package struct IMRemoveSessionNotify: ProtoMessage {
    package var userID: UInt32
    package var sessionType: SessionType
    package var sessionID: UInt32

    package init(userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionType.rawValue)
        count += ProtoSize.field(3, varint: sessionID)
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
    }
}

/// 0x0210, client to server. Asks for the departments that changed since a time.
package struct IMDepartmentReq: ProtoMessage {
    package var userID: UInt32
    /// What the last answer said; 0 for everything.
    package var latestUpdateTime: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0211, server to client. The departments that changed.
package struct IMDepartmentRsp: ProtoMessage {
    package var userID: UInt32
    /// To be sent with the next question.
    package var latestUpdateTime: UInt32
    package var deptList: [DepartInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(
        userID: UInt32 = 0, latestUpdateTime: UInt32 = 0, deptList: [DepartInfo] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.latestUpdateTime = latestUpdateTime
        self.deptList = deptList
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: latestUpdateTime)
        for element in deptList { count += ProtoSize.field(3, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: latestUpdateTime)
        for element in deptList { writer.append(field: 3, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0212, server to client. A user has a new picture.
package struct IMAvatarChangedNotify: ProtoMessage {
    package var changedUserID: UInt32
    package var avatarURL: String

    package init(changedUserID: UInt32 = 0, avatarURL: String = "") {
        self.changedUserID = changedUserID
        self.avatarURL = avatarURL
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: changedUserID)
        count += ProtoSize.field(2, string: avatarURL)
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: changedUserID)
        writer.append(field: 2, string: avatarURL)
    }
}

/// 0x0213, client to server. Sets the line of text under the name of the user.
package struct IMChangeSignInfoReq: ProtoMessage {
    package var userID: UInt32
    /// At most 128 bytes in the original.
    package var signInfo: String
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, signInfo: String = "", attachData: [UInt8]? = nil) {
        self.userID = userID
        self.signInfo = signInfo
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, string: signInfo)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, string: signInfo)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0214, server to client. The result of setting that line.
package struct IMChangeSignInfoRsp: ProtoMessage {
    package var userID: UInt32
    package var resultCode: UInt32
    package var signInfo: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(userID: UInt32 = 0, resultCode: UInt32 = 0, signInfo: String? = nil, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.resultCode = resultCode
        self.signInfo = signInfo
        self.attachData = attachData
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let signInfo { count += ProtoSize.field(3, string: signInfo) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let signInfo { writer.append(field: 3, string: signInfo) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0215, server to client. A user has a new line under the name.
package struct IMSignInfoChangedNotify: ProtoMessage {
    package var changedUserID: UInt32
    package var signInfo: String

    package init(changedUserID: UInt32 = 0, signInfo: String = "") {
        self.changedUserID = changedUserID
        self.signInfo = signInfo
    }

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: changedUserID)
        count += ProtoSize.field(2, string: signInfo)
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: changedUserID)
        writer.append(field: 2, string: signInfo)
    }
}

/// 0x0216, client to server. Changes parts of the own profile; what is absent stays. From sctalk.
package struct IMChangeUserInfoReq: ProtoMessage {
    package var userID: UInt64
    package var telephoneNum: String?
    package var emailAddress: String?
    package var signInfo: String?
    package var avatarURL: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(
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

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        if let telephoneNum { count += ProtoSize.field(2, string: telephoneNum) }
        if let emailAddress { count += ProtoSize.field(3, string: emailAddress) }
        if let signInfo { count += ProtoSize.field(4, string: signInfo) }
        if let avatarURL { count += ProtoSize.field(5, string: avatarURL) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        if let telephoneNum { writer.append(field: 2, string: telephoneNum) }
        if let emailAddress { writer.append(field: 3, string: emailAddress) }
        if let signInfo { writer.append(field: 4, string: signInfo) }
        if let avatarURL { writer.append(field: 5, string: avatarURL) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0217, server to client. The result, with the values as stored. From sctalk.
package struct IMChangeUserInfoRsp: ProtoMessage {
    package var userID: UInt64
    package var resultCode: UInt32
    package var telephoneNum: String?
    package var emailAddress: String?
    package var signInfo: String?
    package var avatarURL: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    package var attachData: [UInt8]?

    package init(
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

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
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

    package func write(into writer: inout ByteWriter) {
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
package struct IMUserInfoChangedNotify: ProtoMessage {
    package var changedUserID: UInt64
    package var resultCode: UInt32
    package var telephoneNum: String?
    package var emailAddress: String?
    package var signInfo: String?
    package var avatarURL: String?

    package init(
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

    package init(reading reader: inout ProtoReader) throws(ProtoError) {
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

    package var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: changedUserID)
        count += ProtoSize.field(2, varint: resultCode)
        if let telephoneNum { count += ProtoSize.field(3, string: telephoneNum) }
        if let emailAddress { count += ProtoSize.field(4, string: emailAddress) }
        if let signInfo { count += ProtoSize.field(5, string: signInfo) }
        if let avatarURL { count += ProtoSize.field(6, string: avatarURL) }
        return count
    }

    package func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: changedUserID)
        writer.append(field: 2, varint: resultCode)
        if let telephoneNum { writer.append(field: 3, string: telephoneNum) }
        if let emailAddress { writer.append(field: 4, string: emailAddress) }
        if let signInfo { writer.append(field: 5, string: signInfo) }
        if let avatarURL { writer.append(field: 6, string: avatarURL) }
    }
}
