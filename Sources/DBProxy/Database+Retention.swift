/// Messages at the start of a conversation that are older than some time.
public struct AgedMessages: Sendable, Equatable {
    public let conversation: Int64
    public let count: Int64
    /// As stored, without indexes.
    public let bytes: Int64
    /// The last one of them.
    public let last: Int32
}

/// Rows that are worth nothing after some time, besides messages.
public enum AgedTable: String, CaseIterable, Sendable {
    /// What was written through the administration API.
    case audit
    /// What it answered under idempotency keys.
    case answers
    case failedLogins = "failed_logins"
    /// Session tokens that nobody can log in with any more; the login itself stays.
    case expiredTokens = "expired_tokens"
    /// The log of them.
    case calls
}

/// Deletes what is old. Messages go from the first one on, until one is not old: what stays has no gap, whatever the
/// clock of the database did. `first_msg_id` says where it starts.
extension Database {
    private static let agedConversations = Statement(
        "aged_conversations",
        """
        select c.id, coalesce(m.created_at < $2::bigint, false)
        from (select id from conversation where id > $1::bigint order by id limit $3::int) c
        left join lateral (
            select created_at from message where conversation_id = c.id order by msg_id limit 1) m on true
        order by c.id
        """)

    /// The next conversations by their ids, and whether each begins with a message from before `time` (unix seconds).
    public func agedConversations(
        before time: Int64, after id: Int64, limit: Int,
        _ completion: @escaping Completion<[(id: Int64, isAged: Bool)]>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(time)
        parameters.add(Int32(clamping: limit))
        query(Self.agedConversations, parameters, within: configuration.writeDeadline, completion) { rows in
            var found: [(id: Int64, isAged: Bool)] = []
            for index in 0..<rows.count {
                guard let id = rows[index].int64(0), let isAged = rows[index].bool(1) else { return nil }
                found.append((id, isAged))
            }
            return found
        }
    }

    /// Defines `aged`: of each conversation of $1 the messages behind that of $2 up to the first one that is not from
    /// before $3, $4 at most. `locked` says which conversations there are.
    private static let aged = """
        page as (
            select m.*, min(m.msg_id) filter (where m.created_at >= $3::bigint)
                over (partition by m.conversation_id) as cut
            from unnest($1::bigint[], $2::int[]) p (id, behind)
            join locked on locked.id = p.id
            cross join lateral (
                select conversation_id, msg_id, created_at, pg_column_size(body) + 60 as size from message
                where conversation_id = p.id and msg_id > p.behind order by msg_id limit $4::int) m
        ), aged as materialized (
            select conversation_id, msg_id, size from page where cut is null or msg_id < cut
        )
        """

    private static let sumOfAged = """
        select conversation_id, count(*), sum(size), max(msg_id) from aged group by conversation_id
        """

    private static let countAged = Statement(
        "count_aged",
        """
        with locked as (select id from conversation where id = any ($1::bigint[])), \(aged)
        \(sumOfAged)
        """)

    // Locked in the order of their ids, as an append does.
    private static let deleteAged = Statement(
        "delete_aged",
        """
        with locked as materialized (
            select id from conversation where id = any ($1::bigint[]) order by id for no key update
        ), \(aged), gone as (
            delete from message m using aged a where m.conversation_id = a.conversation_id and m.msg_id = a.msg_id
        ), moved as (
            update conversation c set first_msg_id = greatest(c.first_msg_id, s.last + 1)
            from (select conversation_id, max(msg_id) as last from aged group by conversation_id) s
            where c.id = s.conversation_id
        )
        \(sumOfAged)
        """)

    /// Old messages at the start of each conversation, or behind the one that is given, `limit` of each at most.
    /// Conversations without any are missing.
    /// - Parameter deletes: also deletes them; none may be skipped then.
    public func agedMessages(
        of conversations: [(id: Int64, behind: Int32)], before time: Int64, limit: Int, deletes: Bool,
        _ completion: @escaping Completion<[AgedMessages]>
    ) {
        var parameters = Parameters()
        parameters.add(conversations.map(\.id))
        parameters.add(conversations.map { deletes ? 0 : $0.behind })
        parameters.add(time)
        parameters.add(Int32(clamping: limit))
        let statement = deletes ? Self.deleteAged : Self.countAged
        query(statement, parameters, within: configuration.writeDeadline, completion) { rows in
            var found: [AgedMessages] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int64(0), let count = row.int64(1), let bytes = row.int64(2),
                    let last = row.int32(3)
                else { return nil }
                found.append(AgedMessages(conversation: id, count: count, bytes: bytes, last: last))
            }
            return found
        }
    }

    /// Counts rows from before `time` (unix seconds), all of them, or deletes `limit` of them at most. Returns how
    /// many.
    public func agedRows(
        _ table: AgedTable, before time: Int64, limit: Int, deletes: Bool, _ completion: @escaping Completion<Int>
    ) {
        guard let statement = (deletes ? Self.deletingRows : Self.countingRows)[table] else {
            return completion(.failure(.unexpectedAnswer))
        }
        var parameters = Parameters()
        parameters.add(time)
        parameters.add(Int32(clamping: limit))
        query(statement, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int64(0).map(Int.init) : nil
        }
    }

    private static let countingRows = statements("count") { table in
        "select count(*) from \(place(of: table)) where \(age(in: table)) < to_timestamp($1::bigint) and $2::int > 0"
    }

    private static let deletingRows = statements("delete") { table in
        let change =
            switch table {
            case .audit, .answers, .failedLogins, .calls: "delete from \(place(of: table))"
            case .expiredTokens: "update login set token_hash = null, token_expires_at = null"
            }
        return """
            with gone as (
                \(change) where ctid = any (array(
                    select ctid from \(place(of: table)) where \(age(in: table)) < to_timestamp($1::bigint)
                    limit $2::int)) returning 1)
            select count(*) from gone
            """
    }

    private static func statements(_ verb: String, _ sql: (AgedTable) -> String) -> [AgedTable: Statement] {
        Dictionary(
            uniqueKeysWithValues: AgedTable.allCases.map { ($0, Statement("\(verb)_old_\($0.rawValue)", sql($0))) })
    }

    private static func place(of table: AgedTable) -> String {
        switch table {
        case .audit: "admin_audit"
        case .answers: "admin_answer"
        case .failedLogins: "login_failure"
        case .expiredTokens: "login"
        case .calls: "call_record"
        }
    }

    private static func age(in table: AgedTable) -> String {
        switch table {
        case .audit: "at"
        case .answers: "created_at"
        case .failedLogins: "failed_at"
        case .expiredTokens: "token_hash is not null and token_expires_at"
        case .calls: "began_at"
        }
    }
}
