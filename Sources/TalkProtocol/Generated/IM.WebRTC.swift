// Written by proto-gen from proto/IM.WebRTC.proto. Change that file, then: swift run proto-gen
// Service 9: setting up audio and video calls, as sctalk added it. The media itself goes from client to client or
// through a TURN relay.

public import Primitives
public import Protobuf

/// 0x0901, both ways. Rings another user.
public struct IMAVCallInitiateReq: ProtoMessage {
    public var fromID: UInt64
    public var toID: UInt64
    public var callID: UInt64
    public var callerClientType: ClientType
    /// Session description (SDP) of the caller.
    public var body: [UInt8]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        fromID: UInt64 = 0, toID: UInt64 = 0, callID: UInt64 = 0, callerClientType: ClientType, body: [UInt8] = [],
        attachData: [UInt8]? = nil
    ) {
        self.fromID = fromID
        self.toID = toID
        self.callID = callID
        self.callerClientType = callerClientType
        self.body = body
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromID = 0
        toID = 0
        callID = 0
        var callerClientType: ClientType?
        body = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromID = try reader.varint()
            case 0x10: toID = try reader.varint()
            case 0x18: callID = try reader.varint()
            case 0x20: callerClientType = try reader.enumeration() ?? callerClientType
            case 0x2A: body = try reader.byteArray()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let callerClientType else { throw .missing(field: 4) }
        self.callerClientType = callerClientType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromID)
        count += ProtoSize.field(2, varint: toID)
        count += ProtoSize.field(3, varint: callID)
        count += ProtoSize.field(4, varint: callerClientType.rawValue)
        count += ProtoSize.field(5, bytes: body)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromID)
        writer.append(field: 2, varint: toID)
        writer.append(field: 3, varint: callID)
        writer.append(field: 4, varint: callerClientType.rawValue)
        writer.append(field: 5, bytes: body)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0902, both ways. The other user takes the call or refuses it.
public struct IMAVCallInitiateRes: ProtoMessage {
    public var fromID: UInt64
    public var toID: UInt64
    public var callID: UInt64
    public var calledClientType: ClientType
    public var code: UInt32
    public var reason: String
    /// Session description (SDP) of the callee.
    public var body: [UInt8]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        fromID: UInt64 = 0, toID: UInt64 = 0, callID: UInt64 = 0, calledClientType: ClientType, code: UInt32 = 0,
        reason: String = "", body: [UInt8] = [], attachData: [UInt8]? = nil
    ) {
        self.fromID = fromID
        self.toID = toID
        self.callID = callID
        self.calledClientType = calledClientType
        self.code = code
        self.reason = reason
        self.body = body
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromID = 0
        toID = 0
        callID = 0
        var calledClientType: ClientType?
        code = 0
        reason = ""
        body = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromID = try reader.varint()
            case 0x10: toID = try reader.varint()
            case 0x18: callID = try reader.varint()
            case 0x20: calledClientType = try reader.enumeration() ?? calledClientType
            case 0x28: code = try reader.uint32()
            case 0x32: reason = try reader.string()
            case 0x3A: body = try reader.byteArray()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let calledClientType else { throw .missing(field: 4) }
        self.calledClientType = calledClientType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromID)
        count += ProtoSize.field(2, varint: toID)
        count += ProtoSize.field(3, varint: callID)
        count += ProtoSize.field(4, varint: calledClientType.rawValue)
        count += ProtoSize.field(5, varint: code)
        count += ProtoSize.field(6, string: reason)
        count += ProtoSize.field(7, bytes: body)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromID)
        writer.append(field: 2, varint: toID)
        writer.append(field: 3, varint: callID)
        writer.append(field: 4, varint: calledClientType.rawValue)
        writer.append(field: 5, varint: code)
        writer.append(field: 6, string: reason)
        writer.append(field: 7, bytes: body)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0903, both ways. Ends a call.
public struct IMAVCallHungUpReq: ProtoMessage {
    public var fromID: UInt64
    public var toID: UInt64
    public var callID: UInt64
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(fromID: UInt64 = 0, toID: UInt64 = 0, callID: UInt64 = 0, attachData: [UInt8]? = nil) {
        self.fromID = fromID
        self.toID = toID
        self.callID = callID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromID = 0
        toID = 0
        callID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromID = try reader.varint()
            case 0x10: toID = try reader.varint()
            case 0x18: callID = try reader.varint()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromID)
        count += ProtoSize.field(2, varint: toID)
        count += ProtoSize.field(3, varint: callID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromID)
        writer.append(field: 2, varint: toID)
        writer.append(field: 3, varint: callID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0904, both ways. The end of the call is noted.
public struct IMAVCallHungUpRes: ProtoMessage {
    public var fromID: UInt64
    public var toID: UInt64
    public var callID: UInt64
    public var code: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        fromID: UInt64 = 0, toID: UInt64 = 0, callID: UInt64 = 0, code: UInt32 = 0, attachData: [UInt8]? = nil
    ) {
        self.fromID = fromID
        self.toID = toID
        self.callID = callID
        self.code = code
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromID = 0
        toID = 0
        callID = 0
        code = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromID = try reader.varint()
            case 0x10: toID = try reader.varint()
            case 0x18: callID = try reader.varint()
            case 0x20: code = try reader.uint32()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromID)
        count += ProtoSize.field(2, varint: toID)
        count += ProtoSize.field(3, varint: callID)
        count += ProtoSize.field(4, varint: code)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromID)
        writer.append(field: 2, varint: toID)
        writer.append(field: 3, varint: callID)
        writer.append(field: 4, varint: code)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0905, both ways. The call is off: the other side has ended it, or another device of the user has taken it.
public struct IMAVCallCancelReq: ProtoMessage {
    public var fromID: UInt64
    public var toID: UInt64
    public var callID: UInt64
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(fromID: UInt64 = 0, toID: UInt64 = 0, callID: UInt64 = 0, attachData: [UInt8]? = nil) {
        self.fromID = fromID
        self.toID = toID
        self.callID = callID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromID = 0
        toID = 0
        callID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromID = try reader.varint()
            case 0x10: toID = try reader.varint()
            case 0x18: callID = try reader.varint()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromID)
        count += ProtoSize.field(2, varint: toID)
        count += ProtoSize.field(3, varint: callID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromID)
        writer.append(field: 2, varint: toID)
        writer.append(field: 3, varint: callID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0906, both ways. The cancel is noted.
public struct IMAVCallCancelRes: ProtoMessage {
    public var fromID: UInt32
    public var toID: UInt32
    public var callID: UInt64
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(fromID: UInt32 = 0, toID: UInt32 = 0, callID: UInt64 = 0, attachData: [UInt8]? = nil) {
        self.fromID = fromID
        self.toID = toID
        self.callID = callID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromID = 0
        toID = 0
        callID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromID = try reader.uint32()
            case 0x10: toID = try reader.uint32()
            case 0x18: callID = try reader.varint()
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromID)
        count += ProtoSize.field(2, varint: toID)
        count += ProtoSize.field(3, varint: callID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromID)
        writer.append(field: 2, varint: toID)
        writer.append(field: 3, varint: callID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0907, to the server. Extension of Grapevine. Where a call can be relayed, and a password for it. Asked for each
/// call, by both sides.
public struct IMAVCallRelayReq: ProtoMessage {
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

/// 0x0908, to the client. Extension of Grapevine. Without an address there is no relay here.
public struct IMAVCallRelayRes: ProtoMessage {
    public var userID: UInt32
    /// As RFC 7065 writes them: turn:turn.example.org:3478?transport=udp.
    public var urls: [String]
    public var username: String?
    public var password: String?
    /// Seconds that the password is good.
    public var lifetime: UInt32?

    public init(
        userID: UInt32 = 0, urls: [String] = [], username: String? = nil, password: String? = nil,
        lifetime: UInt32? = nil
    ) {
        self.userID = userID
        self.urls = urls
        self.username = username
        self.password = password
        self.lifetime = lifetime
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        urls = []
        username = nil
        password = nil
        lifetime = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: urls.append(try reader.string())
            case 0x1A: username = try reader.string()
            case 0x22: password = try reader.string()
            case 0x28: lifetime = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in urls { count += ProtoSize.field(2, string: element) }
        if let username { count += ProtoSize.field(3, string: username) }
        if let password { count += ProtoSize.field(4, string: password) }
        if let lifetime { count += ProtoSize.field(5, varint: lifetime) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in urls { writer.append(field: 2, string: element) }
        if let username { writer.append(field: 3, string: username) }
        if let password { writer.append(field: 4, string: password) }
        if let lifetime { writer.append(field: 5, varint: lifetime) }
    }
}

/// 0x0909, to the server. Extension of Grapevine. The calls of this user, the latest first.
public struct IMAVCallLogReq: ProtoMessage {
    public var userID: UInt32
    /// Only those before this one; 0: from the latest on.
    public var before: UInt64
    /// At most 100.
    public var limit: UInt32

    public init(userID: UInt32 = 0, before: UInt64 = 0, limit: UInt32 = 0) {
        self.userID = userID
        self.before = before
        self.limit = limit
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        before = 0
        limit = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: before = try reader.varint()
            case 0x18: limit = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: before)
        count += ProtoSize.field(3, varint: limit)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: before)
        writer.append(field: 3, varint: limit)
    }
}

/// A call of the log.
public struct IMAVCallLogEntry: ProtoMessage {
    public var number: UInt64
    public var fromID: UInt32
    public var toID: UInt32
    /// 1: it began with a picture.
    public var isVideo: UInt32
    /// Seconds since 1970.
    public var began: UInt64
    /// Nobody took it if it is missing.
    public var answered: UInt64?
    /// It is under way if it is missing.
    public var ended: UInt64?
    /// 0 answered, 1 refused, 2 busy, 3 nobody was there, 4 no answer, 5 given up by the caller, 6 its server has
    /// ended.
    public var outcome: UInt32?

    public init(
        number: UInt64 = 0, fromID: UInt32 = 0, toID: UInt32 = 0, isVideo: UInt32 = 0, began: UInt64 = 0,
        answered: UInt64? = nil, ended: UInt64? = nil, outcome: UInt32? = nil
    ) {
        self.number = number
        self.fromID = fromID
        self.toID = toID
        self.isVideo = isVideo
        self.began = began
        self.answered = answered
        self.ended = ended
        self.outcome = outcome
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        number = 0
        fromID = 0
        toID = 0
        isVideo = 0
        began = 0
        answered = nil
        ended = nil
        outcome = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: number = try reader.varint()
            case 0x10: fromID = try reader.uint32()
            case 0x18: toID = try reader.uint32()
            case 0x20: isVideo = try reader.uint32()
            case 0x28: began = try reader.varint()
            case 0x30: answered = try reader.varint()
            case 0x38: ended = try reader.varint()
            case 0x40: outcome = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: number)
        count += ProtoSize.field(2, varint: fromID)
        count += ProtoSize.field(3, varint: toID)
        count += ProtoSize.field(4, varint: isVideo)
        count += ProtoSize.field(5, varint: began)
        if let answered { count += ProtoSize.field(6, varint: answered) }
        if let ended { count += ProtoSize.field(7, varint: ended) }
        if let outcome { count += ProtoSize.field(8, varint: outcome) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: number)
        writer.append(field: 2, varint: fromID)
        writer.append(field: 3, varint: toID)
        writer.append(field: 4, varint: isVideo)
        writer.append(field: 5, varint: began)
        if let answered { writer.append(field: 6, varint: answered) }
        if let ended { writer.append(field: 7, varint: ended) }
        if let outcome { writer.append(field: 8, varint: outcome) }
    }
}

/// 0x090a, to the client. Extension of Grapevine.
public struct IMAVCallLogRes: ProtoMessage {
    public var userID: UInt32
    public var calls: [IMAVCallLogEntry]

    public init(userID: UInt32 = 0, calls: [IMAVCallLogEntry] = []) {
        self.userID = userID
        self.calls = calls
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        calls = []
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x12: calls.append(try reader.message())
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        for element in calls { count += ProtoSize.field(2, message: element) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        for element in calls { writer.append(field: 2, message: element) }
    }
}
