import Administration
import Crypto
public import DBProxy
import HTTPCore
import Outbox
import Primitives

/// Services that are told of events by `push-server`.
public struct WebhookRoutes {
    private let database: Database

    public init(_ database: Database) {
        self.database = database
    }

    private static let id = Route.Parameter.path("id", .id, "number of a webhook")
    private static let words: [(String, EventKinds)] = [
        ("message", .messages), ("group", .groups), ("user", .users), ("presence", .presence), ("call", .calls),
    ]

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/webhooks", "Services that are told of events, and what waits for them", scope: .read,
                gives: .page(of: WebhookRecord.schema)
            ) { call in call.ask(database.webhooks) { call.answer($0) { Self.json($0) } } },
            Route(
                .post, "/admin/v1/webhooks", "Lets push-server tell a service of events, in order, each signed",
                scope: .write,
                takes: .object([
                    .init("name", .tokenName), .init("url", .plain(1...2000), "https, or what webhooks.allow names"),
                    .init("events", .array(of: .choice(Self.words.map(\.0)), lengths: 1...Self.words.count)),
                ]),
                gives: .object([
                    .init("id", .id), .init("name", .string),
                    .init("secret", .string, "shown this once: requests are signed with it"),
                ]),
                as: .created, problems: [.webhookNameTaken, .tooManyWebhooks], make
            ).givingSecret(),
            Route(
                .delete, "/admin/v1/webhooks/{id}", "Ends a webhook, with all that waits for it", scope: .write,
                [Self.id], gives: .object([.init("id", .id)]), problems: [.webhookUnknown]
            ) { call in
                call.ask({ database.removeWebhook(Int32(clamping: call.id()), $0) }) { wasThere in
                    guard wasThere else { return Self.isUnknown(call) }
                    call.answer(.object([("id", .number(Int(call.id())))]))
                }
            },
            Route(
                .post, "/admin/v1/webhooks/{id}/replay", "Tells a service again of all that was given up",
                scope: .write, [Self.id], gives: .object([.init("events", .count)]), problems: [.webhookUnknown]
            ) { call in
                call.ask({ database.replayEvents(of: Int32(clamping: call.id()), $0) }) { count in
                    guard let count else { return Self.isUnknown(call) }
                    call.answer(.object([("events", .number(count))]))
                }
            },
        ]
    }

    private func make(_ call: Call) {
        let (name, url) = (call.body["name"]?.text ?? "", call.body["url"]?.text ?? "")
        guard (try? WebhookAddress(url)) != nil else {
            return call.fail(
                .invalid, "url must be as https://host:port/path, and nothing else",
                details: [("field", .string("url"))])
        }
        let wanted = call.body["events"]?.items.compactMap(\.text) ?? []
        let events = Self.words.filter { wanted.contains($0.0) }.reduce(into: EventKinds()) { $0.formUnion($1.1) }
        guard let secret = try? TokenForm.signing.make() else {
            return call.fail(.internalError, "OpenSSL gave no random bytes")
        }
        call.ask({ database.addWebhook(name, url: url, secret: secret, events, $0) }) { making in
            switch making {
            case .made(let id):
                call.answer(
                    .object([("id", .number(Int(id))), ("name", .string(name)), ("secret", .string(secret))]), .created)
            case .nameTaken: call.fail(.webhookNameTaken, "there is a webhook of this name")
            case .tooMany: call.fail(.tooManyWebhooks, "there are 50 webhooks at most")
            }
        }
    }

    private static func isUnknown(_ call: Call) {
        call.fail(.webhookUnknown, "there is no webhook #\(call.id())")
    }

    private static func json(_ hook: WebhookRecord) -> JSON {
        .object([
            ("id", .number(Int(hook.id))), ("name", .string(hook.name)), ("url", .string(hook.url)),
            ("events", .array(words.filter { hook.events.contains($0.1) }.map { .string($0.0) })),
            ("waiting", .number(hook.waiting)), ("given_up", .number(hook.givenUp)),
            ("trouble", hook.trouble.map(JSON.string) ?? .null),
        ])
    }
}

extension WebhookRecord {
    fileprivate static let schema = JSONSchema.object([
        .init("id", .id), .init("name", .string), .init("url", .string), .init("events", .list(of: .string)),
        .init("waiting", .count, "events, at most 1,000"), .init("given_up", .count, "events, at most 1,000"),
        .init("trouble", .nullable(.string), "why the first of those that wait was not taken, at its last attempt"),
    ])
}

extension Problem.Kind {
    fileprivate static let webhookUnknown = Self(.notFound, "webhook_unknown", "there is no such webhook")
    fileprivate static let webhookNameTaken = Self(
        .conflict, "webhook_name_taken", "there is a webhook of this name")
    fileprivate static let tooManyWebhooks = Self(.conflict, "too_many_webhooks", "there are as many as there may be")
}
