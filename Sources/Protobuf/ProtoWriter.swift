public import Primitives

/// Fields in the proto2 binary form, appended to a writer. `ProtoSize` has the length of each.
extension ByteWriter {
    public mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func append(tag number: UInt32, _ type: WireType) {
        append(varint: UInt64(type.tag(number)))
    }

    public mutating func append(field number: UInt32, varint value: UInt64) {
        append(tag: number, .varint)
        append(varint: value)
    }

    public mutating func append(field number: UInt32, varint value: UInt32) {
        append(field: number, varint: UInt64(value))
    }

    public mutating func append(field number: UInt32, bytes: borrowing RawSpan) {
        append(tag: number, .lengthDelimited)
        append(varint: UInt64(bytes.byteCount))
        append(bytes)
    }

    public mutating func append(field number: UInt32, bytes: [UInt8]) {
        append(field: number, bytes: bytes.rawBytes)
    }

    public mutating func append(field number: UInt32, string text: String) {
        append(tag: number, .lengthDelimited)
        append(varint: UInt64(text.utf8.count))
        append(utf8: text)
    }

    public mutating func append(field number: UInt32, message: some ProtoMessage) {
        append(tag: number, .lengthDelimited)
        append(varint: UInt64(message.byteCount))
        message.write(into: &self)
    }
}
