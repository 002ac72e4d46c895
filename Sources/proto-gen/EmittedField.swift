import Protobuf

/// The lines of Swift that one field needs.
struct EmittedField {
    let name: String
    let doc: [String]
    private let number: UInt32
    private let label: MessageDeclaration.Label
    private let type: FieldType

    init(_ field: MessageDeclaration.Field, type: FieldType) throws(SourceError) {
        name = SwiftNames.property(field.name)
        doc = field.doc
        number = field.number
        label = field.label
        self.type = type
        if Self.taken.contains(name) {
            throw SourceError(
                position: field.position, message: "the name '\(field.name)' is needed by the generated code")
        }
        switch (label, type) {
        case (.repeated, .uint64), (.repeated, .enumeration):
            throw SourceError(
                position: field.typePosition, message: "repeated '\(field.type)' is not supported by proto-gen")
        default:
            break
        }
    }

    private static let taken: Set = ["byteCount", "count", "element", "reader", "tag", "writer"]

    // MARK: Declaration

    var swiftType: String {
        switch label {
        case .required: bareType
        case .optional: "\(bareType)?"
        case .repeated: "[\(bareType)]"
        }
    }

    /// Only what has no value that means "nothing" must be given.
    var parameter: String {
        initialValue.map { "\(name): \(swiftType) = \($0)" } ?? "\(name): \(swiftType)"
    }

    private var bareType: String {
        switch type {
        case .uint32: "UInt32"
        case .uint64: "UInt64"
        case .string: "String"
        case .bytes: "[UInt8]"
        case .enumeration(let name), .message(let name): name
        }
    }

    private var initialValue: String? {
        switch (label, type) {
        case (.optional, _): "nil"
        case (.repeated, _), (_, .bytes): "[]"
        case (_, .uint32), (_, .uint64): "0"
        case (_, .string): "\"\""
        case (_, .enumeration), (_, .message): nil
        }
    }

    // MARK: Reading

    /// Required enums may turn out absent, and messages may come in parts, so both are gathered in a variable.
    var beforeReading: String {
        switch (label, type) {
        case (.required, .enumeration(let type)): "var \(name): \(type)?"
        case (.required, .message), (.optional, .message): "var \(name) = SingularMessage()"
        default: "\(name) = \(initialValue ?? "nil")"
        }
    }

    /// One or two cases of the switch over tags.
    var reading: [String] {
        switch (label, type) {
        case (.repeated, .uint32):
            [
                "case \(tag(.varint)): \(name).append(try reader.uint32())",
                "case \(tag(.lengthDelimited)): try reader.packed(into: &\(name))",
            ]
        case (.repeated, _): ["case \(tag(wireType)): \(name).append(\(readCall))"]
        case (_, .message): ["case \(tag(wireType)): try reader.collect(&\(name))"]
        case (_, .enumeration): ["case \(tag(wireType)): \(name) = \(readCall) ?? \(name)"]
        default: ["case \(tag(wireType)): \(name) = \(readCall)"]
        }
    }

    var afterReading: [String] {
        switch (label, type) {
        case (.required, .enumeration):
            ["guard let \(name) else { throw .missing(field: \(number)) }", "self.\(name) = \(name)"]
        case (.required, .message(let type)):
            [
                "guard let \(name): \(type) = try reader.merged(\(name)) else { throw .missing(field: \(number)) }",
                "self.\(name) = \(name)",
            ]
        case (.optional, .message): ["self.\(name) = try reader.merged(\(name))"]
        default: []
        }
    }

    private var readCall: String {
        switch type {
        case .uint32: "try reader.uint32()"
        case .uint64: "try reader.varint()"
        case .string: "try reader.string()"
        case .bytes: "try reader.byteArray()"
        case .enumeration: "try reader.enumeration()"
        case .message: "try reader.message()"
        }
    }

    private var wireType: WireType {
        switch type {
        case .uint32, .uint64, .enumeration: .varint
        case .string, .bytes, .message: .lengthDelimited
        }
    }

    private func tag(_ wireType: WireType) -> String {
        let digits = String(wireType.tag(number), radix: 16, uppercase: true)
        return "0x" + (digits.count.isMultiple(of: 2) ? digits : "0" + digits)
    }

    // MARK: Writing

    var writing: String { guarded("writer.append(field: \(number), \(argument))") }

    var counting: String { guarded("count += ProtoSize.field(\(number), \(argument))") }

    private func guarded(_ statement: String) -> String {
        switch label {
        case .required: statement
        case .optional: "if let \(name) { \(statement) }"
        case .repeated: "for element in \(name) { \(statement) }"
        }
    }

    private var argument: String {
        let value = label == .repeated ? "element" : name
        return switch type {
        case .uint32, .uint64: "varint: \(value)"
        case .enumeration: "varint: \(value).rawValue"
        case .string: "string: \(value)"
        case .bytes: "bytes: \(value)"
        case .message: "message: \(value)"
        }
    }
}
