import Crypto
import Primitives
import Protobuf
import Testing

/// The bytes that `write` appends.
func written(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    write(&writer)
    return writer.bytes.copied()
}

func bytes(_ hex: String) throws -> [UInt8] {
    try #require(Hex.decode(hex))
}

extension ProtoMessage {
    var encoded: [UInt8] { written { write(into: &$0) } }
}
