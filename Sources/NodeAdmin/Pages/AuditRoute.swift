public import DBProxy
import HTTPCore
import Primitives

/// What was changed through the administration API, and by whom.
public struct AuditRoute {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/audit", "Writes, the latest first", scope: .read,
                .paging + [.query("token", .plain(1...64), "only those of the token of this name")],
                gives: .page(of: AuditEntry.schema), problems: [.badCursor]
            ) { [database] call in
                guard let number = Cursor.number(call, atStart: Int64.max) else { return }
                call.ask({ database.audit(before: number, token: call.text("token"), limit: call.limit + 1, $0) }) {
                    call.answer($0, \.json) { Cursor.of("\($0.id)") }
                }
            }
        ]
    }
}

extension AuditEntry {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .count), .init("at", .string), .init("token", .string, "the name of a token"),
        .init("method", .string), .init("path", .string), .init("request", .anything, "the body without secrets"),
        .init("outcome", .nullable(.integer(100...599)), "status of the answer; null: under way, or not known"),
        .init("request_id", .string),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(id))), ("at", .string(at.rfc3339)), ("token", .string(record.token)),
            ("method", .string(record.method)), ("path", .string(record.path)),
            ("request", JSON(reading: record.request) ?? .null), ("outcome", outcome.map(JSON.number) ?? .null),
            ("request_id", .string(record.requestID)),
        ])
    }
}
