/// `protobuf_test_messages.proto2.TestAllTypesProto2`, by its numbers; the suite never uses the names.
enum TestAllTypes: Schema {
    private static let nestedEnum = Field.Kind.enumeration(-1...2)
    private static let foreignEnum = Field.Kind.enumeration(0...2)
    private static let nested = Field.Kind.message(Record<NestedMessage>.self)
    private static let foreign = Field.Kind.message(Record<ForeignMessage>.self)

    /// The order in which the file lists them, for singular and repeated fields alike.
    private static let scalars: [Field.Kind] = [
        .int32, .int64, .uint32, .uint64, .sint32, .sint64, .fixed32, .fixed64, .fixed32, .fixed64, .fixed32, .fixed64,
        .bool, .string, .bytes,
    ]
    private static let packable = Array(scalars.prefix(13)) + [nestedEnum]

    static let fields: [UInt32: Field] = {
        var fields: [UInt32: Field] = [:]
        func add(from first: UInt32, _ label: Field.Label, _ kinds: [Field.Kind]) {
            for (offset, kind) in kinds.enumerated() { fields[first + UInt32(offset)] = Field(label, kind) }
        }
        add(from: 1, .singular, scalars)
        add(from: 18, .singular, [nested, foreign])
        add(from: 21, .singular, [nestedEnum, foreignEnum])
        add(from: 24, .singular, [.string, .string])
        add(from: 27, .singular, [.message(Record<TestAllTypes>.self)])
        add(from: 31, .repeated, scalars)
        add(from: 48, .repeated, [nested, foreign])
        add(from: 51, .repeated, [nestedEnum, foreignEnum])
        add(from: 54, .repeated, [.string, .string])
        add(from: 75, .packed, packable)
        add(from: 89, .repeated, packable)
        for (offset, kind) in scalars.prefix(10).enumerated() {
            add(from: 56 + UInt32(offset), .map(key: kind), [kind])
        }
        add(from: 66, .map(key: .int32), [.fixed32, .fixed64])
        add(from: 68, .map(key: .bool), [.bool])
        add(from: 69, .map(key: .string), [.string, .bytes, nested, foreign, nestedEnum, foreignEnum])
        add(from: 111, .oneof, [.uint32, nested, .string, .bytes, .bool, .uint64, .fixed32, .fixed64, nestedEnum])
        add(from: 120, .singular, [.int32])
        add(from: 201, .singular, [.group(Record<GroupData>.self)])
        add(from: 241, .singular, scalars)
        add(from: 401, .singular, Array(repeating: .int32, count: 18))
        return fields
    }()
}

enum NestedMessage: Schema {
    static let fields: [UInt32: Field] = [
        1: Field(.singular, .int32), 2: Field(.singular, .message(Record<TestAllTypes>.self)),
    ]
}

enum ForeignMessage: Schema {
    static let fields: [UInt32: Field] = [1: Field(.singular, .int32)]
}

enum GroupData: Schema {
    static let fields: [UInt32: Field] = [202: Field(.singular, .int32), 203: Field(.singular, .uint32)]
}
