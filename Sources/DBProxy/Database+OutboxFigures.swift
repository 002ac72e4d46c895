public import TalkProtocol

/// What stands in the outbox of a channel.
public struct OutboxFigures: Sendable, Equatable {
    public let channel: OutboxChannel
    /// Since a program served it; `nil`: none ever did, and nothing is put in.
    public let secondsUnserved: Int?
    public let waiting: Int
    /// Of what waits, seconds.
    public let oldest: Int
    /// Within a day.
    public let sent: Int
    public let withdrawn: Int
    /// Within a month.
    public let givenUp: Int
}

/// One thing that leaves the cluster, or did, or was not to.
public struct OutboxEntry: Sendable, Equatable {
    public let id: Int64
    public let channel: OutboxChannel
    public let state: SendingEnd.State
    public let attempts: Int
    /// Unix seconds, as all times.
    public let createdAt: Int64
    /// Of what waits: when it is tried next, or belongs to nobody any more.
    public let dueAt: Int64?
    public let endedAt: Int64?
    public let user: UserID?
    public let conversation: ConversationID?
    public let message: MessageID?
    /// What the receiver said last, or why it was withdrawn.
    public let answer: String?
}

/// What waits in the outbox of a channel.
public struct OutboxBacklog: Sendable, Equatable {
    public let waiting: Int
    /// Seconds.
    public let oldest: Int
}

/// For administrators.
extension Database {
    private static let outboxBacklog = Statement(
        "outbox_backlog",
        """
        select n.channel::smallint, w.waiting, w.oldest
        from generate_series(1, 4) n (channel) cross join lateral (
            select count(*)::int as waiting, extract(epoch from clock_timestamp() - min(created_at))::int as oldest
            from (
                select o.created_at from outbox o where o.state = 0 and o.channel = n.channel
                order by o.place, o.due_at limit 10000) first) w
        where w.waiting > 0
        """)

    /// Of channels in which something waits; 10,000 means that many or more, and the oldest of them: another push
    /// service of browsers may have an older one then.
    public func outboxBacklog(_ completion: @escaping Completion<[OutboxChannel: OutboxBacklog]>) {
        query(Self.outboxBacklog, Parameters(), completion) { rows in
            var backlogs: [OutboxChannel: OutboxBacklog] = [:]
            for index in 0..<rows.count {
                guard let channel: OutboxChannel = rows[index].value(0), let waiting = rows[index].int32(1),
                    let oldest = rows[index].int32(2)
                else { return nil }
                backlogs[channel] = OutboxBacklog(waiting: Int(waiting), oldest: Int(max(0, oldest)))
            }
            return backlogs
        }
    }

    private static let outboxFigures = Statement(
        "outbox_figures",
        """
        select n.channel, extract(epoch from clock_timestamp() - c.served_at)::int, coalesce(w.waiting, 0)::int,
            coalesce(w.oldest, 0)::int, coalesce(e.sent, 0)::int, coalesce(e.withdrawn, 0)::int,
            coalesce(e.given_up, 0)::int
        from generate_series(1, 4) n (channel)
        left join outbox_channel c on c.channel = n.channel
        left join (
            select channel, count(*) as waiting, extract(epoch from clock_timestamp() - min(created_at)) as oldest
            from outbox where state = 0 group by channel) w on w.channel = n.channel
        left join (
            select channel, count(*) filter (where state = 1) as sent, count(*) filter (where state = 2) as withdrawn,
                count(*) filter (where state = 3) as given_up
            from outbox where state <> 0 and (state = 3 or ended_at > now() - interval '1 day') group by channel) e
            on e.channel = n.channel
        order by 1
        """)

    /// Of every channel. Looks at all rows.
    public func outboxFigures(_ completion: @escaping Completion<[OutboxFigures]>) {
        query(Self.outboxFigures, Parameters(), within: Self.figuresDeadline, completion) { rows in
            var figures: [OutboxFigures] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let number = row.int32(0), let channel = OutboxChannel(rawValue: Int16(clamping: number)),
                    let waiting = row.int32(2), let oldest = row.int32(3), let sent = row.int32(4),
                    let withdrawn = row.int32(5), let givenUp = row.int32(6)
                else { return nil }
                figures.append(
                    OutboxFigures(
                        channel: channel, secondsUnserved: row.int32(1).map { Int(max(0, $0)) }, waiting: Int(waiting),
                        oldest: Int(max(0, oldest)), sent: Int(sent), withdrawn: Int(withdrawn), givenUp: Int(givenUp)))
            }
            return figures
        }
    }

    private static let outboxEntries = Statement(
        "outbox_entries",
        """
        select id, channel, state, attempts, extract(epoch from created_at)::bigint,
            case when state = 0 then extract(epoch from due_at)::bigint end, extract(epoch from ended_at)::bigint,
            user_id, conversation_id, msg_id, answer
        from outbox
        where id < $1::bigint and ($2::smallint is null or state = $2::smallint)
            and ($3::smallint is null or channel = $3::smallint) and ($4::int is null or user_id = $4::int)
        order by id desc limit $5::int
        """)

    /// The latest first.
    public func outboxEntries(
        before id: Int64, state: SendingEnd.State?, channel: OutboxChannel?, user: UserID?, limit: Int,
        _ completion: @escaping Completion<[OutboxEntry]>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(state)
        parameters.add(channel)
        parameters.add(user)
        parameters.add(Int32(clamping: limit))
        query(Self.outboxEntries, parameters, within: Self.figuresDeadline, completion) { rows in
            var entries: [OutboxEntry] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int64(0), let channel: OutboxChannel = row.value(1),
                    let state: SendingEnd.State = row.value(2), let attempts = row.int16(3),
                    let createdAt = row.int64(4)
                else { return nil }
                entries.append(
                    OutboxEntry(
                        id: id, channel: channel, state: state, attempts: Int(attempts), createdAt: createdAt,
                        dueAt: row.int64(5), endedAt: row.int64(6), user: row.value(7), conversation: row.value(8),
                        message: row.value(9), answer: row.text(10)))
            }
            return entries
        }
    }

    private static let replay = Statement(
        "replay_outbox",
        """
        with chosen as (
            select id from outbox
            where state = 3 and ($1::bigint is null or id = $1::bigint)
                and ($2::smallint is null or channel = $2::smallint)
            order by id limit 10000 for no key update
        ), changed as (
            update outbox o
            set state = 0, due_at = clock_timestamp(), ended_at = null, created_at = clock_timestamp()
            from chosen c where o.id = c.id and not $3::boolean
        )
        select count(*)::int from chosen
        """)

    /// What was given up is tried again, as if it were new: one entry, or up to 10,000 of a channel. Returns how many.
    public func replayOutbox(
        _ id: Int64?, of channel: OutboxChannel?, isTrial: Bool, _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        if let id { parameters.add(id) } else { parameters.addNull() }
        parameters.add(channel)
        parameters.add(isTrial)
        query(Self.replay, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map { Int($0) } : nil
        }
    }
}
