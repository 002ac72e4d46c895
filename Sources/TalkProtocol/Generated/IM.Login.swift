// Written by proto-gen from proto/IM.Login.proto. Change that file, then: swift run proto-gen
// Service 1: finding a server, logging in and out, being kicked, push tokens and push settings.

public import Primitives
public import Protobuf

/// 0x0101, client to server. Asks for a server to log in to. Clients of today ask over HTTP instead.
public struct IMMsgServReq: ProtoMessage {
    public init() {}

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
        }
    }

    public var byteCount: Int { 0 }

    public func write(into writer: inout ByteWriter) {}
}

/// 0x0102, server to client. The server to log in to.
public struct IMMsgServRsp: ProtoMessage {
    public var resultCode: ResultType
    public var priorIP: String?
    /// A second address of the same server.
    public var backipIP: String?
    public var port: UInt32?

    public init(resultCode: ResultType, priorIP: String? = nil, backipIP: String? = nil, port: UInt32? = nil) {
        self.resultCode = resultCode
        self.priorIP = priorIP
        self.backipIP = backipIP
        self.port = port
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        var resultCode: ResultType?
        priorIP = nil
        backipIP = nil
        port = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.enumeration() ?? resultCode
            case 0x12: priorIP = try reader.string()
            case 0x1A: backipIP = try reader.string()
            case 0x20: port = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
        guard let resultCode else { throw .missing(field: 1) }
        self.resultCode = resultCode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode.rawValue)
        if let priorIP { count += ProtoSize.field(2, string: priorIP) }
        if let backipIP { count += ProtoSize.field(3, string: backipIP) }
        if let port { count += ProtoSize.field(4, varint: port) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode.rawValue)
        if let priorIP { writer.append(field: 2, string: priorIP) }
        if let backipIP { writer.append(field: 3, string: backipIP) }
        if let port { writer.append(field: 4, varint: port) }
    }
}

/// 0x0103, client to server. Logs in. Before it has succeeded only this and heartbeats are accepted.
public struct IMLoginReq: ProtoMessage {
    public var userName: String
    /// MD5 of the plain password in 32 lower-case hex digits.
    public var password: String
    public var onlineStatus: UserStatType
    public var clientType: ClientType
    /// Free text; never checked.
    public var clientVersion: String?
    /// Extension of Grapevine: the token to resume with instead of a password; empty asks for one.
    public var sessionToken: [UInt8]?

    public init(
        userName: String = "", password: String = "", onlineStatus: UserStatType, clientType: ClientType,
        clientVersion: String? = nil, sessionToken: [UInt8]? = nil
    ) {
        self.userName = userName
        self.password = password
        self.onlineStatus = onlineStatus
        self.clientType = clientType
        self.clientVersion = clientVersion
        self.sessionToken = sessionToken
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userName = ""
        password = ""
        var onlineStatus: UserStatType?
        var clientType: ClientType?
        clientVersion = nil
        sessionToken = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userName = try reader.string()
            case 0x12: password = try reader.string()
            case 0x18: onlineStatus = try reader.enumeration() ?? onlineStatus
            case 0x20: clientType = try reader.enumeration() ?? clientType
            case 0x2A: clientVersion = try reader.string()
            case 0xF2: sessionToken = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let onlineStatus else { throw .missing(field: 3) }
        self.onlineStatus = onlineStatus
        guard let clientType else { throw .missing(field: 4) }
        self.clientType = clientType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: userName)
        count += ProtoSize.field(2, string: password)
        count += ProtoSize.field(3, varint: onlineStatus.rawValue)
        count += ProtoSize.field(4, varint: clientType.rawValue)
        if let clientVersion { count += ProtoSize.field(5, string: clientVersion) }
        if let sessionToken { count += ProtoSize.field(30, bytes: sessionToken) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: userName)
        writer.append(field: 2, string: password)
        writer.append(field: 3, varint: onlineStatus.rawValue)
        writer.append(field: 4, varint: clientType.rawValue)
        if let clientVersion { writer.append(field: 5, string: clientVersion) }
        if let sessionToken { writer.append(field: 30, bytes: sessionToken) }
    }
}

/// 0x0104, server to client. The result of a login.
public struct IMLoginRes: ProtoMessage {
    /// Seconds since 1970 in UTC.
    public var serverTime: UInt32
    public var resultCode: ResultType
    /// For people. Some clients show nothing else when a login fails.
    public var resultString: String?
    public var onlineStatus: UserStatType?
    /// There on success; the Windows client needs it.
    public var userInfo: UserInfo?
    /// Extension of Grapevine: the token for the next login, if the request carried one or asked for one. It replaces
    /// the former one.
    public var sessionToken: [UInt8]?

    public init(
        serverTime: UInt32 = 0, resultCode: ResultType, resultString: String? = nil, onlineStatus: UserStatType? = nil,
        userInfo: UserInfo? = nil, sessionToken: [UInt8]? = nil
    ) {
        self.serverTime = serverTime
        self.resultCode = resultCode
        self.resultString = resultString
        self.onlineStatus = onlineStatus
        self.userInfo = userInfo
        self.sessionToken = sessionToken
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        serverTime = 0
        var resultCode: ResultType?
        resultString = nil
        onlineStatus = nil
        var userInfo = SingularMessage()
        sessionToken = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: serverTime = try reader.uint32()
            case 0x10: resultCode = try reader.enumeration() ?? resultCode
            case 0x1A: resultString = try reader.string()
            case 0x20: onlineStatus = try reader.enumeration() ?? onlineStatus
            case 0x2A: try reader.collect(&userInfo)
            case 0xF2: sessionToken = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let resultCode else { throw .missing(field: 2) }
        self.resultCode = resultCode
        self.userInfo = try reader.merged(userInfo)
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: serverTime)
        count += ProtoSize.field(2, varint: resultCode.rawValue)
        if let resultString { count += ProtoSize.field(3, string: resultString) }
        if let onlineStatus { count += ProtoSize.field(4, varint: onlineStatus.rawValue) }
        if let userInfo { count += ProtoSize.field(5, message: userInfo) }
        if let sessionToken { count += ProtoSize.field(30, bytes: sessionToken) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: serverTime)
        writer.append(field: 2, varint: resultCode.rawValue)
        if let resultString { writer.append(field: 3, string: resultString) }
        if let onlineStatus { writer.append(field: 4, varint: onlineStatus.rawValue) }
        if let userInfo { writer.append(field: 5, message: userInfo) }
        if let sessionToken { writer.append(field: 30, bytes: sessionToken) }
    }
}

/// 0x0105, client to server. Logs out. It also forgets the push token of the device.
public struct IMLogoutReq: ProtoMessage {
    public init() {}

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
        }
    }

    public var byteCount: Int { 0 }

    public func write(into writer: inout ByteWriter) {}
}

/// 0x0106, server to client. The logout is done; the server closes the connection.
public struct IMLogoutRsp: ProtoMessage {
    /// 0 on success.
    public var resultCode: UInt32

    public init(resultCode: UInt32 = 0) {
        self.resultCode = resultCode
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        resultCode = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode)
    }
}

/// 0x0107, server to client. This session is over. The client must not log in again by itself.
public struct IMKickUser: ProtoMessage {
    public var userID: UInt32
    public var kickReason: KickReasonType

    public init(userID: UInt32 = 0, kickReason: KickReasonType) {
        self.userID = userID
        self.kickReason = kickReason
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var kickReason: KickReasonType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: kickReason = try reader.enumeration() ?? kickReason
            default: try reader.skip(tag)
            }
        }
        guard let kickReason else { throw .missing(field: 2) }
        self.kickReason = kickReason
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: kickReason.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: kickReason.rawValue)
    }
}

/// 0x0108, client to server. Registers where this mobile device can be pushed to.
public struct IMDeviceTokenReq: ProtoMessage {
    public var userID: UInt32
    public var deviceToken: String
    public var clientType: ClientType?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, deviceToken: String = "", clientType: ClientType? = nil, attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.deviceToken = deviceToken
        self.clientType = clientType
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        deviceToken = ""
        clientType = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: deviceToken = try reader.string()
            case 0x18: clientType = try reader.enumeration() ?? clientType
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, string: deviceToken)
        if let clientType { count += ProtoSize.field(3, varint: clientType.rawValue) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, string: deviceToken)
        if let clientType { writer.append(field: 3, varint: clientType.rawValue) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0109, server to client. The token is registered.
public struct IMDeviceTokenRsp: ProtoMessage {
    public var userID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x010a, client to server. A phone ends the session of the same user on the PC.
public struct IMKickPCClientReq: ProtoMessage {
    public var userID: UInt32

    public init(userID: UInt32 = 0) {
        self.userID = userID
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
    }
}

/// 0x010b, server to client. The session on the PC is ended.
public struct IMKickPCClientRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32

    public init(userID: UInt32 = 0, resultCode: UInt32 = 0) {
        self.userID = userID
        self.resultCode = resultCode
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
    }
}

/// 0x010c, client to server. Turns pushes at night off or on.
public struct IMPushShieldReq: ProtoMessage {
    public var userID: UInt32
    /// 1 no pushes at night, 0 pushes at any time.
    public var shieldStatus: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, shieldStatus: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.shieldStatus = shieldStatus
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        shieldStatus = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: shieldStatus = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: shieldStatus)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: shieldStatus)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x010d, server to client. The setting is stored.
public struct IMPushShieldRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32
    public var shieldStatus: UInt32?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, resultCode: UInt32 = 0, shieldStatus: UInt32? = nil, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.resultCode = resultCode
        self.shieldStatus = shieldStatus
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        shieldStatus = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0x18: shieldStatus = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let shieldStatus { count += ProtoSize.field(3, varint: shieldStatus) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let shieldStatus { writer.append(field: 3, varint: shieldStatus) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x010e, client to server. Asks whether pushes at night are off.
public struct IMQueryPushShieldReq: ProtoMessage {
    public var userID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x010f, server to client. Whether pushes at night are off.
public struct IMQueryPushShieldRsp: ProtoMessage {
    public var userID: UInt32
    public var resultCode: UInt32
    public var shieldStatus: UInt32?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(userID: UInt32 = 0, resultCode: UInt32 = 0, shieldStatus: UInt32? = nil, attachData: [UInt8]? = nil) {
        self.userID = userID
        self.resultCode = resultCode
        self.shieldStatus = shieldStatus
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        resultCode = 0
        shieldStatus = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: resultCode = try reader.uint32()
            case 0x18: shieldStatus = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: resultCode)
        if let shieldStatus { count += ProtoSize.field(3, varint: shieldStatus) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: resultCode)
        if let shieldStatus { writer.append(field: 3, varint: shieldStatus) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0110, client to server. Creates an account; from Polaris, and answered by no server.
public struct IMRegistReq: ProtoMessage {
    public var userName: String
    public var password: String
    /// 0 unknown, 1 male, 2 female.
    public var sex: UInt32?
    public var nick: String?
    public var avatar: String?
    public var phone: String?
    public var email: String?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userName: String = "", password: String = "", sex: UInt32? = nil, nick: String? = nil, avatar: String? = nil,
        phone: String? = nil, email: String? = nil, attachData: [UInt8]? = nil
    ) {
        self.userName = userName
        self.password = password
        self.sex = sex
        self.nick = nick
        self.avatar = avatar
        self.phone = phone
        self.email = email
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userName = ""
        password = ""
        sex = nil
        nick = nil
        avatar = nil
        phone = nil
        email = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userName = try reader.string()
            case 0x12: password = try reader.string()
            case 0x18: sex = try reader.uint32()
            case 0x22: nick = try reader.string()
            case 0x2A: avatar = try reader.string()
            case 0x32: phone = try reader.string()
            case 0x3A: email = try reader.string()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: userName)
        count += ProtoSize.field(2, string: password)
        if let sex { count += ProtoSize.field(3, varint: sex) }
        if let nick { count += ProtoSize.field(4, string: nick) }
        if let avatar { count += ProtoSize.field(5, string: avatar) }
        if let phone { count += ProtoSize.field(6, string: phone) }
        if let email { count += ProtoSize.field(7, string: email) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: userName)
        writer.append(field: 2, string: password)
        if let sex { writer.append(field: 3, varint: sex) }
        if let nick { writer.append(field: 4, string: nick) }
        if let avatar { writer.append(field: 5, string: avatar) }
        if let phone { writer.append(field: 6, string: phone) }
        if let email { writer.append(field: 7, string: email) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0111, server to client. The result of creating an account; from Polaris.
public struct IMRegistRes: ProtoMessage {
    public var userName: String
    public var resultCode: ResultType
    public var resultString: String?
    public var userID: UInt32?
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userName: String = "", resultCode: ResultType, resultString: String? = nil, userID: UInt32? = nil,
        attachData: [UInt8]? = nil
    ) {
        self.userName = userName
        self.resultCode = resultCode
        self.resultString = resultString
        self.userID = userID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userName = ""
        var resultCode: ResultType?
        resultString = nil
        userID = nil
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: userName = try reader.string()
            case 0x10: resultCode = try reader.enumeration() ?? resultCode
            case 0x1A: resultString = try reader.string()
            case 0x20: userID = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let resultCode else { throw .missing(field: 2) }
        self.resultCode = resultCode
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, string: userName)
        count += ProtoSize.field(2, varint: resultCode.rawValue)
        if let resultString { count += ProtoSize.field(3, string: resultString) }
        if let userID { count += ProtoSize.field(4, varint: userID) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, string: userName)
        writer.append(field: 2, varint: resultCode.rawValue)
        if let resultString { writer.append(field: 3, string: resultString) }
        if let userID { writer.append(field: 4, varint: userID) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// Extension of Grapevine. 0x0112, client to server. A page asks by which key its browser knows the cluster, or says
/// where the browser's push service takes messages for it (RFC 8030) while the user is away.
public struct IMBrowserReq: ProtoMessage {
    /// Not there: only the key is asked for.
    public var endpoint: String?
    /// The browser's, an uncompressed point of P-256: 65 bytes (RFC 8291).
    public var publicKey: [UInt8]?
    /// 16 bytes that the browser authenticates messages by.
    public var secret: [UInt8]?
    /// 1: this browser is told of nothing any more.
    public var ends: UInt32?

    public init(endpoint: String? = nil, publicKey: [UInt8]? = nil, secret: [UInt8]? = nil, ends: UInt32? = nil) {
        self.endpoint = endpoint
        self.publicKey = publicKey
        self.secret = secret
        self.ends = ends
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        endpoint = nil
        publicKey = nil
        secret = nil
        ends = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x0A: endpoint = try reader.string()
            case 0x12: publicKey = try reader.byteArray()
            case 0x1A: secret = try reader.byteArray()
            case 0x20: ends = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        if let endpoint { count += ProtoSize.field(1, string: endpoint) }
        if let publicKey { count += ProtoSize.field(2, bytes: publicKey) }
        if let secret { count += ProtoSize.field(3, bytes: secret) }
        if let ends { count += ProtoSize.field(4, varint: ends) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        if let endpoint { writer.append(field: 1, string: endpoint) }
        if let publicKey { writer.append(field: 2, bytes: publicKey) }
        if let secret { writer.append(field: 3, bytes: secret) }
        if let ends { writer.append(field: 4, varint: ends) }
    }
}

/// Extension of Grapevine. 0x0113, server to client.
public struct IMBrowserRsp: ProtoMessage {
    /// 0 done, 1 try again later, 2 nobody serves browsers here, 3 the endpoint or a key cannot be used.
    public var resultCode: UInt32
    /// The key that a browser must subscribe with, an uncompressed point of P-256. Not there unless the result is 0.
    public var serverKey: [UInt8]?

    public init(resultCode: UInt32 = 0, serverKey: [UInt8]? = nil) {
        self.resultCode = resultCode
        self.serverKey = serverKey
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        resultCode = 0
        serverKey = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: resultCode = try reader.uint32()
            case 0x12: serverKey = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: resultCode)
        if let serverKey { count += ProtoSize.field(2, bytes: serverKey) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: resultCode)
        if let serverKey { writer.append(field: 2, bytes: serverKey) }
    }
}
