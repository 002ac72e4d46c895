public import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// What was written in a conversation, and what became of each message.
public struct ConversationRoutes {
    private let database: Database
    private let trails: any MessageTrails

    public init(_ database: Database, _ trails: any MessageTrails) {
        self.database = database
        self.trails = trails
    }

    private static let conversation = Route.Parameter.path(
        "conversation",
        .text(
            .init(
                lengths: 2...32, meaning: "be `g` and the number of a group, or two numbers of users with a comma",
                pattern: #"^(g[1-9][0-9]{0,9}|[1-9][0-9]{0,9},[1-9][0-9]{0,9})$"#,
                holds: { ConversationID($0) != nil })),
        "`g5` for group 5, `1,2` for what users 1 and 2 write to each other")

    private static let message = Route.Parameter.path("id", .id, "number of a message")

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/conversations/{conversation}/messages",
                "Messages, the latest first. Who asks stands in the audit", scope: .messages,
                [Self.conversation] + .paging, gives: .page(of: StoredMessage.schema), problems: [.badCursor], list
            ).audited(),
            Route(
                .get, "/admin/v1/conversations/{conversation}/messages/{id}",
                "What the database has of a message, without its text, and who has read it", scope: .read,
                [Self.conversation, Self.message],
                gives: .object([
                    .init("id", .count), .init("from", .count, "number of a user"), .init("at", .string),
                    .init("type", .choice(["text", "audio"])), .init("bytes", .count),
                    .init("for", .list(of: .count), "users whose message it is, at most 1,000"),
                    .init("read_by", .list(of: .count)),
                ]),
                problems: [.messageUnknown], show),
            Route(
                .get, "/admin/v1/conversations/{conversation}/messages/{id}/trace",
                "What a node knows of a message, as far back as it remembers; without its text", scope: .read,
                [Self.conversation, Self.message], gives: MessageTrail.schema
            ) { call in
                guard let conversation = ConversationID(call.text("conversation") ?? "") else { return }
                call.answer(trails.trail(of: conversation, MessageID(call.id())).json)
            }.ofOneNode(),
        ]
    }

    private func show(_ call: Call) {
        guard let conversation = ConversationID(call.text("conversation") ?? "") else { return }
        let id = MessageID(call.id())
        call.ask({ database.messages(of: conversation, from: id, through: id, $0) }) { found in
            guard let message = found.first else {
                return call.fail(.messageUnknown, "the database has no message \(id.rawValue) of this conversation")
            }
            call.ask({ database.readers(of: conversation, id, $0) }) { readers in
                func numbers(_ isOne: (MessageReader) -> Bool) -> JSON {
                    .array(readers.filter(isOne).map { .number(Int($0.user.rawValue)) })
                }
                call.answer(
                    .object(message.outline + [
                        ("for", numbers(\.isEntitled)),
                        ("read_by", numbers { $0.isEntitled && $0.hasRead && $0.user != message.sender }),
                    ]))
            }
        }
    }

    private func list(_ call: Call) {
        guard let conversation = ConversationID(call.text("conversation") ?? ""),
            let number = Cursor.number(call, atStart: UInt32(Int32.max))
        else { return }
        call.ask({ database.messages(of: conversation, before: MessageID(number), limit: call.limit + 1, $0) }) {
            call.answer($0, \.json) { Cursor.of("\($0.id.rawValue)") }
        }
    }
}

extension StoredMessage {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .count), .init("from", .count, "number of a user"), .init("at", .string),
        .init("type", .choice(["text", "audio"])), .init("bytes", .count, "as it is stored"),
        .init("text", .nullable(.string), "null: it is none, or not encrypted as clients do it"),
    ])

    private var isText: Bool { type == .singleText || type == .groupText }

    /// Without what it says.
    fileprivate var outline: [(String, JSON)] {
        [
            ("id", .number(Int(id.rawValue))), ("from", .number(Int(sender.rawValue))),
            ("at", .string(UnixTime(milliseconds: Int64(createdAt) * 1000).rfc3339)),
            ("type", .string(isText ? "text" : "audio")), ("bytes", .number(body.count)),
        ]
    }

    fileprivate var json: JSON {
        let text = isText ? (try? TextCodec().decode(body.rawBytes)).flatMap { $0 } : nil
        return .object(
            outline + [("text", text.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null)])
    }
}

extension Problem.Kind {
    fileprivate static let messageUnknown = Self(.notFound, "message_unknown", "the database has no such message")
}
