public import TalkProtocol

/// One message as it is stored.
public struct StoredMessage: Sendable, Equatable {
    public let id: MessageID
    public let sender: UserID
    public let type: MsgType
    /// Unix seconds, by the database's clock.
    public let createdAt: UInt32
    /// What the client sent as `msg_data`, byte for byte.
    public let body: [UInt8]

    public init(id: MessageID, sender: UserID, type: MsgType, createdAt: UInt32, body: [UInt8]) {
        self.id = id
        self.sender = sender
        self.type = type
        self.createdAt = createdAt
        self.body = body
    }
}

extension Database {
    // The user's entitlement stands in each of these: joined_at_id < msg_id, and no one who has left reads anything.
    // Bodies are measured without being read, and those beyond the bound are left where they are.

    private static let measuredColumns = """
        m.msg_id, m.sender_id, m.type, m.created_at, m.body,
            sum(octet_length(m.body)) over (order by m.msg_id desc) - octet_length(m.body) as before,
            octet_length(m.body) as length
        """

    private static let history = Statement(
        "history",
        """
        select msg_id, sender_id, type, created_at, body from (
        select \(measuredColumns)
        from member b
        join message m on m.conversation_id = b.conversation_id and m.msg_id > b.joined_at_id
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null and m.msg_id <= $3::int
        order by m.msg_id desc limit $4::int) m
        where before = 0 or before + length <= $5::int
        order by msg_id desc
        """)

    /// The newest `count` messages up to `last`, newest first, as far as their bodies have `byteCount` bytes together;
    /// one at least. Empty for a user who is no member.
    public func history(
        of conversation: ConversationID, for user: UserID, upTo last: MessageID?, count: Int, byteCount: Int,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(conversation)
        parameters.add(last ?? MessageID(.max))
        parameters.add(Int32(clamping: count))
        parameters.add(Int32(clamping: byteCount))
        query(Self.history, parameters, completion, Self.readMessages)
    }

    private static let messagesByID = Statement(
        "messages_by_id",
        """
        select msg_id, sender_id, type, created_at, body from (
        select \(measuredColumns)
        from member b
        join message m on m.conversation_id = b.conversation_id and m.msg_id > b.joined_at_id
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null
            and m.msg_id = any ($3::int[])) m
        where before = 0 or before + length <= $4::int
        order by msg_id desc
        """)

    /// The messages with these ids, newest first, as far as their bodies have `byteCount` bytes together, one at least;
    /// those that do not exist are missing.
    public func messages(
        of conversation: ConversationID, for user: UserID, ids: [MessageID], byteCount: Int,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(conversation)
        parameters.add(ids)
        parameters.add(Int32(clamping: byteCount))
        query(Self.messagesByID, parameters, completion, Self.readMessages)
    }

    private static let range = Statement(
        "message_range",
        """
        select msg_id, sender_id, type, created_at, body from message
        where conversation_id = $1::bigint and msg_id between $2::int and $3::int order by msg_id
        """)

    /// Messages that must be pushed because they overtook each other or were lost on the way; oldest first.
    public func messages(
        of conversation: ConversationID, from first: MessageID, through last: MessageID,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(conversation)
        parameters.add(first)
        parameters.add(last)
        query(Self.range, parameters, completion, Self.readMessages)
    }

    private static let latestBefore = Statement(
        "messages_before",
        """
        select msg_id, sender_id, type, created_at, body from message
        where conversation_id = $1::bigint and msg_id < $2::int order by msg_id desc limit $3::int
        """)

    /// For administrators, who are no members: the newest messages below `id`, newest first.
    public func messages(
        of conversation: ConversationID, before id: MessageID, limit: Int,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(conversation)
        parameters.add(id)
        parameters.add(Int32(clamping: limit))
        query(Self.latestBefore, parameters, completion, Self.readMessages)
    }

    private static let latestID = Statement(
        "latest_id",
        """
        select c.last_msg_id from member b join conversation c on c.id = b.conversation_id
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null
            and c.last_msg_id > b.joined_at_id and c.last_msg_id >= c.first_msg_id
        """)

    /// The newest id that the user may read; `nil` if there is none.
    public func latestID(
        of conversation: ConversationID, for user: UserID, _ completion: @escaping Completion<MessageID?>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(conversation)
        query(Self.latestID, parameters, completion) { rows in
            .some(rows.count == 0 ? nil : rows[0].value(0))
        }
    }

    private static let heads = Statement(
        "heads", "select id, last_msg_id from conversation where id = any ($1::bigint[])")

    /// The highest id of each of these conversations.
    public func heads(
        of conversations: [ConversationID], _ completion: @escaping Completion<[ConversationID: MessageID]>
    ) {
        var parameters = Parameters()
        parameters.add(conversations)
        query(Self.heads, parameters, completion) { rows in
            var heads: [ConversationID: MessageID] = [:]
            for index in 0..<rows.count {
                guard let id: ConversationID = rows[index].value(0),
                    let head: MessageID = rows[index].value(1)
                else { return nil }
                heads[id] = head
            }
            return heads
        }
    }

    private static func readMessages(_ rows: Rows) -> [StoredMessage]? {
        var messages: [StoredMessage] = []
        messages.reserveCapacity(rows.count)
        for index in 0..<rows.count {
            guard let message = StoredMessage(rows[index], at: 0) else { return nil }
            messages.append(message)
        }
        return messages
    }
}
