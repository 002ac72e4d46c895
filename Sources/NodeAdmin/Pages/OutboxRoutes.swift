public import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// What leaves the cluster for other services, and what became of it.
public struct OutboxRoutes {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    private static let channels = OutboxChannel.allCases.map(\.word)
    private static let states = SendingEnd.State.allCases.map(\.word)

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/outbox", "Notifications and events, the latest first", scope: .read,
                .paging + [
                    .query("state", .choice(Self.states), "only those"),
                    .query("channel", .choice(Self.channels), "only those"),
                    .query("user", .integer(1...Int(Int32.max)), "only those for devices of this user"),
                ],
                gives: .page(of: OutboxEntry.schema), problems: [.badCursor], list),
            Route(
                .get, "/admin/v1/outbox/channels", "Who serves which channel, and what waits there", scope: .read,
                gives: .page(of: OutboxFigures.schema)
            ) { [database] call in call.ask(database.outboxFigures) { call.answer($0, \.json) } },
            Route(
                .post, "/admin/v1/outbox/replay", "Tries again what was given up, 10,000 at most", scope: .ops,
                takes: .object([
                    .init("id", .nullable(.integer(1...Int.max)), "one of them; null or not there: all").optional,
                    .init("channel", .nullable(.choice(Self.channels)), "only those").optional,
                ]),
                isDestructive: true, gives: .object([.init("replayed", .count)]), replay),
        ]
    }

    private func list(_ call: Call) {
        guard let number = Cursor.number(call, atStart: Int64.max) else { return }
        let state = SendingEnd.State.allCases.first { $0.word == call.text("state") }
        let channel = OutboxChannel.allCases.first { $0.word == call.text("channel") }
        let user = call.number("user").map { UserID(UInt32($0)) }
        call.ask({
            database.outboxEntries(
                before: number, state: state, channel: channel, user: user, limit: call.limit + 1, $0)
        }) {
            call.answer($0, \.json) { Cursor.of("\($0.id)") }
        }
    }

    private func replay(_ call: Call) {
        let channel = OutboxChannel.allCases.first { $0.word == call.body["channel"]?.text }
        let id = call.body["id"]?.integer.map { Int64($0) }
        call.ask({ database.replayOutbox(id, of: channel, isTrial: call.isDryRun, $0) }) {
            call.answer(.object([("replayed", .number($0))]))
        }
    }
}

extension OutboxChannel {
    fileprivate var word: String {
        switch self {
        case .apns: "apns"
        case .android: "android"
        case .browsers: "browsers"
        case .webhooks: "webhooks"
        }
    }
}

extension SendingEnd.State {
    fileprivate var word: String {
        switch self {
        case .waiting: "waiting"
        case .sent: "sent"
        case .withdrawn: "withdrawn"
        case .givenUp: "given_up"
        }
    }
}

extension OutboxFigures {
    fileprivate static let schema = JSONSchema.object([
        .init("channel", .choice(OutboxChannel.allCases.map(\.word))),
        .init("seconds_unserved", .nullable(.count), "since a program served it; null: none ever did"),
        .init("waiting", .count), .init("oldest_seconds", .count, "of what waits"),
        .init("sent", .count, "within a day"), .init("withdrawn", .count, "within a day"),
        .init("given_up", .count, "within a month"),
    ])

    fileprivate var json: JSON {
        .object([
            ("channel", .string(channel.word)), ("seconds_unserved", secondsUnserved.map(JSON.number) ?? .null),
            ("waiting", .number(waiting)), ("oldest_seconds", .number(oldest)), ("sent", .number(sent)),
            ("withdrawn", .number(withdrawn)), ("given_up", .number(givenUp)),
        ])
    }
}

extension OutboxEntry {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .count), .init("channel", .choice(OutboxChannel.allCases.map(\.word))),
        .init("state", .choice(SendingEnd.State.allCases.map(\.word))), .init("attempts", .count),
        .init("created_at", .count, "seconds since 1970, as all times"),
        .init("due_at", .nullable(.count), "of what waits: when it is tried next"),
        .init("ended_at", .nullable(.count)),
        .init("user", .nullable(.count), "whose device is told"),
        .init("conversation", .nullable(.string)), .init("message", .nullable(.count)),
        .init("answer", .nullable(.string), "what the receiver said last, or why it was withdrawn"),
    ])

    fileprivate var json: JSON {
        .object([
            ("id", .number(Int(id))), ("channel", .string(channel.word)), ("state", .string(state.word)),
            ("attempts", .number(attempts)), ("created_at", .number(Int(createdAt))),
            ("due_at", dueAt.map { .number(Int($0)) } ?? .null),
            ("ended_at", endedAt.map { .number(Int($0)) } ?? .null),
            ("user", user.map { .number(Int($0.rawValue)) } ?? .null),
            ("conversation", conversation.map { .string("\($0)") } ?? .null),
            ("message", message.map { .number(Int($0.rawValue)) } ?? .null),
            ("answer", answer.map(JSON.string) ?? .null),
        ])
    }
}
