public import TalkProtocol

/// Sessions that a change of an account has made void, whichever tool or statement made it: written by a trigger, read
/// by every node a few times a second.
public struct SessionEnd: Sendable {
    public let user: UserID
    /// The sessions of each class end whose login has this epoch or an earlier one.
    public let epochs: [DeviceClass: Int64]
}

/// The login of a user and class of device, by the number that the database gave it.
public struct LoginMark: Sendable {
    public let user: UserID
    public let device: DeviceClass
    public let epoch: Int64

    public init(_ user: UserID, _ device: DeviceClass, _ epoch: Int64) {
        self.user = user
        self.device = device
        self.epoch = epoch
    }
}

extension Database {
    private static let laterLogins = Statement(
        "later_logins",
        """
        select l.user_id, l.class, l.epoch
        from unnest($1::int[], $2::smallint[], $3::bigint[]) s (user_id, class, epoch)
        join login l on l.user_id = s.user_id and l.class = s.class
        where l.epoch > s.epoch
        """)

    /// The latest logins of those who have logged in after these.
    public func laterLogins(than marks: [LoginMark], _ completion: @escaping Completion<[LoginMark]>) {
        var parameters = Parameters()
        parameters.add(marks.map(\.user))
        parameters.add(marks.map(\.device))
        parameters.add(marks.map(\.epoch))
        query(for: .logins, Self.laterLogins, parameters, completion) { rows in
            var later: [LoginMark] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0), let device: DeviceClass = rows[index].value(1),
                    let epoch = rows[index].int64(2)
                else { return nil }
                later.append(LoginMark(user, device, epoch))
            }
            return later
        }
    }
}

extension Database {
    private static let sessionEnds = Statement(
        "session_ends",
        """
        select e.user_id, e.pc_epoch, e.mobile_epoch, s.horizon
        from (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon) s
        left join session_end e
            on e.transaction >= $1::bigint::text::xid8
            and ($1::bigint > 0 or e.ended_at > now() - interval '1 hour')
        """)

    /// What was written by transactions that a reading up to `horizon` could not see all of; 0 is before all.
    ///
    /// - Parameter completion: also gets the horizon of the next reading. It stays behind as long as some transaction
    ///   lasts, and what was read is read again then.
    public func sessionEnds(
        since horizon: Int64, _ completion: @escaping Completion<(ends: [SessionEnd], horizon: Int64)>
    ) {
        var parameters = Parameters()
        parameters.add(horizon)
        query(for: .logins, Self.sessionEnds, parameters, completion) { rows in
            guard rows.count > 0, let horizon = rows[0].int64(3) else { return nil }
            var ends: [SessionEnd] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0) else { continue }
                guard let pc = rows[index].int64(1), let mobile = rows[index].int64(2) else { return nil }
                ends.append(SessionEnd(user: user, epochs: [.pc: pc, .mobile: mobile]))
            }
            return (ends, horizon)
        }
    }
}
