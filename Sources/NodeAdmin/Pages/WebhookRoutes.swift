import Administration
import Crypto
public import DBProxy
import HTTPCore
import Primitives

/// Services that are told of events by `push-server`.
public struct WebhookRoutes {
    private let database: Database
    private let hooks: Webhooks

    public init(_ database: Database) {
        self.database = database
        hooks = Webhooks(database)
    }

    private static let number = Route.Parameter.path("id", .id, "number of a webhook")

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
                    .init(
                        "events",
                        .array(of: .choice(EventKinds.named.map(\.name)), lengths: 1...EventKinds.named.count)),
                ]),
                gives: .object([
                    .init("id", .id), .init("name", .string),
                    .init("secret", .string, "shown this once: requests are signed with it"),
                ]),
                as: .created, problems: [.webhookNameTaken, .tooManyWebhooks], make
            ).givingSecret(),
            Route(
                .delete, "/admin/v1/webhooks/{id}", "Ends a webhook, with all that waits for it", scope: .write,
                [Self.number], gives: .object([.init("id", .id)]), problems: [.webhookUnknown]
            ) { call in
                let id = Self.id(call)
                call.order({ hooks.remove(id, $0) }) { call.answer(.object([("id", .number(Int(id)))])) }
            },
            Route(
                .post, "/admin/v1/webhooks/{id}/replay", "Tells a service again of all that was given up",
                scope: .write, [Self.number], gives: .object([.init("events", .count)]), problems: [.webhookUnknown]
            ) { call in
                call.order({ hooks.replay(Self.id(call), $0) }) { call.answer(.object([("events", .number($0))])) }
            },
        ]
    }

    private static func id(_ call: Call) -> Int32 { Int32(clamping: call.id()) }

    private func make(_ call: Call) {
        let (name, url) = (call.body["name"]?.text ?? "", call.body["url"]?.text ?? "")
        guard let events = EventKinds(names: call.body["events"]?.items.compactMap(\.text) ?? []) else {
            return call.fail(.internalError, "the body was not judged")
        }
        guard let secret = try? TokenForm.signing.make() else {
            return call.fail(.internalError, "OpenSSL gave no random bytes")
        }
        call.order({ hooks.make(name, url: url, secret: secret, events, $0) }) { id in
            call.answer(
                .object([("id", .number(Int(id))), ("name", .string(name)), ("secret", .string(secret))]), .created)
        }
    }

    private static func json(_ hook: WebhookRecord) -> JSON {
        .object([
            ("id", .number(Int(hook.id))), ("name", .string(hook.name)), ("url", .string(hook.url)),
            ("events", .array(hook.events.names.map(JSON.string))),
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
