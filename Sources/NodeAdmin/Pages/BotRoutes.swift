import Administration
import Crypto
public import DBProxy
import Directory
import HTTPCore
import Primitives
import TalkProtocol

/// Bots and their tokens, for administrators.
public struct BotRoutes {
    private let database: Database
    private let bots: Bots

    public init(_ database: Database) {
        self.database = database
        bots = Bots(database)
    }

    private static let id = Route.Parameter.path("id", .id, "number of a bot")
    private static let token = Route.Parameter.path("token", .tokenName, "name of a token")
    private static let shown = JSONSchema.object([
        .init("name", .string), .init("group_id", .nullable(.id)),
        .init("token", .string, "shown this once: only its digest is stored"),
    ])

    public var all: [Route] {
        [
            Route(
                .get, "/admin/v1/bots", "Bots by number", scope: .read, .paging, gives: .page(of: Profile.schema),
                problems: [.badCursor], list),
            Route(
                .post, "/admin/v1/bots", "Makes a bot: a user that is a program, and has tokens in place of a password",
                scope: .write,
                takes: .object([
                    .init("name", .name(.user)), .init("nick", .name(.nick), "the name if not given").optional,
                    .init("department_id", .department).optional,
                ]),
                gives: Profile.schema, as: .created, problems: [.nameTaken, .departmentUnknown], make),
            Route(
                .delete, "/admin/v1/bots/{id}", "Ends a bot as a user is ended, and its tokens for good",
                scope: .write, [Self.id], isDestructive: true, gives: Profile.schema, problems: [.botUnknown], remove),
            Route(
                .get, "/admin/v1/bots/{id}/tokens", "The tokens and webhooks of a bot, without the tokens themselves",
                scope: .read, [Self.id], gives: .page(of: BotTokenRecord.schema), problems: [.botUnknown]
            ) { call in
                withBot(call) { bot in call.ask({ database.botTokens(of: bot.id, $0) }) { call.answer($0, \.json) } }
            },
            Route(
                .post, "/admin/v1/bots/{id}/tokens", "Makes a token, or a webhook of a group that the bot is in",
                scope: .write, [Self.id],
                takes: .object([
                    .init("name", .tokenName),
                    .init("group_id", .id, "a webhook: all that it may do is to write to this group").optional,
                ]),
                gives: Self.shown, as: .created,
                problems: [.botUnknown, .tokenNameTaken, .tooManyTokensOfBot, .noMember], addToken
            ).givingSecret(),
            Route(
                .post, "/admin/v1/bots/{id}/tokens/{token}/rotate",
                "Puts a new token in the place of an old one, which is worthless within seconds", scope: .write,
                [Self.id, Self.token], gives: Self.shown, problems: [.tokenUnknown], rotate
            ).givingSecret(),
            Route(
                .delete, "/admin/v1/bots/{id}/tokens/{token}", "Makes a token worthless within seconds", scope: .write,
                [Self.id, Self.token], gives: .object([.init("name", .string)]), problems: [.tokenUnknown]
            ) { call in
                let name = call.text("token") ?? ""
                call.order({ bots.revokeToken(name, of: UserID(call.id()), $0) }) {
                    call.answer(.object([("name", .string(name))]))
                }
            },
        ]
    }

    private func list(_ call: Call) {
        guard let last = Cursor.number(call, atStart: UInt32(0)) else { return }
        call.ask({ database.bots(after: UserID(last), limit: call.limit + 1, $0) }) {
            call.answer($0, \.json) { Cursor.of("\($0.id.rawValue)") }
        }
    }

    private func make(_ call: Call) {
        let (name, department) = (call.name() ?? "", call.body["department_id"]?.integer ?? 0)
        let departmentID = DepartmentID(UInt32(clamping: department))
        call.order({ bots.make(name: name, nick: call.name("nick") ?? name, departmentID: departmentID, $0) }) { id in
            call.ask({ database.profiles(of: [id], $0) }) { found in
                guard let bot = found.first else { return call.fail(.internalError, "the bot is gone again") }
                call.answer(bot.json, .created)
            }
        }
    }

    private func remove(_ call: Call) {
        withBot(call) { bot in
            if call.isDryRun {
                var bot = bot
                bot.status = .left
                return call.answer(bot.json)
            }
            call.order({ bots.remove(bot.id, $0) }) { withBot(call) { call.answer($0.json) } }
        }
    }

    private func addToken(_ call: Call) {
        let (name, group) = (call.body["name"]?.text ?? "", call.body["group_id"]?.integer)
        let groupID = group.map { GroupID(UInt32(clamping: $0)) }
        withNewToken(call, group == nil ? .bot : .webhook) { token in
            call.order({ bots.addToken(name, of: UserID(call.id()), token, group: groupID, $0) }) {
                call.answer(Self.show(name, token, groupID), .created)
            }
        }
    }

    private func rotate(_ call: Call) {
        let (name, bot) = (call.text("token") ?? "", UserID(call.id()))
        call.order({ bots.token(name, of: bot, $0) }) { record in
            withNewToken(call, record.group == nil ? .bot : .webhook) { token in
                call.order({ bots.rotateToken(name, of: bot, to: token, $0) }) {
                    call.answer(Self.show(name, token, record.group))
                }
            }
        }
    }

    private static func show(_ name: String, _ token: String, _ group: GroupID?) -> JSON {
        .object([
            ("name", .string(name)), ("group_id", group.map { .number(Int($0.rawValue)) } ?? .null),
            ("token", .string(token)),
        ])
    }

    private func withNewToken(_ call: Call, _ form: TokenForm, _ body: (String) -> Void) {
        guard let token = try? form.make() else { return call.fail(.internalError, "OpenSSL gave no random bytes") }
        body(token)
    }

    private func withBot(_ call: Call, _ body: @escaping (Profile) -> Void) {
        call.ask({ database.profiles(of: [UserID(call.id())], $0) }) { found in
            guard let user = found.first, user.isBot else {
                return call.fail(.botUnknown, "there is no bot #\(call.id())")
            }
            body(user)
        }
    }
}

extension JSONSchema {
    static let tokenName = JSONSchema.text(
        TextRule(
            lengths: 1...64, meaning: "have lower-case letters, digits, '-' and '_' only, a letter or digit first",
            pattern: "^[a-z0-9][a-z0-9_-]*$", holds: { AdminToken.flaw(inName: $0) == nil }))
}

extension BotTokenRecord {
    fileprivate static let schema = JSONSchema.object([
        .init("name", .string), .init("group_id", .nullable(.id), "of a webhook"), .init("created_at", .string),
        .init("last_used_at", .nullable(.string), "to the minute"), .init("revoked_at", .nullable(.string)),
    ])

    fileprivate var json: JSON {
        .object([
            ("name", .string(name)), ("group_id", group.map { .number(Int($0.rawValue)) } ?? .null),
            ("created_at", .string(createdAt.rfc3339)),
            ("last_used_at", lastUsedAt.map { .string($0.rfc3339) } ?? .null),
            ("revoked_at", revokedAt.map { .string($0.rfc3339) } ?? .null),
        ])
    }
}
