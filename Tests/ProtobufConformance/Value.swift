import Primitives
import Protobuf

/// A value as it is written, so that equal values are equal bytes.
enum Value {
    /// Zigzag is left encoded: nothing here looks at the number.
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes([UInt8])
    case message(any ProtoMessage)

    /// `nil` for an enum value that is not declared.
    init?(_ kind: Field.Kind, from reader: inout ProtoReader) throws(ProtoError) {
        switch kind {
        case .int32: self = .varint(UInt64(truncatingIfNeeded: Int32(truncatingIfNeeded: try reader.varint())))
        case .uint32, .sint32: self = .varint(UInt64(try reader.uint32()))
        case .int64, .uint64, .sint64: self = .varint(try reader.varint())
        case .bool: self = .varint(try reader.varint() == 0 ? 0 : 1)
        case .enumeration(let declared):
            let value = Int32(truncatingIfNeeded: try reader.varint())
            guard declared.contains(value) else { return nil }
            self = .varint(UInt64(truncatingIfNeeded: value))
        case .fixed32: self = .fixed32(try reader.fixed32())
        case .fixed64: self = .fixed64(try reader.fixed64())
        case .string: self = .bytes([UInt8](try reader.string().utf8))
        case .bytes: self = .bytes(try reader.byteArray())
        case .message(let type): self = .message(try type.element(from: &reader))
        case .group: preconditionFailure("groups are read by their message")
        }
    }

    func write(field number: UInt32, into writer: inout ByteWriter) {
        switch self {
        case .varint(let value): writer.append(field: number, varint: value)
        case .bytes(let bytes): writer.append(field: number, bytes: bytes)
        case .message(let message): writer.append(field: number, message: message)
        case .fixed32, .fixed64:
            writer.append(tag: number, isFixed32 ? .fixed32 : .fixed64)
            writeBare(into: &writer)
        }
    }

    /// Without a tag, as in a packed run.
    func writeBare(into writer: inout ByteWriter) {
        switch self {
        case .varint(let value): writer.append(varint: value)
        case .fixed32(let value): writer.append(bigEndian: value.byteSwapped)
        case .fixed64(let value): writer.append(bigEndian: value.byteSwapped)
        case .bytes, .message: preconditionFailure("only numbers are packed")
        }
    }

    private var isFixed32: Bool {
        if case .fixed32 = self { true } else { false }
    }
}

extension ProtoMessage {
    fileprivate static func element(from reader: inout ProtoReader) throws(ProtoError) -> any ProtoMessage {
        let message: Self = try reader.message()
        return message
    }
}
