import Log
import Primitives

extension LogRecord {
    static let schema = JSONSchema.object([
        .init("number", .count, "of the line, counted from the node's start"), .init("at", .string),
        .init("level", .choice(LogLevel.allCases.map(\.rawValue))), .init("event", .string, "for programs"),
        .init("message", .string, "for people"), .init("fields", .table(of: .anything)),
    ])

    var json: JSON {
        .object([
            ("number", .number(Int(clamping: number))), ("at", .string(time.rfc3339)),
            ("level", .string(level.rawValue)), ("event", .string(event)),
            ("message", .string(message)), ("fields", .object(fields.map { ($0.name, $0.value.json) })),
        ])
    }
}

extension LogValue {
    fileprivate var json: JSON {
        switch self {
        // A page of these must fit between nodes; the log itself has all of it.
        case .string(let text): .string(String(text.prefix(200)))
        case .utf8(let bytes): .string(String(String(decoding: bytes, as: UTF8.self).prefix(200)))
        case .integer(let value): .number(Int(clamping: value))
        case .double(let value): .string("\(value)")
        case .bool(let value): .bool(value)
        case .duration(let duration): .number(Int(duration.milliseconds))
        }
    }
}
