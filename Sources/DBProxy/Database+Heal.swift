public import TalkProtocol

/// Something stored that can be put right without taking anything from anybody.
public enum Repair: Sendable, Equatable {
    /// Raises the last id of a conversation to that of its last message: with one that is too low nobody can write.
    case raiseHead(Int64)
    /// Lowers the first id of a conversation to that of its first message.
    case lowerFirst(Int64)
    /// Lowers what a member has above the last message.
    case lowerMarks(Int64, user: Int32)
    /// Makes both users of a pair its members.
    case completePair(Int64)
    /// Takes everybody else out of a pair.
    case clearPair(Int64)
    /// Makes the conversation of a group, or of messages between two users.
    case makeConversation(Int64)
    /// Takes who is no user out of a group.
    case leaveGroup(Int64, user: Int32)
    /// Puts a user into no department.
    case clearDepartment(Int64)
    /// Puts a department to the top.
    case clearParent(Int64)
}

extension Database {
    /// Repairs one thing in a transaction of its own, if it is still wrong. Returns whether it was.
    public func repair(_ repair: Repair, _ completion: @escaping Completion<Bool>) {
        let (statement, id, user) = Self.statement(for: repair)
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(user)
        query(statement, parameters, within: configuration.writeDeadline, completion) { $0.count > 0 }
    }

    private static func statement(for repair: Repair) -> (Statement, Int64, Int32) {
        switch repair {
        case .raiseHead(let id): (raiseHead, id, 0)
        case .lowerFirst(let id): (lowerFirst, id, 0)
        case .lowerMarks(let id, let user): (lowerMarks, id, user)
        case .completePair(let id): (completePair, id, 0)
        case .clearPair(let id): (clearPair, id, 0)
        case .makeConversation(let id): (makeConversation, id, 0)
        case .leaveGroup(let id, let user): (leaveGroup, id, user)
        case .clearDepartment(let id): (clearDepartment, id, 0)
        case .clearParent(let id): (clearParent, id, 0)
        }
    }

    // $1 is an id, $2 a user where there is one.

    private static let raiseHead = Statement(
        "raise_head",
        """
        update conversation c set last_msg_id = greatest(c.last_msg_id, t.id)
        from (select max(msg_id) as id from message where conversation_id = $1::bigint and $2::int is not null) t
        where c.id = $1::bigint and t.id > c.last_msg_id returning 1
        """)

    // Nobody is waited for: a head that is being moved on is none that stands below its messages.
    private static let raiseHeads = Statement(
        "raise_heads",
        """
        with c as materialized (
            select id, last_msg_id from conversation where id = any ($1::bigint[]) order by id
            for no key update skip locked
        ), t as (
            select c.id, c.last_msg_id as before, m.msg_id as top, m.created_at from c
            cross join lateral (
                select msg_id, created_at from message where conversation_id = c.id order by msg_id desc limit 1) m
            where m.msg_id > c.last_msg_id
        )
        update conversation c set last_msg_id = t.top, updated_at = greatest(c.updated_at, t.created_at)
        from t where c.id = t.id returning c.id, t.before, t.top
        """)

    /// Raises the last ids of those of these conversations that have messages above it, and reports each.
    public func raiseHeads(
        queue: Int, of conversations: [ConversationID], within limit: Duration? = nil,
        _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(conversations)
        write(queue: queue, Self.raiseHeads, parameters, within: limit, completion) { [report] rows in
            for index in 0..<rows.count {
                guard let id: ConversationID = rows[index].value(0),
                    let before: MessageID = rows[index].value(1), let top: MessageID = rows[index].value(2)
                else { return nil }
                report?(
                    .headRaised(
                        id, from: before, to: top))
            }
            return rows.count
        }
    }

    private static let lowerFirst = Statement(
        "lower_first",
        """
        update conversation c set first_msg_id = least(c.first_msg_id, t.id)
        from (select min(msg_id) as id from message where conversation_id = $1::bigint and $2::int is not null) t
        where c.id = $1::bigint and t.id < c.first_msg_id returning 1
        """)

    // The lock keeps the last message where it is until the marks are below it.
    private static let lowerMarks = Statement(
        "lower_marks",
        """
        with c as materialized (
            select id, last_msg_id as last from conversation where id = $1::bigint for no key update)
        update member m set read_msg_id = least(m.read_msg_id, c.last), joined_at_id = least(m.joined_at_id, c.last),
            left_at_id = case when m.left_at_id > c.last then c.last else m.left_at_id end,
            hidden_through_id = least(m.hidden_through_id, c.last)
        from c where m.conversation_id = c.id and m.user_id = $2::int
            and greatest(m.read_msg_id, m.joined_at_id, m.left_at_id, m.hidden_through_id) > c.last
        returning 1
        """)

    private static let completePair = Statement(
        "complete_pair",
        """
        insert into member as m (conversation_id, user_id)
        select c.id, a.id from conversation c
        join account a on a.id = any (array[c.id >> 32, c.id & 4294967295])
        where c.id = $1::bigint and c.id >= 4294967296 and $2::int is not null
        on conflict (conversation_id, user_id) do update set left_at_id = null where m.left_at_id is not null
        returning 1
        """)

    // Who belongs to a pair stands in its id, so the row says nothing that could be lost.
    private static let clearPair = Statement(
        "clear_pair",
        """
        delete from member where conversation_id = $1::bigint and conversation_id >= 4294967296
            and user_id::bigint not in (conversation_id >> 32, conversation_id & 4294967295) and $2::int is not null
        returning 1
        """)

    private static let makeConversation = Statement(
        "make_conversation",
        """
        insert into conversation (id, last_msg_id, updated_at)
        select $1::bigint, coalesce(m.msg_id, 0), coalesce(m.created_at, 0)
        from (values ($2::int)) nothing (user_id)
        left join lateral (
            select msg_id, created_at from message where conversation_id = $1::bigint
            order by msg_id desc limit 1) m on true
        where exists (select from chat_group where id = $1::bigint)
            or ($1::bigint >> 32 < $1::bigint & 4294967295
                and exists (select from account where id = $1::bigint >> 32)
                and exists (select from account where id = $1::bigint & 4294967295))
        on conflict do nothing returning 1
        """)

    private static let leaveGroup = Statement(
        "leave_group",
        """
        select from (
            select change_members(g.id, g.version, '{}', array[$2::int]) as version from chat_group g
            where g.id = $1::bigint and not exists (select from account where id = $2::int)) changed
        where version is not null
        """)

    private static let clearDepartment = Statement(
        "clear_department",
        """
        update account a set department_id = 0, stamp = next_stamp()
        where a.id = $1::bigint and a.department_id <> 0 and $2::int is not null and not exists (
            select from department d where d.id = a.department_id and (not d.deleted or a.status = 3))
        returning 1
        """)

    private static let clearParent = Statement(
        "clear_parent",
        """
        with orphan as materialized (
            select id from department d
            where d.id = $1::bigint and d.parent_id <> 0 and $2::int is not null and not exists (
                select from department u where u.id = d.parent_id and not u.deleted)
            for no key update)
        update department d set parent_id = 0, stamp = next_stamp() from orphan o where d.id = o.id returning 1
        """)
}
