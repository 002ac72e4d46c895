public import Primitives
public import TalkProtocol

/// A message from one user to all others, or to those of a department.
public struct Notice: Sendable, Equatable {
    public let id: Int64
    public let sender: UserID
    /// 0: everybody.
    public let departmentID: DepartmentID
    /// How many were to get it when it was made.
    public let users: Int
    public let createdAt: UnixTime
    /// `nil`: it is being sent.
    public let doneAt: UnixTime?
}

/// A notice that this node is to send.
public struct NoticeWork: Sendable {
    public let id: Int64
    public let sender: UserID
    public let departmentID: DepartmentID
    public let body: [UInt8]
    /// All up to this one have it.
    public let reached: UserID
}

extension Database {
    /// Who gets a notice of a sender to a department: $1 and $2.
    private static let audience = """
        a.status <> 3 and a.id <> $1::int and ($2::int = 0 or a.department_id = $2::int)
        """

    private static let countAudience = Statement(
        "count_notice_audience", "select count(*)::int from account a where \(audience)")

    /// How many would get a notice.
    public func countNoticeAudience(
        from sender: UserID, departmentID: DepartmentID, _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(sender)
        parameters.add(departmentID)
        query(Self.countAudience, parameters, completion) { $0.count == 1 ? $0[0].int32(0).map(Int.init) : nil }
    }

    private static let addNotice = Statement(
        "add_notice",
        """
        insert into notice (sender_id, department_id, body, users)
        select $1::int, $2::int, $3::bytea, (select count(*)::int from account a where \(audience))
        where exists (select from account where id = $1::int and status <> 3)
            and ($2::int = 0 or exists (select from department where id = $2::int and not deleted))
        returning \(noticeColumns)
        """)
    private static let noticeColumns = """
        id, sender_id, department_id, users, (extract(epoch from created_at) * 1000)::bigint,
        (extract(epoch from done_at) * 1000)::bigint
        """

    /// Stores a notice; some node sends it soon. `nil`: there is no such sender or department.
    public func addNotice(
        from sender: UserID, departmentID: DepartmentID, body: [UInt8], _ completion: @escaping Completion<Notice?>
    ) {
        var parameters = Parameters()
        parameters.add(sender)
        parameters.add(departmentID)
        parameters.add(body)
        query(Self.addNotice, parameters, within: configuration.writeDeadline, completion) {
            Self.readNotices($0).map(\.first)
        }
    }

    private static let notices = Statement(
        "notices", "select \(noticeColumns) from notice where id < $1::bigint order by id desc limit $2::int")

    /// The latest first.
    public func notices(before id: Int64, limit: Int, _ completion: @escaping Completion<[Notice]>) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(Int32(clamping: limit))
        query(Self.notices, parameters, completion, Self.readNotices)
    }

    private static func readNotices(_ rows: Rows) -> [Notice]? {
        var notices: [Notice] = []
        for index in 0..<rows.count {
            let row = rows[index]
            guard let id = row.int64(0), let sender: UserID = row.value(1), let department: DepartmentID = row.value(2),
                let users = row.int32(3), let made = row.int64(4)
            else { return nil }
            notices.append(
                Notice(
                    id: id, sender: sender, departmentID: department, users: Int(users),
                    createdAt: UnixTime(milliseconds: made), doneAt: row.int64(5).map(UnixTime.init(milliseconds:))))
        }
        return notices
    }

    // MARK: Sending

    private static let claimNotice = Statement(
        "claim_notice",
        """
        update notice set lease_until = now() + interval '15 seconds'
        where id = (
            select id from notice
            where done_at is null and not lease_until between now() and now() + interval '1 minute' order by id limit 1
            for update skip locked)
        returning id, sender_id, department_id, body, reached_user
        """)

    /// Takes over a notice that nobody is sending; it stays this node's for 15 seconds, and for as long after each
    /// `noticeReached`.
    public func claimNotice(_ completion: @escaping Completion<NoticeWork?>) {
        query(Self.claimNotice, Parameters(), within: configuration.writeDeadline, completion) { rows in
            guard rows.count == 1 else { return .some(nil) }
            let row = rows[0]
            guard let id = row.int64(0), let sender: UserID = row.value(1), let department: DepartmentID = row.value(2),
                let body = row.bytes(3), let reached: UserID = row.value(4)
            else { return nil }
            return NoticeWork(
                id: id, sender: sender, departmentID: department, body: body, reached: reached)
        }
    }

    private static let noticeBatch = Statement(
        "notice_batch",
        """
        select a.id, exists (
            select from message m
            where m.conversation_id = (least(a.id, $1::int)::bigint << 32) | greatest(a.id, $1::int)
                and m.client_key = $4::bytea)
        from account a where \(audience) and a.id > $3::int order by a.id limit $5::int
        """)

    /// The next users who are to get a notice, and whether they have it.
    /// - Parameter key: of its messages.
    public func noticeBatch(
        of work: NoticeWork, after user: UserID, key: [UInt8], limit: Int,
        _ completion: @escaping Completion<[(user: UserID, hasIt: Bool)]>
    ) {
        var parameters = Parameters()
        parameters.add(work.sender)
        parameters.add(work.departmentID)
        parameters.add(user)
        parameters.add(key)
        parameters.add(Int32(clamping: limit))
        query(Self.noticeBatch, parameters, completion) { rows in
            var users: [(user: UserID, hasIt: Bool)] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0), let hasIt = rows[index].bool(1) else { return nil }
                users.append((user, hasIt))
            }
            return users
        }
    }

    private static let noticeReached = Statement(
        "notice_reached",
        """
        update notice set reached_user = greatest(reached_user, $2::int), lease_until = now() + interval '15 seconds',
            done_at = case when $3::boolean then now() end
        where id = $1::bigint and done_at is null
        """)

    /// All users up to this one have the notice.
    public func noticeReached(
        _ id: Int64, _ user: UserID, isDone: Bool, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(user)
        parameters.add(isDone)
        query(Self.noticeReached, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }
}
