import CPostgres
import Primitives

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
