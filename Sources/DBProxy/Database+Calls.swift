import Primitives
public import TalkProtocol

/// The log of calls.
extension Database {
    // What is known later stands over what was known before, whichever is written first: an end is the last word, but
    // that of a node which was only thought to be gone.
    private static let recordCalls = Statement(
        "record_calls",
        """
        insert into call_record as r (
            name, caller, callee, is_video, node, epoch, began_at, answered_at, ended_at, outcome)
        select name, caller, callee, is_video, node, epoch, to_timestamp(began / 1000.0),
            to_timestamp(nullif(answered, 0) / 1000.0), to_timestamp(nullif(ended, 0) / 1000.0), nullif(outcome, -1)
        from unnest(
            $1::bytea[], $2::int[], $3::int[], $4::boolean[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::smallint[])
            as t (name, caller, callee, is_video, node, epoch, began, answered, ended, outcome)
        on conflict (name) do update set
            answered_at = coalesce(r.answered_at, excluded.answered_at), ended_at = excluded.ended_at,
            outcome = excluded.outcome
        where r.outcome is null or r.outcome = 6 and excluded.outcome is not null
        """)

    /// Writes what is known of these calls, each named once; may be repeated.
    public func recordCalls(_ calls: [CallRow], _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(calls.map { Optional($0.name) })
        parameters.add(calls.map(\.caller))
        parameters.add(calls.map(\.callee))
        parameters.add(calls.map(\.isVideo))
        parameters.add(calls.map { Int32($0.node) })
        parameters.add(calls.map { Int64(clamping: $0.epoch) })
        parameters.add(calls.map(\.began.milliseconds))
        parameters.add(calls.map { $0.answered?.milliseconds ?? 0 })
        parameters.add(calls.map { $0.ended?.at.milliseconds ?? 0 })
        parameters.add(calls.map { $0.ended?.1.rawValue ?? -1 })
        query(Self.recordCalls, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }

    // A minute is longer than a node that lives is silent towards a database that answers. Who was seen last then may
    // have talked until then.
    private static let endLostCalls = Statement(
        "end_lost_calls",
        """
        with lost as (
            select r.id, case when n.epoch = r.epoch then n.seen_at end as seen_at
            from call_record r left join cluster_node n on n.id = r.node
            where r.ended_at is null
                and (n.id is null or n.epoch > r.epoch or n.seen_at < now() - interval '1 minute')
            order by r.id limit 1000
            for update of r skip locked
        ), ended as (
            update call_record r
            set ended_at = greatest(coalesce(r.answered_at, r.began_at), l.seen_at), outcome = 6
            from lost l where r.id = l.id returning 1)
        select count(*) from ended
        """)

    /// Ends calls in the log whose node has ended without a word of them. How many these were.
    public func endLostCalls(_ completion: @escaping Completion<Int>) {
        query(Self.endLostCalls, Parameters(), within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int64(0).map(Int.init) : nil
        }
    }

    private static let columns = """
        id, name, caller, callee, is_video, node, epoch, (extract(epoch from began_at) * 1000)::bigint,
        (extract(epoch from answered_at) * 1000)::bigint, (extract(epoch from ended_at) * 1000)::bigint, outcome
        """

    private static let calls = Statement(
        "calls", "select \(columns) from call_record where id < $1::bigint order by id desc limit $2::int")

    private static let callsOfUser = Statement(
        "calls_of_user",
        """
        select \(columns) from (
            (select * from call_record where caller = $3::int and id < $1::bigint order by id desc limit $2::int)
            union all
            (select * from call_record where callee = $3::int and id < $1::bigint order by id desc limit $2::int)
        ) r order by id desc limit $2::int
        """)

    /// The latest first.
    /// - Parameters:
    ///   - number: only those before it.
    ///   - user: only calls from or to this one.
    public func calls(
        before number: Int64, of user: UserID?, limit: Int, _ completion: @escaping Completion<[NumberedCall]>
    ) {
        var parameters = Parameters()
        parameters.add(number)
        parameters.add(Int32(clamping: limit))
        if let user { parameters.add(user) }
        query(user == nil ? Self.calls : Self.callsOfUser, parameters, completion) { rows in
            var found: [NumberedCall] = []
            for index in 0..<rows.count {
                guard let call = NumberedCall(rows[index]) else { return nil }
                found.append(call)
            }
            return found
        }
    }
}

extension NumberedCall {
    fileprivate init?(_ row: Row) {
        guard let number = row.int64(0), let name = row.bytes(1), let caller: UserID = row.value(2),
            let callee: UserID = row.value(3), let isVideo = row.bool(4), let node = row.int32(5),
            let epoch = row.int64(6), let began = row.int64(7)
        else { return nil }
        self.number = number
        var call = CallRow(
            name: name, caller: caller, callee: callee, isVideo: isVideo, node: UInt16(truncatingIfNeeded: node),
            epoch: UInt64(bitPattern: epoch), began: UnixTime(milliseconds: began))
        call.answered = row.int64(8).map(UnixTime.init(milliseconds:))
        if let ended = row.int64(9), let outcome = row.int16(10).flatMap(CallRow.Outcome.init(rawValue:)) {
            call.ended = (UnixTime(milliseconds: ended), outcome)
        }
        self.call = call
    }
}
