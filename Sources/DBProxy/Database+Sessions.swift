public import TalkProtocol

/// A conversation in a user's list of recent ones.
public struct RecentSession: Sendable, Equatable {
    public let conversation: ConversationID
    /// Unix seconds of the last message.
    public let updatedAt: UInt32
    public let latest: StoredMessage
    /// Messages from others above the read mark; `Database.unreadLimit` means that many or more.
    public let unread: UInt32
}

extension Database {
    /// Counting stops here: nobody reads "1,274 unread" differently from "999+".
    public static let unreadLimit: Int32 = 1000
    /// Only so many of the newest messages are looked at for the count: a robot that writes millions of messages nobody
    /// answers must not make its own login slow.
    private static let unreadScan: Int32 = 20_000

    /// What of a list of conversations is read.
    public struct SessionBounds: Sendable {
        /// So many conversations, the newest ones.
        public let sessions: Int
        /// Texts of the latest messages, from the newest on; those beyond are empty.
        public let bodyBytes: Int

        public init(sessions: Int, bodyBytes: Int) {
            self.sessions = sessions
            self.bodyBytes = bodyBytes
        }
    }

    /// The columns that `readSessions` reads, of a query that has `c`, `m` and a count of unread messages, `$2` and
    /// `$3` being the bounds. The body of a voice message is not fetched for a list that shows "[voice]" in its place.
    private static func columns(_ unread: String) -> String {
        """
        c.id, c.updated_at, m.msg_id, m.sender_id, m.type, m.created_at,
            case when m.type not in (2, 18) and $3::int >= sum(octet_length(m.body))
                filter (where m.type not in (2, 18)) over (order by c.updated_at desc, c.id) then m.body end,
            \(unread)
        """
    }

    private static let order = "order by c.updated_at desc, c.id limit $2::int"

    private static let recentSessions = Statement(
        "recent_sessions",
        """
        select \(columns("0::bigint"))
        from member b
        join conversation c on c.id = b.conversation_id
        join message m on m.conversation_id = c.id and m.msg_id = c.last_msg_id
        where b.user_id = $1::int and b.left_at_id is null
            and c.last_msg_id > greatest(b.hidden_through_id, b.joined_at_id)
            and (c.updated_at > $4::bigint or $4::bigint > extract(epoch from now())::bigint)
        \(order)
        """)

    /// The user's conversations with news after `since` (unix seconds), newest first. From a client that has seen times
    /// that are yet to come, as the clock was set back, nothing can be concluded: it gets all.
    public func recentSessions(
        of user: UserID, since: Int64, _ bounds: SessionBounds, _ completion: @escaping Completion<[RecentSession]>
    ) {
        var parameters = Parameters()
        parameters.add(user, bounds)
        parameters.add(since)
        query(Self.recentSessions, parameters, completion, Self.readSessions)
    }

    private static let unread = Statement(
        "unread",
        """
        select \(columns("n.unread"))
        from member b
        join conversation c on c.id = b.conversation_id
        cross join lateral (
            select count(*) as unread from (
                select from message x
                where x.conversation_id = c.id and x.sender_id <> b.user_id and x.msg_id <= c.last_msg_id
                    and x.msg_id > greatest(b.read_msg_id, b.joined_at_id, c.last_msg_id - $4::int)
                limit $5::int) x) n
        join message m on m.conversation_id = c.id and m.msg_id = c.last_msg_id
        where b.user_id = $1::int and b.left_at_id is null
            and c.last_msg_id > greatest(b.read_msg_id, b.joined_at_id) and n.unread > 0
        \(order)
        """)

    /// The user's conversations with unread messages, newest first.
    public func unread(
        of user: UserID, _ bounds: SessionBounds, _ completion: @escaping Completion<[RecentSession]>
    ) {
        var parameters = Parameters()
        parameters.add(user, bounds)
        parameters.add(Self.unreadScan)
        parameters.add(Self.unreadLimit)
        query(Self.unread, parameters, completion, Self.readSessions)
    }

    private static let markRead = Statement(
        "mark_read",
        """
        update member b set read_msg_id = greatest(b.read_msg_id, least(
            case
                when $3::int < b.read_msg_id or $3 = 1 and b.read_msg_id = 1 then coalesce($4::int, $3)
                else $3 end,
            c.last_msg_id))
        from conversation c
        where c.id = b.conversation_id and b.conversation_id = $2::bigint and b.user_id = $1::int
            and b.left_at_id is null
        returning b.read_msg_id
        """)

    /// Moves the read mark forward to `message`, or to the last one with `nil`. Returns the mark; `nil` for a user who
    /// is no member.
    ///
    /// - Parameter other: in place of `message` if that is below the mark, or is 1 again; the mark itself once more is
    ///   a repetition. So the marks of one conversation are moved in the order of the calls.
    public func markRead(
        _ conversation: ConversationID, by user: UserID, through message: MessageID?, ifRead other: MessageID? = nil,
        _ completion: @escaping Completion<MessageID?>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(conversation)
        parameters.add(message ?? MessageID(.max))
        parameters.add(other)
        query(
            inOrderOf: conversation.rawValue, Self.markRead, parameters, within: configuration.writeDeadline, completion
        ) { rows in
            .some(rows.count == 0 ? nil : rows[0].value(0))
        }
    }

    private static let hideSession = Statement(
        "hide_session",
        """
        update member b set hidden_through_id = c.last_msg_id, read_msg_id = greatest(b.read_msg_id, c.last_msg_id)
        from conversation c
        where c.id = b.conversation_id and b.conversation_id = $2::bigint and b.user_id = $1::int
            and b.left_at_id is null
        returning 1
        """)

    /// Takes the conversation out of the user's list until there is a new message, and marks it read. Returns whether
    /// there was one.
    public func hideSession(
        _ conversation: ConversationID, of user: UserID, _ completion: @escaping Completion<Bool>
    ) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(conversation)
        query(Self.hideSession, parameters, within: configuration.writeDeadline, completion) { $0.count > 0 }
    }

    private static func readSessions(_ rows: Rows) -> [RecentSession]? {
        var sessions: [RecentSession] = []
        for index in 0..<rows.count {
            let row = rows[index]
            guard let conversation: ConversationID = row.value(0),
                let updatedAt = row.int64(1), let id: MessageID = row.value(2), let sender: UserID = row.value(3),
                let type: MsgType = row.value(4), let createdAt = row.int64(5),
                let unread = row.int64(7)
            else { return nil }
            let latest = StoredMessage(
                id: id, sender: sender, type: type, createdAt: UInt32(truncatingIfNeeded: createdAt),
                body: row.bytes(6) ?? [])
            sessions.append(
                RecentSession(
                    conversation: conversation, updatedAt: UInt32(truncatingIfNeeded: updatedAt), latest: latest,
                    unread: UInt32(truncatingIfNeeded: unread)))
        }
        return sessions
    }
}

extension Parameters {
    /// `$1` to `$3` of the lists of conversations.
    fileprivate mutating func add(_ user: UserID, _ bounds: Database.SessionBounds) {
        add(user)
        add(Int32(clamping: bounds.sessions))
        add(Int32(clamping: bounds.bodyBytes))
    }
}
