/// What the database says of one conversation, as of one moment.
public struct ConversationFacts: Sendable, Equatable {
    /// May be no `ConversationID` at all.
    public let id: Int64
    /// The messages that must be there: none if the first is above the last.
    public let first: Int32
    public let last: Int32
    /// The highest id of a message that is there, 0 if there is none.
    public let top: Int32
    /// The lowest id of a message below the first one, 0 if there is none.
    public let below: Int32
    /// A group's row is there; `true` for pairs.
    public let hasGroup: Bool
    /// Of a pair: how many of the two are its members, and how many others.
    public let ends: Int64
    public let strangers: Int64
}

/// A part of the ids of one conversation.
public struct MessageSpan: Sendable, Equatable {
    public let conversation: Int64
    public let low: Int32
    public let high: Int32

    public init(conversation: Int64, low: Int32, high: Int32) {
        self.conversation = conversation
        self.low = low
        self.high = high
    }
}

/// Reads everything that is stored, page by page, to hold it against itself.
///
/// Each page is one statement and so one snapshot: an append that commits meanwhile is in it as a whole or not at all.
/// What is true within a page cannot be made false by traffic, only by a fault.
extension Database {
    private static let conversationFacts = Statement(
        "conversation_facts",
        """
        select c.id, c.first_msg_id, c.last_msg_id,
            coalesce((select max(m.msg_id) from message m where m.conversation_id = c.id), 0),
            coalesce((select min(m.msg_id) from message m
                where m.conversation_id = c.id and m.msg_id < c.first_msg_id), 0),
            c.id >= 4294967296 or exists (select from chat_group g where g.id = c.id),
            case when c.id < 4294967296 then 2 else (
                select count(*) from member b where b.conversation_id = c.id and b.left_at_id is null
                    and b.user_id::bigint in (c.id >> 32, c.id & 4294967295)) end,
            case when c.id < 4294967296 then 0 else (
                select count(*) from member b where b.conversation_id = c.id
                    and b.user_id::bigint not in (c.id >> 32, c.id & 4294967295)) end
        from (select * from conversation where id > $1::bigint order by id limit $2::int) c
        order by c.id
        """)

    /// The next conversations by their ids.
    public func conversationFacts(
        after id: Int64, limit: Int, _ completion: @escaping Completion<[ConversationFacts]>
    ) {
        var parameters = Parameters()
        parameters.add(id)
        parameters.add(Int32(clamping: limit))
        query(Self.conversationFacts, parameters, within: configuration.writeDeadline, completion) { rows in
            var facts: [ConversationFacts] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let id = row.int64(0), let first = row.int32(1), let last = row.int32(2),
                    let top = row.int32(3), let below = row.int32(4), let hasGroup = row.bool(5),
                    let ends = row.int64(6), let strangers = row.int64(7)
                else { return nil }
                facts.append(
                    ConversationFacts(
                        id: id, first: first, last: last, top: top, below: below, hasGroup: hasGroup, ends: ends,
                        strangers: strangers))
            }
            return facts
        }
    }

    private static let countMessages = Statement(
        "count_messages",
        """
        select s.present,
            greatest(0, least(p.high, c.last_msg_id)::bigint - greatest(p.low, c.first_msg_id) + 1) - s.present
        from unnest($1::bigint[], $2::int[], $3::int[]) with ordinality p (id, low, high, ordinal)
        join conversation c on c.id = p.id
        cross join lateral (
            select count(*) as present from message m where m.conversation_id = p.id
                and m.msg_id between greatest(p.low, c.first_msg_id) and least(p.high, c.last_msg_id)) s
        order by p.ordinal
        """)

    /// How many messages of each span are there, and how many are not but must be.
    public func countMessages(
        in spans: [MessageSpan], _ completion: @escaping Completion<[(present: Int64, missing: Int64)]>
    ) {
        var parameters = Parameters()
        parameters.add(spans.map(\.conversation))
        parameters.add(spans.map(\.low))
        parameters.add(spans.map(\.high))
        query(Self.countMessages, parameters, within: configuration.writeDeadline, completion) { rows in
            var counts: [(present: Int64, missing: Int64)] = []
            for index in 0..<rows.count {
                guard let present = rows[index].int64(0), let missing = rows[index].int64(1) else { return nil }
                counts.append((present, missing))
            }
            return counts.count == spans.count ? counts : nil
        }
    }

    // Counted, as `not exists` would become a join, and that of every id with every message.
    private static let missingMessages = Statement(
        "missing_messages",
        """
        select s.id from conversation c
        cross join lateral generate_series(
            greatest($2::int, c.first_msg_id), least($3::int, c.last_msg_id)) s (id)
        cross join lateral (
            select count(*) as found from message m where m.conversation_id = c.id and m.msg_id = s.id) m
        where c.id = $1::bigint and m.found = 0
        order by s.id limit $4::int
        """)

    /// The first ids of a span that must be there and are not.
    public func missingMessages(
        in span: MessageSpan, limit: Int, _ completion: @escaping Completion<[Int32]>
    ) {
        var parameters = Parameters()
        parameters.add(span.conversation)
        parameters.add(span.low)
        parameters.add(span.high)
        parameters.add(Int32(clamping: limit))
        query(Self.missingMessages, parameters, within: configuration.writeDeadline, completion) { rows in
            (0..<rows.count).compactMap { rows[$0].int32(0) }
        }
    }
}
