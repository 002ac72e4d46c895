public import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// Messages to everybody. Clients have no word for a notice: each user gets a message from the sender, which is there
/// at the next login too.
public struct NoticeRoutes {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/notices", "Notices, the latest first", scope: .read, .paging,
                gives: .page(of: Notice.schema), problems: [.badCursor]
            ) { [database] call in
                guard let number = Cursor.number(call, atStart: Int64.max) else { return }
                call.ask({ database.notices(before: number, limit: call.limit + 1, $0) }) {
                    call.answer($0, \.json) { Cursor.of("\($0.id)") }
                }
            },
            Route(
                .post, "/admin/v1/notices",
                "Sends a message of a user to everybody, or to the users of a department, some thousand per second",
                scope: .write,
                takes: .object([
                    .init("from", .id, "number of the user in whose name it is sent"),
                    .init("text", .text(.init(lengths: 1...4000, meaning: nil, pattern: nil, holds: { _ in true })))
                        .secret,
                    .init("department_id", .department, "0, or not given: everybody").optional,
                ]),
                isDestructive: true,
                gives: .object([
                    .init("notice", .count, "its number; 0 if nothing was to be done"),
                    .init("users", .count, "how many get it"),
                ]),
                problems: [.audienceUnknown], send),
        ]
    }

    private func send(_ call: Call) {
        let sender = UserID(UInt32(clamping: call.body["from"]?.integer ?? 0))
        let department = DepartmentID(UInt32(clamping: call.body["department_id"]?.integer ?? 0))
        if call.isDryRun {
            return call.ask({ database.countNoticeAudience(from: sender, departmentID: department, $0) }) {
                answer(call, 0, $0)
            }
        }
        guard let body = try? TextCodec().encode(call.body["text"]?.text ?? "") else {
            return call.fail(.internalError, "the text could not be put into the form of messages")
        }
        call.ask({ database.addNotice(from: sender, departmentID: department, body: body, $0) }) { notice in
            guard let notice else {
                return call.fail(
                    .audienceUnknown,
                    "there is no active user \(sender.rawValue), or no department \(department.rawValue)")
            }
            answer(call, notice.id, notice.users)
        }
    }

    private func answer(_ call: Call, _ id: Int64, _ users: Int) {
        call.answer(.object([("notice", .number(Int(id))), ("users", .number(users))]))
    }
}

extension Problem.Kind {
    fileprivate static let audienceUnknown = Self(
        .conflict, "audience_unknown", "the sender or the department does not exist")
}

extension Notice {
    /// Without its text, which is a message's.
    fileprivate static let schema = JSONSchema.object([
        .init("id", .count), .init("from", .id), .init("department_id", .count, "0: everybody"),
        .init("users", .count, "who were to get it when it was made"), .init("created_at", .string),
        .init("done_at", .nullable(.string), "null: it is being sent"),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(id))), ("from", .number(Int(sender.rawValue))),
            ("department_id", .number(Int(departmentID.rawValue))), ("users", .number(users)),
            ("created_at", .string(createdAt.rfc3339)), ("done_at", doneAt.map { .string($0.rfc3339) } ?? .null),
        ])
    }
}
