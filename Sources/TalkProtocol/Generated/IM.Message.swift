// Written by proto-gen from proto/IM.Message.proto. Change that file, then: swift run proto-gen
// Service 3: sending and receiving messages, read marks, unread counts, history.

public import Primitives
public import Protobuf

/// 0x0301, both ways. A message. The client sends it to say something; the server sends it to the other devices of the
/// sender and to all devices of the receivers.
public struct IMMsgData: ProtoMessage {
    /// Overwritten by the server with the user who is logged in.
    public var fromUserID: UInt32
    /// A user or a group, as msg_type says.
    public var toSessionID: UInt32
    /// 0 from a client; given by the server, 1, 2, 3 … within a conversation.
    public var msgID: UInt32
    /// Seconds since 1970 in UTC. Overwritten by the server.
    public var createTime: UInt32
    public var msgType: MsgType
    public var msgData: [UInt8]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?
    /// Extension of Grapevine: 16 random bytes that name this send for ever, so that a repeated send is stored once.
    /// Clients of the original leave it out and skip it.
    public var clientMsgKey: [UInt8]?

    public init(
        fromUserID: UInt32 = 0, toSessionID: UInt32 = 0, msgID: UInt32 = 0, createTime: UInt32 = 0, msgType: MsgType,
        msgData: [UInt8] = [], attachData: [UInt8]? = nil, clientMsgKey: [UInt8]? = nil
    ) {
        self.fromUserID = fromUserID
        self.toSessionID = toSessionID
        self.msgID = msgID
        self.createTime = createTime
        self.msgType = msgType
        self.msgData = msgData
        self.attachData = attachData
        self.clientMsgKey = clientMsgKey
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toSessionID = 0
        msgID = 0
        createTime = 0
        var msgType: MsgType?
        msgData = []
        attachData = nil
        clientMsgKey = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toSessionID = try reader.uint32()
            case 0x18: msgID = try reader.uint32()
            case 0x20: createTime = try reader.uint32()
            case 0x28: msgType = try reader.enumeration() ?? msgType
            case 0x32: msgData = try reader.byteArray()
            case 0xA2: attachData = try reader.byteArray()
            case 0xF2: clientMsgKey = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let msgType else { throw .missing(field: 5) }
        self.msgType = msgType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toSessionID)
        count += ProtoSize.field(3, varint: msgID)
        count += ProtoSize.field(4, varint: createTime)
        count += ProtoSize.field(5, varint: msgType.rawValue)
        count += ProtoSize.field(6, bytes: msgData)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        if let clientMsgKey { count += ProtoSize.field(30, bytes: clientMsgKey) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toSessionID)
        writer.append(field: 3, varint: msgID)
        writer.append(field: 4, varint: createTime)
        writer.append(field: 5, varint: msgType.rawValue)
        writer.append(field: 6, bytes: msgData)
        if let attachData { writer.append(field: 20, bytes: attachData) }
        if let clientMsgKey { writer.append(field: 30, bytes: clientMsgKey) }
    }
}

/// 0x0302, both ways. From the server: the message is stored under this id. From a client: the message has arrived.
public struct IMMsgDataAck: ProtoMessage {
    public var userID: UInt32
    /// What the message was addressed to.
    public var sessionID: UInt32
    /// Never 0: a message that is not stored is not acknowledged.
    public var msgID: UInt32
    public var sessionType: SessionType
    /// Extension of Grapevine: the key of the acknowledged send, if it had one.
    public var clientMsgKey: [UInt8]?

    public init(
        userID: UInt32 = 0, sessionID: UInt32 = 0, msgID: UInt32 = 0, sessionType: SessionType,
        clientMsgKey: [UInt8]? = nil
    ) {
        self.userID = userID
        self.sessionID = sessionID
        self.msgID = msgID
        self.sessionType = sessionType
        self.clientMsgKey = clientMsgKey
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        sessionID = 0
        msgID = 0
        var sessionType: SessionType?
        clientMsgKey = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionID = try reader.uint32()
            case 0x18: msgID = try reader.uint32()
            case 0x20: sessionType = try reader.enumeration() ?? sessionType
            case 0xF2: clientMsgKey = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 4) }
        self.sessionType = sessionType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionID)
        count += ProtoSize.field(3, varint: msgID)
        count += ProtoSize.field(4, varint: sessionType.rawValue)
        if let clientMsgKey { count += ProtoSize.field(30, bytes: clientMsgKey) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionID)
        writer.append(field: 3, varint: msgID)
        writer.append(field: 4, varint: sessionType.rawValue)
        if let clientMsgKey { writer.append(field: 30, bytes: clientMsgKey) }
    }
}

/// 0x0303, client to server. The user has read a conversation up to a message.
public struct IMMsgDataReadAck: ProtoMessage {
    public var userID: UInt32
    public var sessionID: UInt32
    /// The last one read; 0 for all of them.
    public var msgID: UInt32
    public var sessionType: SessionType

    public init(userID: UInt32 = 0, sessionID: UInt32 = 0, msgID: UInt32 = 0, sessionType: SessionType) {
        self.userID = userID
        self.sessionID = sessionID
        self.msgID = msgID
        self.sessionType = sessionType
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        sessionID = 0
        msgID = 0
        var sessionType: SessionType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionID = try reader.uint32()
            case 0x18: msgID = try reader.uint32()
            case 0x20: sessionType = try reader.enumeration() ?? sessionType
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 4) }
        self.sessionType = sessionType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionID)
        count += ProtoSize.field(3, varint: msgID)
        count += ProtoSize.field(4, varint: sessionType.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionID)
        writer.append(field: 3, varint: msgID)
        writer.append(field: 4, varint: sessionType.rawValue)
    }
}

/// 0x0304, server to client. The user has read a conversation up to a message on another device.
public struct IMMsgDataReadNotify: ProtoMessage {
    public var userID: UInt32
    public var sessionID: UInt32
    public var msgID: UInt32
    public var sessionType: SessionType

    public init(userID: UInt32 = 0, sessionID: UInt32 = 0, msgID: UInt32 = 0, sessionType: SessionType) {
        self.userID = userID
        self.sessionID = sessionID
        self.msgID = msgID
        self.sessionType = sessionType
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        sessionID = 0
        msgID = 0
        var sessionType: SessionType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionID = try reader.uint32()
            case 0x18: msgID = try reader.uint32()
            case 0x20: sessionType = try reader.enumeration() ?? sessionType
            default: try reader.skip(tag)
            }
        }
        guard let sessionType else { throw .missing(field: 4) }
        self.sessionType = sessionType
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: sessionID)
        count += ProtoSize.field(3, varint: msgID)
        count += ProtoSize.field(4, varint: sessionType.rawValue)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionID)
        writer.append(field: 3, varint: msgID)
        writer.append(field: 4, varint: sessionType.rawValue)
    }
}

/// 0x0305, client to server. Asks for the time of the server.
public struct IMClientTimeReq: ProtoMessage {
    public init() {}

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
        }
    }

    public var byteCount: Int { 0 }

    public func write(into writer: inout ByteWriter) {}
}

/// 0x0306, server to client. The time of the server.
public struct IMClientTimeRsp: ProtoMessage {
    /// Seconds since 1970 in UTC.
    public var serverTime: UInt32

    public init(serverTime: UInt32 = 0) {
        self.serverTime = serverTime
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        serverTime = 0
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: serverTime = try reader.uint32()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: serverTime)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: serverTime)
    }
}

/// 0x0307, client to server. Asks which conversations have unread messages.
public struct IMUnreadMsgCntReq: ProtoMessage {
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

/// 0x0308, server to client. The conversations with unread messages.
public struct IMUnreadMsgCntRsp: ProtoMessage {
    public var userID: UInt32
    /// The sum over the list.
    public var totalCnt: UInt32
    public var unreadinfoList: [UnreadInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, totalCnt: UInt32 = 0, unreadinfoList: [UnreadInfo] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.totalCnt = totalCnt
        self.unreadinfoList = unreadinfoList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        totalCnt = 0
        unreadinfoList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: totalCnt = try reader.uint32()
            case 0x1A: unreadinfoList.append(try reader.message())
            case 0xA2: attachData = try reader.byteArray()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: userID)
        count += ProtoSize.field(2, varint: totalCnt)
        for element in unreadinfoList { count += ProtoSize.field(3, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: totalCnt)
        for element in unreadinfoList { writer.append(field: 3, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x0309, client to server. Asks for a page of history, newest first.
public struct IMGetMsgListReq: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    /// The newest id wanted; 0 to begin with the newest there is.
    public var msgIDBegin: UInt32
    /// How many are wanted, at most.
    public var msgCnt: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, msgIDBegin: UInt32 = 0, msgCnt: UInt32 = 0,
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.msgIDBegin = msgIDBegin
        self.msgCnt = msgCnt
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        msgIDBegin = 0
        msgCnt = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            case 0x20: msgIDBegin = try reader.uint32()
            case 0x28: msgCnt = try reader.uint32()
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
        count += ProtoSize.field(4, varint: msgIDBegin)
        count += ProtoSize.field(5, varint: msgCnt)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        writer.append(field: 4, varint: msgIDBegin)
        writer.append(field: 5, varint: msgCnt)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x030a, server to client. A page of history.
public struct IMGetMsgListRsp: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    public var msgIDBegin: UInt32
    /// Newest first.
    public var msgList: [MsgInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, msgIDBegin: UInt32 = 0,
        msgList: [MsgInfo] = [], attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.msgIDBegin = msgIDBegin
        self.msgList = msgList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        msgIDBegin = 0
        msgList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            case 0x20: msgIDBegin = try reader.uint32()
            case 0x2A: msgList.append(try reader.message())
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
        count += ProtoSize.field(4, varint: msgIDBegin)
        for element in msgList { count += ProtoSize.field(5, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        writer.append(field: 4, varint: msgIDBegin)
        for element in msgList { writer.append(field: 5, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x030b, client to server. Asks for the id of the newest message of a conversation.
public struct IMGetLatestMsgIdReq: ProtoMessage {
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

/// 0x030c, server to client. The id of the newest message.
public struct IMGetLatestMsgIdRsp: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    /// 0 if there is none.
    public var latestMsgID: UInt32
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, latestMsgID: UInt32 = 0,
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.latestMsgID = latestMsgID
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        latestMsgID = 0
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            case 0x20: latestMsgID = try reader.uint32()
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
        count += ProtoSize.field(4, varint: latestMsgID)
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        writer.append(field: 4, varint: latestMsgID)
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x030d, client to server. Asks for single messages that the client found missing.
public struct IMGetMsgByIdReq: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    public var msgIDList: [UInt32]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, msgIDList: [UInt32] = [],
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.msgIDList = msgIDList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        msgIDList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            case 0x20: msgIDList.append(try reader.uint32())
            case 0x22: try reader.packed(into: &msgIDList)
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
        for element in msgIDList { count += ProtoSize.field(4, varint: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        for element in msgIDList { writer.append(field: 4, varint: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}

/// 0x030e, server to client. Those of them that exist.
public struct IMGetMsgByIdRsp: ProtoMessage {
    public var userID: UInt32
    public var sessionType: SessionType
    public var sessionID: UInt32
    public var msgList: [MsgInfo]
    /// Internal to the servers of the original: ignored from a client, never sent to one.
    public var attachData: [UInt8]?

    public init(
        userID: UInt32 = 0, sessionType: SessionType, sessionID: UInt32 = 0, msgList: [MsgInfo] = [],
        attachData: [UInt8]? = nil
    ) {
        self.userID = userID
        self.sessionType = sessionType
        self.sessionID = sessionID
        self.msgList = msgList
        self.attachData = attachData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        userID = 0
        var sessionType: SessionType?
        sessionID = 0
        msgList = []
        attachData = nil
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: userID = try reader.uint32()
            case 0x10: sessionType = try reader.enumeration() ?? sessionType
            case 0x18: sessionID = try reader.uint32()
            case 0x22: msgList.append(try reader.message())
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
        for element in msgList { count += ProtoSize.field(4, message: element) }
        if let attachData { count += ProtoSize.field(20, bytes: attachData) }
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: userID)
        writer.append(field: 2, varint: sessionType.rawValue)
        writer.append(field: 3, varint: sessionID)
        for element in msgList { writer.append(field: 4, message: element) }
        if let attachData { writer.append(field: 20, bytes: attachData) }
    }
}
