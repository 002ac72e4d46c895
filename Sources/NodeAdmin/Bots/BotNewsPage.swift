import DBProxy
import HTTPCore
import HTTPServer
import Primitives
import Reactor
import TalkProtocol

/// What is new for a bot, or will be soon.
extension BotAPI {
    private static let maxWait = 30
    /// Of one question to the database.
    private static let conversationsAtOnce = 20
    private static let messagesEach = 200
    /// How often the database is asked for one request because there was nothing but the bot's own messages.
    private static let maxRounds = 100

    func addNews() {
        add(
            Route(
                .get, Self.root + "/updates",
                "Messages of others above the read marks, each conversation in its order and without a gap; waits for "
                    + "some if there are none. What is not marked read is given again",
                scope: nil,
                [
                    .query("wait", .integer(0...Self.maxWait), "seconds; 0 if not given"),
                    .query("limit", .integer(1...500), "50 if not given"),
                ],
                gives: .object([.init("items", .list(of: BotMessages.schema))])) { _ in },
            isHeld: true
        ) { [unowned self] call, bot in
            let wait: Duration = .seconds(call.number("wait") ?? 0)
            answer(call, bot.user, until: loop.now + wait, rounds: Self.maxRounds)
        }
    }

    private func answer(_ call: Call, _ bot: UserID, until: Instant, rounds: Int) {
        let ask = { [database] in
            database.news(
                of: bot, conversations: Self.conversationsAtOnce, messagesEach: Self.messagesEach,
                byteCount: Self.maxBytes, $0)
        }
        call.ask(ask) { [self] found in
            let news = BotNews(found, for: bot, limit: call.limit)
            pass(news.passed, as: bot) { [self] in
                if news.isOnlyOwn, rounds > 1 { return answer(call, bot, until: until, rounds: rounds - 1) }
                if !news.items.isEmpty || loop.now >= until { return give(news.items, call, bot) }
                waits.add(bot, until: until) { [self] isOver in
                    isOver ? give([], call, bot) : answer(call, bot, until: until, rounds: Self.maxRounds)
                }
            }
        }
    }

    /// Moves read marks behind the bot's own messages.
    private func pass(_ marks: [ConversationID: MessageID], as bot: UserID, then body: @escaping () -> Void) {
        if marks.isEmpty { return body() }
        var open = marks.count
        for (conversation, id) in marks {
            database.markRead(conversation, by: bot, through: id) { _ in
                open -= 1
                if open == 0 { body() }
            }
        }
    }

    private func give(_ items: [NewsItem], _ call: Call, _ bot: UserID) {
        let list = items.map { messages.json($0.message, in: $0.conversation, for: bot) }
        call.answer(.object([("items", .array(list))]))
    }
}
