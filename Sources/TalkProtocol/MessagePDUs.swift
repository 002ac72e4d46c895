public import Primitives
import Protobuf

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
