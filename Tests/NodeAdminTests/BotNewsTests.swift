import DBProxy
@testable import NodeAdmin
import TalkProtocol
import Testing

/// Which of the messages above its read marks a bot is given.
@Suite struct BotNewsTests {
    private let bot = UserID(7)

    private func item(_ group: UInt32, _ id: UInt32, by sender: UInt32) -> NewsItem {
        NewsItem(
            conversation: .group(GroupID(group)),
            message: StoredMessage(
                id: MessageID(id), sender: UserID(sender), type: .groupText, createdAt: 0, body: []))
    }

    @Test func itsOwnAreLeftOutAndPassedWhereNothingStandsBelow() {
        let found = [
            item(1, 4, by: 7), item(1, 5, by: 7), item(1, 6, by: 2), item(1, 7, by: 7), item(2, 1, by: 3),
            item(3, 9, by: 7),
        ]
        let news = BotNews(found, for: bot, limit: 10)
        #expect(news.items == [found[2], found[4]])
        // The mark of group 1 stays below what nobody has read.
        #expect(news.passed == [.group(GroupID(1)): MessageID(5), .group(GroupID(3)): MessageID(9)])
        #expect(!news.isOnlyOwn)
    }

    @Test func aLimitCutsNoHoles() {
        let found = [item(1, 1, by: 2), item(1, 2, by: 2), item(2, 1, by: 2)]
        #expect(BotNews(found, for: bot, limit: 1).items == [found[0]])
        #expect(BotNews(found, for: bot, limit: 2).items == [found[0], found[1]])
    }

    @Test func nothingButItsOwnIsNoEnd() {
        #expect(BotNews([item(1, 1, by: 7)], for: bot, limit: 1).isOnlyOwn)
        #expect(!BotNews([], for: bot, limit: 1).isOnlyOwn)
    }
}
