// Written by proto-gen from proto/IM.Other.proto. Change that file, then: swift run proto-gen
// Service 7, the one command of it that clients use.

public import Primitives
public import Protobuf

/// 0x0701, both ways, on the file channel as well. Sign of life. The server sends the same packet back, and Android
/// gives up without that echo.
public struct IMHeartBeat: ProtoMessage {
    public init() {}

    public init(reading reader: inout ProtoReader) throws(ProtoError) {
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
        }
    }

    public var byteCount: Int { 0 }

    public func write(into writer: inout ByteWriter) {}
}
