// Written by proto-gen from proto/IM.SwitchService.proto. Change that file, then: swift run proto-gen
// Service 6: small commands that pass from one user to another and are never stored.

public import Primitives
public import Protobuf

/// 0x0601, both ways. A command for the other user: shake the window, "is writing", "has stopped writing".
public struct IMP2PCmdMsg: ProtoMessage {
    public var fromUserID: UInt32
    public var toUserID: UInt32
    /// JSON with service_id, cmd_id and content.
    public var cmdMsgData: String

    public init(fromUserID: UInt32 = 0, toUserID: UInt32 = 0, cmdMsgData: String = "") {
        self.fromUserID = fromUserID
        self.toUserID = toUserID
        self.cmdMsgData = cmdMsgData
    }

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        fromUserID = 0
        toUserID = 0
        cmdMsgData = ""
        while let tag = try reader.nextTag() {
            switch tag {
            case 0x08: fromUserID = try reader.uint32()
            case 0x10: toUserID = try reader.uint32()
            case 0x1A: cmdMsgData = try reader.string()
            default: try reader.skip(tag)
            }
        }
    }

    public var byteCount: Int {
        var count = 0
        count += ProtoSize.field(1, varint: fromUserID)
        count += ProtoSize.field(2, varint: toUserID)
        count += ProtoSize.field(3, string: cmdMsgData)
        return count
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(field: 1, varint: fromUserID)
        writer.append(field: 2, varint: toUserID)
        writer.append(field: 3, string: cmdMsgData)
    }
}
