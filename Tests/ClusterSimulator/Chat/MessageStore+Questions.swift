public import DBProxy
public import TalkProtocol

/// What nodes ask PostgreSQL, and how it answers.
extension MessageStore {
    private static let maxRecentRows: UInt32 = 4096
    private static let unreadScan: UInt32 = 20_000
    private static let unreadLimit = 1000

    private func member(_ user: UserID, of conversation: ConversationID) -> Member? {
        guard let member = conversations[conversation]?.members[user], member.leftAt == nil else { return nil }
        return member
    }

    private func stored(_ message: Message) -> StoredMessage {
        StoredMessage(
            id: message.stored.id, sender: message.stored.sender, type: message.stored.type,
            createdAt: UInt32(clamping: message.createdAt), body: message.stored.body)
    }

    // MARK: Of clients

    public func history(
        of conversation: ConversationID, for user: UserID, upTo last: MessageID?, count: Int, byteCount: Int
    ) -> [StoredMessage] {
        guard let member = member(user, of: conversation), let found = conversations[conversation] else { return [] }
        let ids = found.messages.keys.filter { $0 > member.joinedAt && $0 <= last?.rawValue ?? .max }.sorted(by: >)
        var before = 0
        var messages: [StoredMessage] = []
        for id in ids.prefix(count) {
            guard let message = found.messages[id] else { continue }
            if before == 0 || before + message.stored.body.count <= byteCount { messages.append(stored(message)) }
            before += message.stored.body.count
        }
        return messages
    }

    public func latestID(of conversation: ConversationID, for user: UserID) -> MessageID? {
        guard let member = member(user, of: conversation), let last = conversations[conversation]?.last,
            last > member.joinedAt
        else { return nil }
        return MessageID(last)
    }

    /// Moves the read mark, as `Database.markRead` does.
    public mutating func markRead(
        _ conversation: ConversationID, by user: UserID, through message: MessageID?, ifRead other: MessageID?
    ) -> MessageID? {
        guard let member = member(user, of: conversation), let last = conversations[conversation]?.last else {
            return nil
        }
        let through = message?.rawValue ?? UInt32(Int32.max)
        let isRepeated = through < member.read || through == 1 && member.read == 1
        let wanted = isRepeated ? other?.rawValue ?? through : through
        let mark = max(member.read, min(wanted, last))
        conversations[conversation]?.members[user]?.read = mark
        return MessageID(mark)
    }

    /// The conversations in which the user has unread messages, and how many there are.
    public func unread(of user: UserID) -> [ConversationID: Int] {
        var unread: [ConversationID: Int] = [:]
        for (id, conversation) in conversations {
            guard let member = member(user, of: id), conversation.messages[conversation.last] != nil else { continue }
            let oldest = conversation.last > Self.unreadScan ? conversation.last - Self.unreadScan : 0
            let start = max(member.read, member.joinedAt, oldest)
            let count = conversation.messages.count {
                $0.key > start && $0.key <= conversation.last && $0.value.stored.sender != user
            }
            if count > 0 { unread[id] = min(count, Self.unreadLimit) }
        }
        return unread
    }

    /// The conversations of which the user is a member now.
    public func conversations(of user: UserID) -> [ConversationID] {
        conversations.keys.filter { member(user, of: $0) != nil }.sorted()
    }

    // MARK: Of nodes

    public func messages(
        of conversation: ConversationID, from first: MessageID, through last: MessageID
    ) -> [StoredMessage] {
        let found = conversations[conversation]?.messages ?? [:]
        return found.keys.filter { $0 >= first.rawValue && $0 <= last.rawValue }.sorted().compactMap {
            found[$0].map(stored)
        }
    }

    public func heads(of conversations: [ConversationID]) -> [ConversationID: MessageID] {
        var heads: [ConversationID: MessageID] = [:]
        for id in conversations {
            if let last = self.conversations[id]?.last { heads[id] = MessageID(last) }
        }
        return heads
    }

    public func memberships(of group: GroupID) -> [Membership] {
        let members = conversations[.group(group)]?.members ?? [:]
        return members.map { user, member in
            Membership(
                user: user, joinedAt: MessageID(member.joinedAt), leftAt: member.leftAt.map { MessageID($0) })
        }.sorted { ($0.joinedAt, $0.user) < ($1.joinedAt, $1.user) }
    }

    public func recentMessages(
        in conversations: [(conversation: ConversationID, horizon: Int64)], seconds: Int64
    ) -> [RecentMessages] {
        conversations.compactMap { id, horizon in
            guard let last = self.conversations[id]?.last else { return nil }
            return recent(id, seconds: seconds, since: horizon)
                ?? RecentMessages(conversation: id, first: MessageID(last + 1), head: MessageID(last))
        }
    }

    public func recentMessages(of users: [(user: UserID, horizon: Int64)], seconds: Int64) -> [RecentMessages] {
        conversations.keys.sorted().compactMap { id in
            guard let conversation = conversations[id], conversation.updatedAt >= now - seconds else { return nil }
            let horizon = users.filter { member($0.user, of: id) != nil }.map(\.horizon).min()
            return horizon.flatMap { recent(id, seconds: seconds, since: $0) }
        }
    }

    private func recent(_ id: ConversationID, seconds: Int64, since horizon: Int64) -> RecentMessages? {
        guard let conversation = conversations[id] else { return nil }
        // One that is not reached yet was read before the database was set back, and means nothing.
        let isNotReached = horizon > nextTransaction && horizon < .max
        let oldest = conversation.last > Self.maxRecentRows ? conversation.last - Self.maxRecentRows : 0
        let ids = conversation.messages.filter { id, message in
            id > oldest && message.createdAt >= now - seconds && message.transaction >= (isNotReached ? 0 : horizon)
        }.keys
        return ids.min().map {
            RecentMessages(conversation: id, first: MessageID($0), head: MessageID(conversation.last))
        }
    }
}
