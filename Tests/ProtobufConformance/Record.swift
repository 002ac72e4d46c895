import Primitives
import Protobuf

/// The fields of a message type.
protocol Schema: Sendable {
    static var fields: [UInt32: Field] { get }
}

/// A message of a type that is known from a table only.
///
/// Our generator knows the few kinds of fields that our messages have; the suite uses nearly all there are. So the
/// table says what a field is, and everything about bytes is left to the codec under test.
struct Record<Type: Schema>: GroupMessage {
    private var values: [UInt32: [Value]] = [:]

    init(reading reader: inout ProtoReader) throws(ProtoError) {
        try self.init(reading: &reader, until: nil)
    }

    init(reading reader: inout ProtoReader, until end: UInt32?) throws(ProtoError) {
        var messages: [UInt32: SingularMessage] = [:]
        var tag = try reader.nextTag()
        while let found = tag, found != end {
            if try !read(found, from: &reader, &messages) { try reader.skip(found) }
            tag = try reader.nextTag()
        }
        guard tag == end else { throw .truncated }
        for (number, occurrences) in messages {
            guard case .message(let type) = Type.fields[number]?.kind else { continue }
            if let message = try type.merged(occurrences, in: reader) { values[number] = [.message(message)] }
        }
    }

    /// False if the field is unknown or has the wrong wire type.
    private mutating func read(
        _ tag: UInt32, from reader: inout ProtoReader, _ messages: inout [UInt32: SingularMessage]
    ) throws(ProtoError) -> Bool {
        let number = tag >> 3
        guard let field = Type.fields[number] else { return false }
        guard tag == field.wireType.tag(number) else {
            return try readPacked(field, tag, from: &reader)
        }
        switch (field.label, field.kind) {
        case (.map(let key), _):
            try readEntry(number, key: key, value: field.kind, from: &reader)
        case (_, .group(let type)):
            values[number] = [.message(try type.init(reading: &reader, until: WireType.groupEnd.tag(number)))]
        case (.singular, .message), (.oneof, .message):
            if case .oneof = field.label { clearOneof(except: number, &messages) }
            try reader.collect(&messages[number, default: SingularMessage()])
        default:
            guard let value = try Value(field.kind, from: &reader) else { return true }
            switch field.label {
            case .repeated, .packed: values[number, default: []].append(value)
            case .oneof:
                clearOneof(except: number, &messages)
                values[number] = [value]
            case .singular, .map: values[number] = [value]
            }
        }
        return true
    }

    private mutating func readPacked(
        _ field: Field, _ tag: UInt32, from reader: inout ProtoReader
    ) throws(ProtoError) -> Bool {
        let number = tag >> 3
        switch field.label {
        case .repeated, .packed: break
        case .singular, .oneof, .map: return false
        }
        guard tag == WireType.lengthDelimited.tag(number) else { return false }
        let bytes = try reader.byteArray()
        var run = ProtoReader(bytes.rawBytes)
        while !run.isAtEnd {
            if let value = try Value(field.kind, from: &run) { values[number, default: []].append(value) }
        }
        return true
    }

    private mutating func readEntry(
        _ number: UInt32, key keyKind: Field.Kind, value valueKind: Field.Kind, from reader: inout ProtoReader
    ) throws(ProtoError) {
        let bytes = try reader.byteArray()
        var entry = ProtoReader(bytes.rawBytes)
        var key = keyKind.zero
        var value: Value? = valueKind.zero
        while let tag = try entry.nextTag() {
            switch tag {
            case keyKind.wireType.tag(1): key = try Value(keyKind, from: &entry) ?? key
            case valueKind.wireType.tag(2): value = try Value(valueKind, from: &entry)
            default: try entry.skip(tag)
            }
        }
        // An entry with an undeclared enum value is unknown as a whole.
        guard let value else { return }
        let written = MapEntry(key: key, value: value)
        values[number, default: []].removeAll { ($0.entry)?.hasSameKey(as: written) == true }
        values[number, default: []].append(.message(written))
    }

    private mutating func clearOneof(except kept: UInt32, _ messages: inout [UInt32: SingularMessage]) {
        for (number, field) in Type.fields where number != kept {
            guard case .oneof = field.label else { continue }
            values[number] = nil
            messages[number] = nil
        }
    }
}

// MARK: - Writing

extension Record {
    var byteCount: Int {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.count
    }

    func write(into writer: inout ByteWriter) {
        for (number, values) in values.sorted(by: { $0.key < $1.key }) {
            guard let field = Type.fields[number] else { continue }
            switch (field.label, field.kind) {
            case (.packed, _):
                var run = ByteWriter()
                for value in values { value.writeBare(into: &run) }
                writer.append(field: number, bytes: run.bytes)
            case (_, .group):
                guard case .message(let group) = values.last else { continue }
                writer.append(tag: number, .groupStart)
                group.write(into: &writer)
                writer.append(tag: number, .groupEnd)
            default:
                for value in values { value.write(field: number, into: &writer) }
            }
        }
    }

    static func == (left: Self, right: Self) -> Bool { left.encoded == right.encoded }
}

extension ProtoMessage {
    var encoded: [UInt8] {
        var writer = ByteWriter()
        write(into: &writer)
        return writer.bytes.copied()
    }

    fileprivate static func merged(
        _ occurrences: SingularMessage, in reader: borrowing ProtoReader
    ) throws(ProtoError) -> (any ProtoMessage)? {
        let message: Self? = try reader.merged(occurrences)
        return message
    }
}
