import Administration
import DBProxy
import Primitives
import TalkProtocol

extension Verb {
    private static let tokenName = Option("--name", "NAME", "what the token is called, in the audit too")

    static let bot = [
        Verb(
            "bot", "add", "NAME", "Makes a bot: a user that is a program. It has no password, but tokens.",
            [
                Option("--nick", "TEXT", "the name that others see (default: NAME)"),
                Option("--department", "WHICH", "a department, by its name or as '#7'"),
            ], run: addBot).audited(),
        Verb(
            "bot", "token", "BOT", "Makes a token of a bot and shows it, this once.",
            [
                tokenName,
                Option("--webhook", "GROUP", "a webhook instead: it may only write to this group, such as '#5'"),
                Option("--rotate", nil, "in the place of the one with this name, which is worthless then"),
            ], run: makeToken).audited(),
        Verb("bot", "tokens", "BOT", "Lists the tokens of a bot, without the tokens themselves.", run: listTokens),
        Verb(
            "bot", "revoke", "BOT", "Makes a token of a bot worthless; nodes notice within seconds.", [tokenName],
            run: revokeToken
        ).audited(),
        Verb(
            "bot", "list", nil, "Lists bots.", [Option("--limit", "N", "at most N bots (default 50)")], run: listBots),
        Verb(
            "bot", "remove", "BOT", "Ends a bot and its tokens; clients hide it.", run: removeBot
        ).audited(),
    ]

    private static func addBot(_ call: Invocation) throws -> Report {
        let administrator = try call.administrator()
        let department = try call.value("--department").map { try administrator.department($0).id } ?? 0
        let id = try administrator.addBot(
            call.subject, nick: call.value("--nick") ?? call.subject, departmentID: department)
        return Report(
            "Bot \(call.subject) has id \(id.rawValue). For a token: talkctl bot token '\(call.subject)' --name NAME",
            .object([("id", .number(Int(id.rawValue))), ("name", .string(call.subject))]))
    }

    private static func makeToken(_ call: Invocation) throws -> Report {
        let (administrator, name) = (try call.administrator(), try call.required("--name"))
        let group = try call.value("--webhook").map { GroupID(try number($0, call)) }
        let token: String
        if call.has("--rotate") {
            guard group == nil else { throw call.verb.misuse("--rotate and --webhook exclude each other") }
            token = try administrator.rotateBotToken(name, of: call.subject)
        } else {
            token = try administrator.addBotToken(name, of: call.subject, group: group)
        }
        return Report(token, .object([("name", .string(name)), ("token", .string(token))]))
    }

    private static func listTokens(_ call: Invocation) throws -> Report {
        .list(
            ["NAME", "WEBHOOK_OF", "CREATED", "LAST_USED", "REVOKED"],
            try call.administrator().botTokens(of: call.subject).map { token in
                [
                    .string(token.name), .string(token.group.map { "#\($0.rawValue)" } ?? ""),
                    .string(token.createdAt.rfc3339), .string(token.lastUsedAt?.rfc3339 ?? ""),
                    .string(token.revokedAt?.rfc3339 ?? ""),
                ]
            })
    }

    private static func revokeToken(_ call: Invocation) throws -> Report {
        let name = try call.required("--name")
        try call.administrator().revokeBotToken(name, of: call.subject)
        return Report("Token \(name) of \(call.subject) is revoked.", .object([("name", .string(name))]))
    }

    private static func listBots(_ call: Invocation) throws -> Report {
        let limit = try call.number("--limit", in: 1...100_000, default: 50)
        let found = try call.administrator().bots(limit: limit + 1)
        return .list(
            ["ID", "NAME", "NICK", "STATE"],
            found.prefix(limit).map { bot in
                [
                    .number(Int(bot.id.rawValue)), .string(bot.name), .string(bot.nick),
                    .string(bot.hasLeft ? "disabled" : "active"),
                ]
            },
            note: found.count > limit ? "There are more: use a higher --limit." : nil)
    }

    private static func removeBot(_ call: Invocation) throws -> Report {
        try call.administrator().removeBot(call.subject)
        return Report("Bot \(call.subject) is removed.", .object([("name", .string(call.subject))]))
    }
}
