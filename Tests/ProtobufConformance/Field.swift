import Primitives
import Protobuf

/// What one field of a message holds, as its line in a .proto file says.
struct Field: Sendable {
    enum Label: Sendable {
        case singular
        case repeated
        case packed
        /// At most one of all `oneof` fields of a message is set; no message here has two oneofs.
        case oneof
        /// The field's kind is that of the values.
        case map(key: Kind)
    }

    enum Kind: Sendable {
        case int32, int64, uint32, uint64, sint32, sint64, bool
        /// With the declared values; others are dropped.
        case enumeration(ClosedRange<Int32>)
        case fixed32, fixed64
        case string, bytes
        case message(any ProtoMessage.Type)
        case group(any GroupMessage.Type)
    }

    let label: Label
    let kind: Kind

    init(_ label: Label, _ kind: Kind) {
        self.label = label
        self.kind = kind
    }
}

extension Field {
    /// That of one value; a map has entries, whatever they hold.
    var wireType: WireType {
        if case .map = label { .lengthDelimited } else { kind.wireType }
    }
}

extension Field.Kind {
    var wireType: WireType {
        switch self {
        case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enumeration: .varint
        case .fixed32: .fixed32
        case .fixed64: .fixed64
        case .string, .bytes, .message: .lengthDelimited
        case .group: .groupStart
        }
    }

    /// What an absent key or value of a map entry is.
    var zero: Value {
        switch self {
        case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enumeration: .varint(0)
        case .fixed32: .fixed32(0)
        case .fixed64: .fixed64(0)
        case .string, .bytes: .bytes([])
        case .message(let type): .message(type.empty)
        case .group(let type): .message(type.empty)
        }
    }
}

/// A message that can stand between two tags instead of behind a length. The codec skips groups, since none of our
/// messages has one; with this much it reads them.
protocol GroupMessage: ProtoMessage {
    /// Reads up to `end`, or to the end of `reader` if that is `nil`.
    init(reading reader: inout ProtoReader, until end: UInt32?) throws(ProtoError)
}

extension ProtoMessage {
    fileprivate static var empty: any ProtoMessage {
        guard let empty = try? Self(reading: [UInt8]().rawBytes) else {
            preconditionFailure("\(Self.self) has required fields, as no message of the suite does")
        }
        return empty
    }
}
