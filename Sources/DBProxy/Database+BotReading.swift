public import TalkProtocol

/// A conversation as a program sees it that belongs to it.
public struct BotConversation: Sendable, Equatable {
    public let conversation: ConversationID
    /// Of the group, or of the other one.
    public let name: String
    /// What is below is not there for it: from before it came, or deleted for its age.
    public let first: MessageID
    /// 0: there is none yet.
    public let last: MessageID
    public let read: MessageID
}

/// Messages from a conversation that has more, or may have.
public struct MessageRange: Sendable, Equatable {
    public let messages: [StoredMessage]
    /// The last id of the conversation.
    public let head: MessageID
}

/// A message of a conversation, without its body if the reader wrote it.
public struct NewsItem: Sendable, Equatable {
    public let conversation: ConversationID
    public let message: StoredMessage

    public init(conversation: ConversationID, message: StoredMessage) {
        self.conversation = conversation
        self.message = message
    }
}

/// What programs read. As for clients: joined_at_id < msg_id, and no one who has left reads anything.
extension Database {
    private static let botConversations = Statement(
        "bot_conversations",
        """
        select c.id, coalesce(g.name, a.name, ''), greatest(b.joined_at_id + 1, c.first_msg_id), c.last_msg_id,
            b.read_msg_id
        from member b join conversation c on c.id = b.conversation_id
        left join chat_group g on g.id = c.id
        left join account a on c.id > 4294967295
            and a.id = case when c.id >> 32 = b.user_id then c.id & 4294967295 else c.id >> 32 end
        where b.user_id = $1::int and b.left_at_id is null and c.id > $2::bigint
        order by c.id limit $3::int
        """)

    /// The conversations of a user, groups first, by number.
    public func conversations(
        of user: UserID, after last: ConversationID, limit: Int, _ completion: @escaping Completion<[BotConversation]>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(last)
        parameters.add(Int32(clamping: limit))
        query(Self.botConversations, parameters, completion) { rows in
            var found: [BotConversation] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id: ConversationID = row.value(0), let name = row.text(1),
                    let first: MessageID = row.value(2), let last: MessageID = row.value(3),
                    let read: MessageID = row.value(4)
                else { return nil }
                found.append(BotConversation(conversation: id, name: name, first: first, last: last, read: read))
            }
            return found
        }
    }

    private static let messagesFrom = Statement(
        "messages_from",
        """
        select c.last_msg_id, m.msg_id, m.sender_id, m.type, m.created_at, m.body
        from member b join conversation c on c.id = b.conversation_id
        left join lateral (
            select * from (
                select x.*, sum(octet_length(x.body)) over (order by x.msg_id) - octet_length(x.body) as before,
                    octet_length(x.body) as length
                from message x
                where x.conversation_id = b.conversation_id and x.msg_id > b.joined_at_id
                    and x.msg_id between $3::int and $4::int
                order by x.msg_id limit $5::int) x
            where x.before = 0 or x.before + x.length <= $6::int) m on true
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null
        order by m.msg_id
        """)

    /// Messages of a range, the oldest first, as far as their bodies have `byteCount` bytes together; one at least.
    /// `nil` for a user who is no member.
    public func messages(
        of conversation: ConversationID, for user: UserID, from first: MessageID, through last: MessageID, limit: Int,
        byteCount: Int, _ completion: @escaping Completion<MessageRange?>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(conversation)
        parameters.add(first)
        parameters.add(last)
        parameters.add(Int32(clamping: limit))
        parameters.add(Int32(clamping: byteCount))
        query(Self.messagesFrom, parameters, completion) { rows in
            if rows.count == 0 { return .some(nil) }
            var messages: [StoredMessage] = []
            for index in 0..<rows.count where rows[index].int32(1) != nil {
                guard let message = StoredMessage(rows[index], at: 1) else { return nil }
                messages.append(message)
            }
            return rows[0].value(0).map { .some(MessageRange(messages: messages, head: $0)) }
        }
    }

    // Conversations that have waited for longest come first, and none has all the room.
    private static let news = Statement(
        "news",
        """
        select conversation_id, msg_id, sender_id, type, created_at, body from (
            select c.at, x.*, sum(octet_length(x.body)) over (order by c.at, x.conversation_id, x.msg_id) as through
            from (
                select c.id, c.updated_at as at, c.last_msg_id as last,
                    greatest(b.read_msg_id, b.joined_at_id, c.first_msg_id - 1) as mark
                from member b join conversation c on c.id = b.conversation_id
                where b.user_id = $1::int and b.left_at_id is null
                    and c.last_msg_id > greatest(b.read_msg_id, b.joined_at_id, c.first_msg_id - 1)
                order by c.updated_at, c.id limit $2::int) c
            cross join lateral (
                select m.conversation_id, m.msg_id, m.sender_id, m.type, m.created_at,
                    case when m.sender_id <> $1::int then m.body else ''::bytea end as body
                from message m
                where m.conversation_id = c.id and m.msg_id > c.mark and m.msg_id <= c.last
                order by m.msg_id limit $3::int) x
            ) x
        where through <= greatest($4::int, octet_length(body))
        order by at, conversation_id, msg_id
        """)

    /// What stands above the user's read marks: of so many conversations, so many messages each, whose bodies have
    /// `byteCount` bytes together; each conversation from its mark on, without a gap. Those that the user wrote
    /// are there without bodies.
    public func news(
        of user: UserID, conversations: Int, messagesEach: Int, byteCount: Int,
        _ completion: @escaping Completion<[NewsItem]>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(Int32(clamping: conversations))
        parameters.add(Int32(clamping: messagesEach))
        parameters.add(Int32(clamping: byteCount))
        query(Self.news, parameters, completion) { rows in
            var found: [NewsItem] = []
            for index in 0..<rows.count {
                guard let conversation: ConversationID = rows[index].value(0),
                    let message = StoredMessage(rows[index], at: 1)
                else { return nil }
                found.append(NewsItem(conversation: conversation, message: message))
            }
            return found
        }
    }

    private static let usersWithNews = Statement(
        "users_with_news",
        """
        select u from unnest($1::int[]) u where exists (
            select from member b join conversation c on c.id = b.conversation_id
            where b.user_id = u and b.left_at_id is null
                and c.last_msg_id > greatest(b.read_msg_id, b.joined_at_id, c.first_msg_id - 1))
        """)

    /// Which of these users have messages above their read marks.
    public func usersWithNews(among users: [UserID], _ completion: @escaping Completion<[UserID]>) {
        var parameters = Parameters()
        parameters.add(users)
        query(Self.usersWithNews, parameters, completion) { rows in
            var found: [UserID] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0) else { return nil }
                found.append(user)
            }
            return found
        }
    }
}

extension StoredMessage {
    /// Of its five columns in their order: id, sender, type, time, body.
    init?(_ row: Row, at first: Int32) {
        guard let id: MessageID = row.value(first), let sender: UserID = row.value(first + 1),
            let type: MsgType = row.value(first + 2), let createdAt = row.int64(first + 3),
            let body = row.bytes(first + 4)
        else { return nil }
        self.init(
            id: id, sender: sender, type: type, createdAt: UInt32(truncatingIfNeeded: createdAt), body: body)
    }
}
