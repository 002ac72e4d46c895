import HTTPCore
import Primitives

/// Who is on a node.
public enum SessionRoute {
    public static func all(_ facts: any NodeFacts) -> [Route] {
        [
            Route(
                .get, "/admin/v1/sessions", "Users who are on a node, by number", scope: .read, .paging,
                gives: .page(
                    of: .object([
                        .init("user", .id),
                        .init(
                            "sessions",
                            .list(
                                of: .object([
                                    .init("device", .choice(["pc", "mobile"])), .init("client_type", .count),
                                    .init("status", .count), .init("login", .count),
                                    .init("seconds", .count, "since the login"),
                                ]))),
                    ])),
                problems: [.badCursor]
            ) { call in
                guard let last = Cursor.number(call, atStart: UInt32(0)) else { return }
                call.answer(
                    facts.sessions(after: last, limit: call.limit + 1), { json($0.user, $0.sessions) },
                    cursor: { Cursor.of("\($0.user)") })
            }.ofOneNode()
        ]
    }

    private static func json(_ user: UInt32, _ sessions: [LocalSession]) -> JSON {
        .object([
            ("user", .number(Int(user))),
            (
                "sessions",
                .array(
                    sessions.map { session in
                        .object([
                            ("device", .string(session.device)), ("client_type", .number(session.clientType)),
                            ("status", .number(session.status)), ("login", .number(session.login)),
                            ("seconds", .number(session.seconds)),
                        ])
                    })
            ),
        ])
    }
}
