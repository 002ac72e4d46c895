import Administration
import DBProxy
import Primitives

extension Verb {
    static let webhook = [
        Verb(
            "webhook", "list", nil, "Lists the services that are told of events, and what waits for them.",
            run: listWebhooks),
        Verb(
            "webhook", "add", "NAME", "Has push-server tell a service of events; shows what signs them, this once.",
            [
                Option("--url", "URL", "where they go: https, or what webhooks.allow of push-server names"),
                Option("--events", "KINDS", "with commas: \(EventKinds.named.map(\.name).joined(separator: ", "))"),
            ], run: addWebhook
        ).audited(),
        Verb(
            "webhook", "replay", "WEBHOOK", "Tells a service again of all that was given up.", run: replayWebhook
        ).audited(),
        Verb(
            "webhook", "remove", "WEBHOOK", "Ends a webhook, with all that waits for it.",
            [Option("--yes", nil, "do not ask")], run: removeWebhook
        ).audited(),
    ]

    private static func listWebhooks(_ call: Invocation) throws -> Report {
        .list(
            ["ID", "NAME", "EVENTS", "WAITING", "GIVEN_UP", "URL", "TROUBLE"],
            try call.administrator().webhooks().map { hook in
                [
                    .number(Int(hook.id)), .string(hook.name), .string(hook.events.names.joined(separator: ",")),
                    .number(hook.waiting), .number(hook.givenUp), .string(hook.url), .string(hook.trouble ?? ""),
                ]
            })
    }

    private static func addWebhook(_ call: Invocation) throws -> Report {
        let (url, words) = (try call.required("--url"), try call.required("--events"))
        let events = EventKinds(names: words.split(separator: ",").map(String.init))
        guard let events, !events.isEmpty else {
            let known = EventKinds.named.map(\.name).joined(separator: ", ")
            throw call.verb.misuse("--events \(words): expected some of these, with commas: \(known)")
        }
        let (id, secret) = try call.administrator().addWebhook(call.subject, url: url, events: events)
        return Report(
            secret,
            .object([("id", .number(Int(id))), ("name", .string(call.subject)), ("secret", .string(secret))]))
    }

    private static func replayWebhook(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let hook = try administrator.webhook(call.subject)
        let count = try administrator.replayWebhook(hook)
        return Report(
            count == 0 ? "Nothing was given up." : "\(hook.name) is told of \(count) events again.",
            .object([("name", .string(hook.name)), ("events", .number(count))]))
    }

    private static func removeWebhook(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let hook = try administrator.webhook(call.subject)
        try call.confirm(
            "Webhook \(hook.name) ends, with \(hook.waiting) events that wait and \(hook.givenUp) that were given up "
                + "(1000 are the most that are counted).")
        try administrator.removeWebhook(hook)
        return Report("Webhook \(hook.name) is removed.", .object([("name", .string(hook.name))]))
    }
}
