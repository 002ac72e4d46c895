import DBProxy
import TalkProtocol

/// What a bot has not marked read, in the order in which it is given: each conversation without a gap from its read
/// mark on, but for what the bot itself wrote. A core.
///
/// Nothing but the marks says how far a bot has come, so that it goes on where it was at any node, after any crash:
/// what was given and not marked is given again.
struct BotNews: Equatable {
    /// By others.
    private(set) var items: [NewsItem] = []
    /// The bot's own messages directly above a mark: nobody has to read them, so the mark may go behind them.
    private(set) var passed: [ConversationID: MessageID] = [:]

    /// - Parameters:
    ///   - found: from the read marks on, by conversation.
    ///   - limit: of `items`.
    init(_ found: [NewsItem], for bot: UserID, limit: Int) {
        var begun: Set<ConversationID> = []
        for item in found {
            if item.message.sender == bot {
                if !begun.contains(item.conversation) { passed[item.conversation] = item.message.id }
            } else {
                begun.insert(item.conversation)
                if items.count < limit { items.append(item) }
            }
        }
    }

    /// There may be something behind the bot's own messages.
    var isOnlyOwn: Bool { items.isEmpty && !passed.isEmpty }
}
