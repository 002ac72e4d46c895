public import Primitives
public import Protobuf

/// An `IMMsgData` read where it lies: the message path copies its content once, from the socket to the database, and
/// this is what it looks at meanwhile.
///
/// Accepts and refuses exactly what `IMMsgData(reading:)` does.
public struct MessageDataView: ~Escapable {
    private let body: RawSpan

    public private(set) var fromUserID = UserID(0)
    /// A user or a group, as `type` says.
    public private(set) var toSessionID: UInt32 = 0
    public private(set) var msgID = MessageID(0)
    /// Seconds since 1970 in UTC.
    public private(set) var createTime: UInt32 = 0
    public let type: MsgType
    /// The place of the content in the body.
    public private(set) var dataRange = 0..<0
    /// The place of the client key in the body, if there is one; its length is whatever the client sent.
    public private(set) var clientKeyRange: Range<Int>?

    @_lifetime(copy body)
    public init(_ body: RawSpan) throws(ProtoError) {
        self.body = body
        var reader = ProtoReader(body)
        var type: MsgType?
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = UserID(try reader.uint32())
            case 0x10: toSessionID = try reader.uint32()
            case 0x18: msgID = MessageID(try reader.uint32())
            case 0x20: createTime = try reader.uint32()
            case 0x28: type = try reader.enumeration() ?? type
            case 0x32: dataRange = try reader.range()
            case 0xF2: clientKeyRange = try reader.range()
            default: try reader.skip(tag)
            }
        }
        guard let type else { throw .missing(field: 5) }
        self.type = type
    }

    public var data: RawSpan {
        @_lifetime(copy self) get { body.extracting(dataRange) }
    }

    public var clientKey: RawSpan? {
        @_lifetime(copy self) get {
            guard let clientKeyRange else { return nil }
            return body.extracting(clientKeyRange)
        }
    }
}

/// The two packets of the message path, written from their parts; the same bytes that `IMMsgData` and `IMMsgDataAck`
/// would give, without building them first.
extension ByteWriter {
    /// 0x0301 as it goes to the devices of sender and receivers.
    ///
    /// - Parameter sessionID: the user or group the message was sent to, whoever receives this copy.
    public mutating func appendMsgData(
        from sender: UserID, to sessionID: UInt32, id: MessageID, createTime: UInt32, type: MsgType,
        data: RawSpan, clientKey: RawSpan?
    ) {
        var byteCount = ProtoSize.field(1, varint: sender.rawValue)
        byteCount += ProtoSize.field(2, varint: sessionID)
        byteCount += ProtoSize.field(3, varint: id.rawValue)
        byteCount += ProtoSize.field(4, varint: createTime)
        byteCount += ProtoSize.field(5, varint: type.rawValue)
        byteCount += ProtoSize.field(6, byteCount: data.byteCount)
        if let clientKey { byteCount += ProtoSize.field(30, byteCount: clientKey.byteCount) }

        reserve(PDUHeader.byteCount + byteCount)
        PDUHeader(.msgData, sequence: 0, bodyByteCount: byteCount).write(into: &self)
        append(field: 1, varint: sender.rawValue)
        append(field: 2, varint: sessionID)
        append(field: 3, varint: id.rawValue)
        append(field: 4, varint: createTime)
        append(field: 5, varint: type.rawValue)
        append(field: 6, bytes: data)
        if let clientKey { append(field: 30, bytes: clientKey) }
    }

    /// 0x0302 to the sender, after the commit.
    ///
    /// - Parameter sequence: that of the send.
    public mutating func appendMsgDataAck(
        sequence: UInt16, user: UserID, sessionID: UInt32, id: MessageID, sessionType: SessionType,
        clientKey: RawSpan?
    ) {
        precondition(id.rawValue != 0, "an acknowledgement without an id makes clients believe in a message 0")
        var byteCount = ProtoSize.field(1, varint: user.rawValue)
        byteCount += ProtoSize.field(2, varint: sessionID)
        byteCount += ProtoSize.field(3, varint: id.rawValue)
        byteCount += ProtoSize.field(4, varint: sessionType.rawValue)
        if let clientKey { byteCount += ProtoSize.field(30, byteCount: clientKey.byteCount) }

        reserve(PDUHeader.byteCount + byteCount)
        PDUHeader(.msgDataAck, sequence: sequence, bodyByteCount: byteCount).write(into: &self)
        append(field: 1, varint: user.rawValue)
        append(field: 2, varint: sessionID)
        append(field: 3, varint: id.rawValue)
        append(field: 4, varint: sessionType.rawValue)
        if let clientKey { append(field: 30, bytes: clientKey) }
    }
}
