import CPostgres
public import Primitives

/// The values of one call in PostgreSQL's binary format (manual: "binary representation", arrays as in `array_send`).
///
/// Built once and copied into libpq's buffer when it is sent; the memory is used again for the next call.
public struct Parameters: ~Copyable {
    /// Type numbers of array elements (pg_type.dat).
    private enum ElementType {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let int8: UInt32 = 20
        static let int2: UInt32 = 21
        static let int4: UInt32 = 23
        static let text: UInt32 = 25
    }

    private(set) var bytes = ByteWriter(capacity: 512)
    /// Where each value lies; `nil` is NULL.
    private(set) var ranges: [Range<Int>?] = []

    public init() {}

    public var count: Int { ranges.count }
    public var byteCount: Int { bytes.count }

    public mutating func clear() {
        bytes.clear(keeping: 1 << 20)
        ranges.removeAll(keepingCapacity: true)
    }

    public mutating func addNull() {
        ranges.append(nil)
    }

    public mutating func add(_ value: Int16) { add { $0.append(bigEndian: value) } }
    public mutating func add(_ value: Int32) { add { $0.append(bigEndian: value) } }
    public mutating func add(_ value: Int64) { add { $0.append(bigEndian: value) } }
    public mutating func add(_ value: Bool) { add { $0.append(value ? 1 : 0) } }
    /// The text must not contain NUL: PostgreSQL has no such text (`DatabaseText` checks).
    public mutating func add(_ value: String) { add { $0.append(utf8: value) } }
    public mutating func add(_ value: [UInt8]) { add { $0.append(value) } }

    public mutating func add(_ value: String?) {
        if let value { add(value) } else { addNull() }
    }

    public mutating func add(_ value: Int32?) {
        if let value { add(value) } else { addNull() }
    }

    public mutating func add(_ value: Int64?) {
        if let value { add(value) } else { addNull() }
    }

    public mutating func add(_ value: [UInt8]?) {
        if let value { add(value) } else { addNull() }
    }

    public mutating func add(_ value: some Column) { add { $0.append(bigEndian: value.stored) } }

    public mutating func add(_ value: (some Column)?) {
        if let value { add(value) } else { addNull() }
    }

    public mutating func add<Value: Column>(_ values: [Value]) {
        add(count: values.count) { values[$0] }
    }

    public mutating func add(_ values: [Int16]) {
        addArray(of: ElementType.int2, count: values.count) { bytes in
            for value in values { Parameters.appendElement(value, to: &bytes) }
        }
    }

    public mutating func add(_ values: [Int32]) {
        addArray(of: ElementType.int4, count: values.count) { bytes in
            for value in values { Parameters.appendElement(value, to: &bytes) }
        }
    }

    public mutating func add(_ values: [Int64]) {
        addArray(of: ElementType.int8, count: values.count) { bytes in
            for value in values { Parameters.appendElement(value, to: &bytes) }
        }
    }

    public mutating func add(_ values: [Bool]) {
        addArray(of: ElementType.bool, count: values.count) { bytes in
            for value in values { Parameters.appendElement(value ? 1 : 0 as UInt8, to: &bytes) }
        }
    }

    public mutating func add(_ values: [String]) {
        addArray(of: ElementType.text, count: values.count) { bytes in
            for value in values {
                bytes.append(bigEndian: Int32(value.utf8.count))
                bytes.append(utf8: value)
            }
        }
    }

    /// An array of byte strings, `nil` for NULL.
    public mutating func add(_ values: [[UInt8]?]) {
        addArray(of: ElementType.bytea, count: values.count, hasNulls: true) { bytes in
            for value in values {
                bytes.append(bigEndian: Int32(value?.count ?? -1))
                if let value { bytes.append(value) }
            }
        }
    }

    /// An array of `count` values that are computed one by one.
    public mutating func add<Value: Column>(count: Int, _ element: (Int) -> Value) {
        let elementType =
            switch MemoryLayout<Value.Stored>.size {
            case 2: ElementType.int2
            case 4: ElementType.int4
            default: ElementType.int8
            }
        addArray(of: elementType, count: count) { bytes in
            for index in 0..<count { Parameters.appendElement(element(index).stored, to: &bytes) }
        }
    }

    /// An array of `count` byte strings, each written by `write` behind its length.
    public mutating func addByteStrings(count: Int, _ write: (Int, inout ByteWriter) -> Void) {
        addArray(of: ElementType.bytea, count: count) { bytes in
            for index in 0..<count {
                let start = bytes.count
                bytes.append(bigEndian: Int32(0))
                write(index, &bytes)
                bytes.overwrite(bigEndian: Int32(bytes.count - start - 4), at: start)
            }
        }
    }

    private mutating func add(_ write: (inout ByteWriter) -> Void) {
        let start = bytes.count
        write(&bytes)
        ranges.append(start..<bytes.count)
    }

    private mutating func addArray(
        of type: UInt32, count: Int, hasNulls: Bool = false, _ elements: (inout ByteWriter) -> Void
    ) {
        add { bytes in
            // Number of dimensions, NULL flag, element type; then size and lower bound of the one dimension.
            bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
            bytes.append(bigEndian: Int32(hasNulls ? 1 : 0))
            bytes.append(bigEndian: type)
            if count == 0 { return }
            bytes.append(bigEndian: Int32(count))
            bytes.append(bigEndian: Int32(1))
            elements(&bytes)
        }
    }

    private static func appendElement<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, to bytes: inout ByteWriter
    ) {
        bytes.append(bigEndian: Int32(MemoryLayout<Value>.size))
        bytes.append(bigEndian: value)
    }
}

/// The rows of one answer, in binary. Reads that do not fit the column are `nil`, never a trap: a schema changed by
/// hand must not stop a node.
@safe public final class Rows {
    private let result: OpaquePointer
    public let count: Int

    init(taking result: OpaquePointer) {
        unsafe self.result = unsafe result
        count = unsafe Int(PQntuples(result))
    }

    deinit {
        unsafe PQclear(result)
    }

    public subscript(row: Int) -> Row { Row(rows: self, index: Int32(row)) }

    fileprivate func value<Value>(_ row: Int32, _ column: Int32, _ body: (RawSpan) -> Value?) -> Value? {
        guard unsafe PQgetisnull(result, row, column) == 0, let start = unsafe PQgetvalue(result, row, column) else {
            return nil
        }
        let length = unsafe Int(PQgetlength(result, row, column))
        return body(unsafe UnsafeRawBufferPointer(start: start, count: length).bytes)
    }
}

/// One row; columns are read by their place in the statement.
public struct Row {
    let rows: Rows
    let index: Int32

    public func value<Value: Column>(_ column: Int32, as type: Value.Type = Value.self) -> Value? {
        rows.value(index, column) { bytes in
            bytes.byteCount == MemoryLayout<Value.Stored>.size
                ? bytes.bigEndian(at: 0, as: Value.Stored.self).flatMap(Value.init(stored:)) : nil
        }
    }

    /// An array; `nil` also if one of them can be none.
    public func values<Value: Column>(_ column: Int32, as type: Value.Type = Value.self) -> [Value]? {
        var values: [Value] = []
        var areAll = true
        let isArray = forEach(column, as: Value.Stored.self) { _, stored in
            if let value = Value(stored: stored) { values.append(value) } else { areAll = false }
        }
        return isArray && areAll ? values : nil
    }

    public func int32(_ column: Int32) -> Int32? {
        rows.value(index, column) { $0.byteCount == 4 ? $0.bigEndian(at: 0) : nil }
    }

    public func int64(_ column: Int32) -> Int64? {
        rows.value(index, column) { $0.byteCount == 8 ? $0.bigEndian(at: 0) : nil }
    }

    public func int16(_ column: Int32) -> Int16? {
        rows.value(index, column) { $0.byteCount == 2 ? $0.bigEndian(at: 0) : nil }
    }

    public func bool(_ column: Int32) -> Bool? {
        rows.value(index, column) { $0.byteCount == 1 ? $0.byte(at: 0) != 0 : nil }
    }

    public func text(_ column: Int32) -> String? {
        rows.value(index, column) { String(decoding: $0.copied(), as: UTF8.self) }
    }

    public func bytes(_ column: Int32) -> [UInt8]? {
        rows.value(index, column) { $0.copied() }
    }

    /// Calls `body` with each element of an integer array, in order. `false` if the column is no such array.
    public func forEach<Value: FixedWidthInteger & BitwiseCopyable>(
        _ column: Int32, as type: Value.Type, _ body: (Int, Value) -> Void
    ) -> Bool {
        rows.value(index, column) { Row.readArray($0, body) } ?? false
    }

    public func int32Array(_ column: Int32) -> [Int32]? {
        var values: [Int32] = []
        return forEach(column, as: Int32.self) { _, value in values.append(value) } ? values : nil
    }

    /// Dimensions, whether there are nulls, type; count and lower bound of the dimension; then length and value each
    /// (`array_send` of PostgreSQL).
    private static func readArray<Value: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan, _ body: (Int, Value) -> Void
    ) -> Bool? {
        var reader = ByteReader(bytes)
        guard let dimensions: Int32 = reader.read(), reader.skip(8) else { return nil }
        if dimensions == 0 { return true }
        guard dimensions == 1, let count: Int32 = reader.read(), reader.skip(4) else { return nil }
        for index in 0..<max(0, Int(count)) {
            guard reader.read() == Int32(MemoryLayout<Value>.size), let value: Value = reader.read() else { return nil }
            body(index, value)
        }
        return true
    }
}
