/// Tables whose rows are judged one by one.
public enum JudgedTable: String, CaseIterable, Sendable {
    /// Messages by their conversations: flaw 1, there is no such conversation, and no group that says so itself.
    case messages
    /// Flaws: 1 no conversation, 2 no creator.
    case groups
    /// Flaws: 1 read mark, 2 start, 4 end, 8 hiding mark above the last message; 16 not left, and no account.
    case members
    /// Flaws: 1 no such department; 2 a name that another user has in another case or form.
    case accounts
    /// Flaw 1: no department above it.
    case departments
    /// Flaws: 1 no account; 2 no epoch, a client of another class, or a token without end.
    case logins
}

/// A row by its key; tables with a simple key leave the second part at 0.
public struct RowKey: Hashable, Sendable {
    public let id: Int64
    public let part: Int32

    public init(id: Int64, part: Int32 = 0) {
        self.id = id
        self.part = part
    }
}

/// What a page of a table holds that it should not.
public struct JudgedPage: Sendable {
    public let count: Int
    /// `nil` at the end of the table.
    public let last: RowKey?
    public let flawed: [(key: RowKey, flaws: Int32)]
}

extension Database {
    private static let judging: [JudgedTable: Statement] = Dictionary(
        uniqueKeysWithValues: JudgedTable.allCases.map { table in
            // Only what is flawed travels, and the last key, from which the next page goes on.
            let sql = """
                with recursive \(page(of: table)), numbered as (
                    select *, row_number() over (order by id, part) as place, count(*) over () as size from page
                )
                select id, part, flaws, size from numbered where flaws <> 0 or place = size order by place
                """
            return (table, Statement("judge_\(table)", sql))
        })

    /// The next rows of a table by their keys.
    public func judge(
        _ table: JudgedTable, after key: RowKey, limit: Int, _ completion: @escaping Completion<JudgedPage>
    ) {
        guard let statement = Self.judging[table] else { return completion(.failure(.unexpectedAnswer)) }
        var parameters = Parameters()
        parameters.add(key.id)
        parameters.add(key.part)
        parameters.add(Int32(clamping: limit))
        query(statement, parameters, within: configuration.writeDeadline, completion) { rows in
            var found: [(key: RowKey, flaws: Int32)] = []
            var size: Int64 = 0
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int64(0), let part = row.int32(1), let flaws = row.int32(2),
                    let count = row.int64(3)
                else { return nil }
                found.append((RowKey(id: id, part: part), flaws))
                size = count
            }
            return JudgedPage(
                count: Int(size), last: size < limit ? nil : found.last?.key, flawed: found.filter { $0.flaws != 0 })
        }
    }

    /// Defines `page (id, part, flaws)`, the rows behind the key ($1, $2), $3 at most.
    private static func page(of table: JudgedTable) -> String {
        switch table {
        case .messages:
            // The next conversation by one probe of the index, however many messages lie between.
            """
            found (id) as (
                select min(conversation_id) from message where conversation_id > $1::bigint and $2::int is not null
                union all
                select (select min(m.conversation_id) from message m where m.conversation_id > found.id)
                from found where found.id is not null
            ), page as materialized (
                select id, 0 as part, (not exists (select from conversation c where c.id = found.id)
                    and not exists (select from chat_group g where g.id = found.id))::int as flaws
                from found where id is not null limit $3::int)
            """
        case .groups:
            """
            page as materialized (
                select g.id::bigint as id, 0 as part,
                    (not exists (select from conversation c where c.id = g.id))::int
                    + 2 * (not exists (select from account a where a.id = g.creator_id))::int as flaws
                from chat_group g where g.id > $1::bigint and $2::int is not null order by g.id limit $3::int)
            """
        case .members:
            """
            page as materialized (
                select m.conversation_id as id, m.user_id as part,
                    (m.read_msg_id > c.last_msg_id)::int + 2 * (m.joined_at_id > c.last_msg_id)::int
                    + 4 * coalesce(m.left_at_id > c.last_msg_id, false)::int
                    + 8 * (m.hidden_through_id > c.last_msg_id)::int
                    + 16 * (m.left_at_id is null
                        and not exists (select from account a where a.id = m.user_id))::int as flaws
                from (
                    select * from member where (conversation_id, user_id) > ($1::bigint, $2::int)
                    order by conversation_id, user_id limit $3::int) m
                join conversation c on c.id = m.conversation_id)
            """
        case .accounts:
            // Who has left may still belong to a department that is gone.
            """
            page as materialized (
                select a.id::bigint as id, 0 as part, (a.department_id <> 0 and not exists (
                    select from department d
                    where d.id = a.department_id and (not d.deleted or a.status = 3)))::int
                    + 2 * (a.name is not nfc normalized or exists (
                        select from account o where lower(o.name) = lower(a.name) and o.id <> a.id))::int as flaws
                from account a where a.id > $1::bigint and $2::int is not null order by a.id limit $3::int)
            """
        case .departments:
            """
            page as materialized (
                select d.id::bigint as id, 0 as part, (not d.deleted and d.parent_id <> 0 and not exists (
                    select from department u where u.id = d.parent_id and not u.deleted))::int as flaws
                from department d where d.id > $1::bigint and $2::int is not null order by d.id limit $3::int)
            """
        case .logins:
            """
            page as materialized (
                select l.user_id::bigint as id, l.class::int as part,
                    (not exists (select from account a where a.id = l.user_id))::int
                    + 2 * (l.epoch < 1 or l.client_type >> 4 <> l.class
                        or l.token_hash is not null and l.token_expires_at is null)::int as flaws
                from login l where (l.user_id, l.class) > (greatest($1::bigint, -1)::int, $2::int::smallint)
                order by l.user_id, l.class limit $3::int)
            """
        }
    }
}
