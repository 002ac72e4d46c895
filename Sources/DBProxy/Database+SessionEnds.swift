public import TalkProtocol

/// Sessions that a change of an account has made void, whichever tool or statement made it: written by a trigger, read
/// by every node a few times a second.
public struct SessionEnd: Sendable {
    public let user: UserID
    /// The sessions of each class end whose login has this epoch or an earlier one.
    public let epochs: [DeviceClass: Int64]
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
    /// - Returns: also the horizon of the next reading. It stays behind as long as some transaction lasts, and what was
    ///   read is read again then.
    public func sessionEnds(
        since horizon: Int64, _ completion: @escaping Completion<(ends: [SessionEnd], horizon: Int64)>
    ) {
        var parameters = Parameters()
        parameters.add(horizon)
        query(for: .logins, Self.sessionEnds, parameters, completion) { rows in
            guard rows.count > 0, let horizon = rows[0].int64(3) else { return nil }
            var ends: [SessionEnd] = []
            for index in 0..<rows.count {
                guard let user = rows[index].userID(0) else { continue }
                guard let pc = rows[index].int64(1), let mobile = rows[index].int64(2) else { return nil }
                ends.append(SessionEnd(user: user, epochs: [.pc: pc, .mobile: mobile]))
            }
            return (ends, horizon)
        }
    }
}
