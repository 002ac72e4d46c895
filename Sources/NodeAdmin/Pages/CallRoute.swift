public import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// Who has called whom.
public struct CallRoute {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/calls", "Calls, the latest first", scope: .read,
                .paging + [.query("user", .id, "only those from or to this user")],
                gives: .page(of: NumberedCall.schema), problems: [.badCursor]
            ) { [database] call in
                guard let number = Cursor.number(call, atStart: Int64.max) else { return }
                let user = call.number("user").flatMap(UInt32.init(exactly:)).map(UserID.init(_:))
                call.ask({ database.calls(before: number, of: user, limit: call.limit + 1, $0) }) {
                    call.answer($0, \.json) { Cursor.of("\($0.number)") }
                }
            }
        ]
    }
}

extension NumberedCall {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .count), .init("from", .id), .init("to", .id), .init("video", .bool, "it began with a picture"),
        .init("began", .string), .init("answered", .nullable(.string), "null: nobody took it"),
        .init("ended", .nullable(.string), "null: it is under way"),
        .init(
            "outcome", .nullable(.choice(CallRow.Outcome.allCases.map(\.word))),
            "how it ended; lost: its node has ended without a word of it"),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(number))), ("from", .number(Int(call.caller.rawValue))),
            ("to", .number(Int(call.callee.rawValue))), ("video", .bool(call.isVideo)),
            ("began", .string(call.began.rfc3339)), ("answered", call.answered.map { .string($0.rfc3339) } ?? .null),
            ("ended", call.ended.map { .string($0.at.rfc3339) } ?? .null),
            ("outcome", call.ended.map { .string($0.1.word) } ?? .null),
        ])
    }
}

extension CallRow.Outcome {
    fileprivate var word: String {
        switch self {
        case .answered: "answered"
        case .refused: "refused"
        case .busy: "busy"
        case .away: "away"
        case .noAnswer: "no_answer"
        case .cancelled: "cancelled"
        case .lost: "lost"
        }
    }
}
