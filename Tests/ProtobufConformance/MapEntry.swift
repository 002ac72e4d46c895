import Primitives
import Protobuf

/// A map is a repeated message of a key and a value.
struct MapEntry: ProtoMessage {
    private let key: Value
    private let value: Value

    init(key: Value, value: Value) {
        self.key = key
        self.value = value
    }

    init(reading reader: inout ProtoReader) throws(ProtoError) {
        preconditionFailure("entries are read by their message, which knows the kinds of key and value")
    }

    func hasSameKey(as other: MapEntry) -> Bool {
        Self.encoded(key) == Self.encoded(other.key)
    }

    var byteCount: Int {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.count
    }

    func write(into writer: inout ByteWriter) {
        key.write(field: 1, into: &writer)
        value.write(field: 2, into: &writer)
    }

    static func == (left: MapEntry, right: MapEntry) -> Bool { left.encoded == right.encoded }

    private static func encoded(_ key: Value) -> [UInt8] {
        var writer = ByteWriter()
        key.write(field: 1, into: &writer)
        return writer.bytes.copied()
    }
}

extension Value {
    var entry: MapEntry? {
        guard case .message(let message) = self else { return nil }
        return message as? MapEntry
    }
}
