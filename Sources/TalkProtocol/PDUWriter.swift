public import Primitives
public import Protobuf

extension ByteWriter {
    /// A whole packet as a server sends it: header and body.
    ///
    /// - Parameter sequence: that of the request in an answer, 0 in everything else.
    public mutating func append(_ command: Command, sequence: UInt16, _ message: some ProtoMessage) {
        let byteCount = message.byteCount
        reserve(PDUHeader.byteCount + byteCount)
        PDUHeader(command, sequence: sequence, bodyByteCount: byteCount).write(into: &self)
        message.write(into: &self)
    }
}
