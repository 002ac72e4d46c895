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
