import Conversations
import DBProxy
import HTTPCore
import Primitives
import TalkProtocol

/// What a bot does that needs no waiting: its conversations, their messages, its sends, its read marks.
extension BotAPI {
    private static let conversation = Route.Parameter.path(
        "conversation", BotConversationName.schema, "`g5` for group 5, `u7` for user 7")
    /// Of bodies in one answer.
    static let maxBytes = 256 << 10
    static let key = JSONSchema.Member(
        "key", .plain(1...128), "names this message: whatever is sent again under it is the same message").optional
    static let sent = JSONSchema.object([.init("conversation", BotConversationName.schema), .init("id", .id)])
    static let sendProblems: [Problem.Kind] = [
        .notMember, .conversationUnknown, .textTooLong, .conversationFull, .notStored, .tooFast,
    ]

    func addPages() {
        add(Route(
            .get, Self.root + "/me", "Who the bot is", scope: nil,
            gives: .object([.init("id", .id), .init("name", .string), .init("nick", .string)])) { _ in }, me)
        add(Route(
            .get, Self.root + "/conversations", "Its conversations, groups first", scope: nil, .paging,
            gives: .page(of: BotConversation.schema), problems: [.badCursor]) { _ in }, list)
        add(Route(
            .get, Self.root + "/conversations/{conversation}/messages", "Messages of a range, the oldest first",
            scope: nil,
            [
                Self.conversation, .query("from", .id, "the first one; of all that it may read if not given"),
                .query("through", .id, "the last one"), .query("limit", .integer(1...200), "50 if not given"),
            ],
            gives: .object([
                .init("items", .list(of: BotMessages.schema)),
                .init("next_from", .nullable(.id), "give it as `from` for what follows; null at the end"),
            ]),
            problems: [.notMember]) { _ in }, read)
        add(Route(
            .post, Self.root + "/conversations/{conversation}/messages",
            "Sends a text; answers when it is stored, and not before", scope: nil, [Self.conversation],
            takes: .object([.init("text", .message), Self.key]), gives: Self.sent, problems: Self.sendProblems
        ) { _ in }) { [unowned self] call, bot in
            guard let conversation = conversation(call, bot) else { return }
            send(call, as: bot.user, to: conversation)
        }
        add(Route(
            .put, Self.root + "/conversations/{conversation}/read",
            "Marks as read, up to this message; the mark never goes back", scope: nil, [Self.conversation],
            takes: .object([.init("through", .id)]), gives: .object([.init("read", .count)]), problems: [.notMember]
        ) { _ in }, markRead)
    }

    private func me(_ call: Call, _ bot: BotIdentity) {
        call.ask({ database.profiles(of: [bot.user], $0) }) { found in
            guard let user = found.first else { return call.fail(.internalError, "the bot is gone") }
            call.answer(
                .object([
                    ("id", .number(Int(user.id.rawValue))), ("name", .string(user.name)), ("nick", .string(user.nick)),
                ]))
        }
    }

    private func list(_ call: Call, _ bot: BotIdentity) {
        guard let number = Cursor.number(call, atStart: UInt64(0)), let last = ConversationID(rawValue: number) else {
            return call.fail(.badCursor, "cursor must be the next_cursor of an answer")
        }
        call.ask({ database.conversations(of: bot.user, after: last, limit: call.limit + 1, $0) }) { found in
            call.answer(found, { $0.json(for: bot.user) }) { Cursor.of("\($0.conversation.rawValue)") }
        }
    }

    private func read(_ call: Call, _ bot: BotIdentity) {
        guard let conversation = conversation(call, bot) else { return }
        let first = MessageID(UInt32(clamping: call.number("from") ?? 1))
        let last = MessageID(UInt32(clamping: call.number("through") ?? Int(Int32.max)))
        call.ask({
            database.messages(
                of: conversation, for: bot.user, from: first, through: last, limit: call.limit,
                byteCount: Self.maxBytes, $0)
        }) { [messages] found in
            guard let found else { return call.send(.problem(Problem(.notMember))) }
            let items = found.messages
            let end = items.last.flatMap { $0.id < min(last, found.head) ? $0.id.rawValue + 1 : nil }
            call.answer(
                .object([
                    ("items", .array(items.map { messages.json($0, in: conversation, for: bot.user) })),
                    ("next_from", end.map { .number(Int($0)) } ?? .null),
                ]))
        }
    }

    private func markRead(_ call: Call, _ bot: BotIdentity) {
        guard let conversation = conversation(call, bot) else { return }
        let through = MessageID(UInt32(clamping: call.body["through"]?.integer ?? 0))
        call.ask({ database.markRead(conversation, by: bot.user, through: through, $0) }) { mark in
            guard let mark else { return call.send(.problem(Problem(.notMember))) }
            call.answer(.object([("read", .number(Int(mark.rawValue)))]))
        }
    }

    /// Sends what stands in the body of the call.
    func send(_ call: Call, as bot: UserID, to conversation: ConversationID) {
        guard let body = messages.body(call.body["text"]?.text ?? "") else {
            return call.fail(.internalError, "OpenSSL could not encrypt the text")
        }
        let key = call.body["key"]?.text.map { [UInt8]($0.utf8) }
        sender.send(body, from: bot, to: conversation, key: key) { result in
            switch result {
            case .success(let id):
                call.answer(
                    .object([
                        ("conversation", .string(BotConversationName.of(conversation, for: bot))),
                        ("id", .number(Int(id.rawValue))),
                    ]))
            case .failure(let failure): call.send(.problem(Problem(failure)))
            }
        }
    }

    /// That of the path; `nil`: it can be none, and the call is answered.
    private func conversation(_ call: Call, _ bot: BotIdentity) -> ConversationID? {
        let found = BotConversationName.conversation(call.text("conversation") ?? "", of: bot.user)
        if found == nil { call.send(.problem(Problem(.notMember))) }
        return found
    }
}

extension BotConversation {
    fileprivate static let schema = JSONSchema.object([
        .init("conversation", BotConversationName.schema), .init("name", .string, "of the group, or of the user"),
        .init("first", .id, "the first message that the bot may read"), .init("last", .count, "0: there is none yet"),
        .init("read", .count, "up to here the bot has marked it read"),
    ])

    fileprivate func json(for bot: UserID) -> JSON {
        .object([
            ("conversation", .string(BotConversationName.of(conversation, for: bot))), ("name", .string(name)),
            ("first", .number(Int(first.rawValue))), ("last", .number(Int(last.rawValue))),
            ("read", .number(Int(read.rawValue))),
        ])
    }
}

extension Problem {
    fileprivate init(_ kind: Kind) {
        self.init(kind, kind.summary)
    }

    fileprivate init(_ failure: SendFailure) {
        switch failure {
        case .tooLong(let limit):
            self.init(.textTooLong, "encrypted as it travels, the text has more than \(limit) bytes (limits.text)")
        case .tooFast(let wait): self = .tooFast(for: wait)
        case .lost(.notAllowed): self.init(.notMember)
        case .lost(.noReceiver): self.init(.conversationUnknown)
        case .lost(.idsUsedUp): self.init(.conversationFull)
        case .lost(.refusedByReview): self.init(.refused)
        case .lost(.queueFull), .lost(.timedOut), .lost(.databaseFailed):
            self.init(.notStored)
            retryAfterSeconds = 1
        }
    }
}

extension Problem.Kind {
    fileprivate static let notMember = Self(.forbidden, "not_a_member", "the bot is in no such conversation")
    fileprivate static let conversationUnknown = Self(
        .notFound, "conversation_unknown", "there is no such user or group")
    fileprivate static let textTooLong = Self(.badRequest, "text_too_long", "the text is too long")
    fileprivate static let conversationFull = Self(
        .conflict, "conversation_full", "the conversation has no more numbers for messages")
    fileprivate static let refused = Self(
        .forbidden, "refused_by_review", "the service that reviews messages did not accept it, or could not be asked")
    fileprivate static let notStored = Self(
        .serviceUnavailable, "not_stored",
        "the database did not confirm it: send it again under the same key, and it is stored once")
}
