import Primitives
public import TalkProtocol

/// What one user may, where that is not what everybody may.
public struct UserQuota: Sendable, Equatable {
    /// Bytes of pictures that are stored of this user; `nil`: as many as of everybody.
    public var pictureBytes: Int?
    /// Bytes of files that this user hands out within a day; `nil`: as many as everybody.
    public var dailyFileBytes: Int?

    public init(pictureBytes: Int? = nil, dailyFileBytes: Int? = nil) {
        self.pictureBytes = pictureBytes
        self.dailyFileBytes = dailyFileBytes
    }
}

/// How much of what one may has been used.
public struct QuotaUse: Sendable, Equatable {
    public let quota: UserQuota
    public let pictureBytes: Int
    /// Within the last day.
    public let fileBytes: Int
}

extension Database {
    private static let userQuota = Statement(
        "user_quota", "select picture_bytes, daily_file_bytes from user_quota where user_id = $1::int")

    /// The quota of a user who has one; otherwise it is that of everybody.
    public func quota(of user: UserID, _ completion: @escaping Completion<UserQuota>) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.userQuota, parameters, completion) { rows in
            rows.count == 0 ? UserQuota() : Self.readQuota(rows[0])
        }
    }

    private static let quotaUse = Statement(
        "quota_use",
        """
        select q.picture_bytes, q.daily_file_bytes, \(pictureBytes), (
            select coalesce(sum(size), 0)::bigint from file_task
            where sender = $1::int and created_at > now() - interval '1 day')
        from account a left join user_quota q on q.user_id = a.id where a.id = $1::int
        """)

    private static let pictureBytes =
        "(select coalesce(sum(bytes), 0)::bigint from blob_usage where user_id = $1::int and kind = 1)"

    /// How much of it has been used; `nil`: there is no such user.
    public func quotaUse(of user: UserID, _ completion: @escaping Completion<QuotaUse?>) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.quotaUse, parameters, completion) { rows in
            if rows.count == 0 { return .some(nil) }
            guard let pictures = rows[0].int64(2), let files = rows[0].int64(3) else { return nil }
            return QuotaUse(
                quota: Self.readQuota(rows[0]), pictureBytes: Int(pictures), fileBytes: Int(files))
        }
    }

    private static let pictureRoom = Statement(
        "picture_room",
        """
        select coalesce((select picture_bytes from user_quota where user_id = $1::int), $2::bigint) - \(pictureBytes)
        """)

    /// Bytes of pictures that a user may still store; below zero where the quota was lowered.
    /// - Parameter quota: what everybody may.
    public func pictureRoom(of user: UserID, quota: Int, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(Int64(quota))
        query(Self.pictureRoom, parameters, completion) { $0.count == 1 ? $0[0].int64(0).map { Int($0) } : nil }
    }

    private static let setQuota = Statement(
        "set_user_quota",
        """
        insert into user_quota (user_id, picture_bytes, daily_file_bytes)
        select id, $2::bigint, $3::bigint from account where id = $1::int
        on conflict (user_id) do update
        set picture_bytes = excluded.picture_bytes, daily_file_bytes = excluded.daily_file_bytes
        returning 1
        """)

    /// Also below what has been used: then there is no more. `false`: there is no such user.
    public func setQuota(_ quota: UserQuota, of user: UserID, _ completion: @escaping Completion<Bool>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(quota.pictureBytes.map(Int64.init))
        parameters.add(quota.dailyFileBytes.map(Int64.init))
        query(Self.setQuota, parameters, within: configuration.writeDeadline, completion) { $0.count == 1 }
    }

    private static func readQuota(_ row: Row) -> UserQuota {
        UserQuota(pictureBytes: row.int64(0).map { Int($0) }, dailyFileBytes: row.int64(1).map { Int($0) })
    }
}
