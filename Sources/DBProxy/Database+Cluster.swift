public import TalkProtocol

/// Where a node of the cluster says it can be reached.
public struct NodePlace: Sendable, Equatable {
    public let name: String
    public let number: UInt16
    public let epoch: UInt64
    public let host: String
    public let gossipPort: UInt16
    public let busPort: UInt16
    /// It has spoken to the database within the last 12 s.
    public let isLively: Bool
    /// Since then.
    public let secondsUnseen: Int

    public init(
        name: String, number: UInt16, epoch: UInt64, host: String, gossipPort: UInt16, busPort: UInt16, isLively: Bool,
        secondsUnseen: Int = 0
    ) {
        self.name = name
        self.number = number
        self.epoch = epoch
        self.host = host
        self.gossipPort = gossipPort
        self.busPort = busPort
        self.isLively = isLively
        self.secondsUnseen = secondsUnseen
    }
}

/// What became of the wish to forget a node.
public enum NodeForgetting: Sendable, Equatable {
    case forgotten
    /// It has spoken to the database a moment ago.
    case lives
    case unknown
}

/// Messages of a conversation that may not have been pushed.
public struct RecentMessages: Sendable, Equatable {
    public let conversation: ConversationID
    /// The first one of the time asked for.
    public let first: MessageID
    public let head: MessageID

    public init(conversation: ConversationID, first: MessageID, head: MessageID) {
        self.conversation = conversation
        self.first = first
        self.head = head
    }
}

extension Database {
    private static let announceNode = Statement(
        "announce_node",
        """
        update cluster_node
        set epoch = $2::bigint, host = $3::text, gossip_port = $4::int, bus_port = $5::int, seen_at = now()
        where name = $1::text and epoch <= $2::bigint
        """)

    /// Says where this life of a node is, for those that start later. Repeated while it runs; a database that was
    /// restored from a backup learns of it again.
    public func announceNode(_ place: NodePlace, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(place.name)
        parameters.add(Int64(clamping: place.epoch))
        parameters.add(place.host)
        parameters.add(Int32(place.gossipPort))
        parameters.add(Int32(place.busPort))
        query(Self.announceNode, parameters, completion) { _ in () }
    }

    private static let retireNode = Statement(
        "retire_node",
        "update cluster_node set host = '', seen_at = now() where name = $1::text and epoch = $2::bigint")

    /// This life of a node ends as it should: nobody need look for it.
    public func retireNode(_ place: NodePlace, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(place.name)
        parameters.add(Int64(clamping: place.epoch))
        query(Self.retireNode, parameters, completion) { _ in () }
    }

    private static let forgetNode = Statement(
        "forget_node",
        """
        with n as materialized (
            select id, name, seen_at > now() - interval '12 seconds' as is_lively from cluster_node
            where id = $1::int and host <> ''
        ), f as (
            update cluster_node c set host = '' from n where c.id = n.id and not n.is_lively
        ), s as (
            update blob_store b set is_lost = true from n where b.node = n.name and not b.is_bucket and not n.is_lively
        )
        select is_lively from n
        """)

    /// A node will not come back: others make copies of the files that it had.
    public func forgetNode(_ number: UInt16, _ completion: @escaping Completion<NodeForgetting>) {
        var parameters = Parameters()
        parameters.add(Int32(number))
        query(Self.forgetNode, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 0 ? .unknown : rows[0].bool(0).map { $0 ? .lives : .forgotten }
        }
    }

    private static let nodePlaces = Statement(
        "node_places",
        """
        select name, id, host, gossip_port, bus_port, epoch,
            seen_at between now() - interval '12 seconds' and now() + interval '12 seconds',
            extract(epoch from now() - seen_at)::int
        from cluster_node
        where host <> '' and seen_at > now() - interval '7 days' order by id
        """)

    /// All nodes that were seen within a week, but for those that have said goodbye or were forgotten.
    public func nodePlaces(_ completion: @escaping Completion<[NodePlace]>) {
        query(Self.nodePlaces, Parameters(), completion) { rows in
            (0..<rows.count).compactMap { index in
                let row = rows[index]
                guard let name = row.text(0), let number = row.int32(1).flatMap(UInt16.init(exactly:)),
                    let host = row.text(2), let gossip = row.int32(3).flatMap(UInt16.init(exactly:)),
                    let bus = row.int32(4).flatMap(UInt16.init(exactly:)),
                    let epoch = row.int64(5).flatMap(UInt64.init(exactly:)), let isLively = row.bool(6),
                    let unseen = row.int32(7)
                else { return nil }
                return NodePlace(
                    name: name, number: number, epoch: epoch, host: host, gossipPort: gossip, busPort: bus,
                    isLively: isLively, secondsUnseen: max(0, Int(unseen)))
            }
        }
    }

    /// In one answer; who has more gets the rest with the next doubt, or pulls it.
    private static let maxRecent: Int32 = 10_000

    /// The first message of conversation `c` that is not older than `$2` seconds and was not stored before the
    /// transaction `horizon`: as `f.first`. How far back that can be is felt out by single rows first;
    /// a plan that sorts all messages of a conversation took seconds. The 4,096 newest ones at most.
    ///
    /// Rows name their transaction by its low 32 bits, and are young: the bits above are those of now. A horizon that
    /// is not reached yet was read before the database was set back, and means nothing.
    private static func first(horizon: String) -> String {
        """
        cross join (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as transaction) t
        cross join lateral (
            select min(s.step) as step from (values (8), (64), (512)) s (step)
            where not exists (
                select from message m where m.conversation_id = c.id and m.msg_id = c.last_msg_id - s.step
                and m.created_at >= extract(epoch from now())::bigint - $2::bigint)) w
        cross join lateral (
            select min(m.msg_id) as first from message m
            where m.conversation_id = c.id and m.msg_id > c.last_msg_id - coalesce(w.step, 4096)
            and m.created_at >= extract(epoch from now())::bigint - $2::bigint
            and t.transaction - ((t.transaction - m.xmin::text::bigint) & 4294967295) >= case
                when \(horizon) between t.transaction + 1 and 9223372036854775806 then 0 else \(horizon) end) f
        """
    }

    private static let recentMessages = Statement(
        "recent_messages",
        """
        select c.id, f.first, c.last_msg_id
        from (
            select m.conversation_id, min(u.horizon) as horizon
            from unnest($1::int[], $4::bigint[]) u (id, horizon)
            join member m on m.user_id = u.id and m.left_at_id is null
            group by m.conversation_id) b
        join conversation c on c.id = b.conversation_id
        \(first(horizon: "b.horizon"))
        where c.updated_at >= extract(epoch from now())::bigint - $2::bigint and f.first is not null
        limit $3::int
        """)

    private static let recentMessagesIn = Statement(
        "recent_messages_in",
        """
        select c.id, coalesce(f.first, c.last_msg_id + 1), c.last_msg_id
        from unnest($1::bigint[], $3::bigint[]) b (id, horizon)
        join conversation c on c.id = b.id
        \(first(horizon: "b.horizon"))
        """)

    /// The messages of these conversations, as far as those exist, of the last `seconds`, by the database's clock, that
    /// were stored after a login with the horizon that is given with each. Without any `first` is the id that comes
    /// next.
    public func recentMessages(
        in conversations: [(conversation: ConversationID, horizon: Int64)], seconds: Int64,
        _ completion: @escaping Completion<[RecentMessages]>
    ) {
        var parameters = Parameters()
        parameters.add(conversations.map(\.conversation))
        parameters.add(seconds)
        parameters.add(conversations.map(\.horizon))
        query(Self.recentMessagesIn, parameters, completion, Self.readRecent)
    }

    /// Conversations of these users with messages of the last `seconds`, by the database's clock, that were stored
    /// after their logins. Also those that they have read: on another device, perhaps.
    ///
    /// - Parameter users: each with the horizon of his login (`recordLogins`).
    public func recentMessages(
        of users: [(user: UserID, horizon: Int64)], seconds: Int64, _ completion: @escaping Completion<[RecentMessages]>
    ) {
        var parameters = Parameters()
        parameters.add(users.map(\.user))
        parameters.add(seconds)
        parameters.add(Self.maxRecent)
        parameters.add(users.map(\.horizon))
        query(Self.recentMessages, parameters, completion, Self.readRecent)
    }

    private static func readRecent(_ rows: Rows) -> [RecentMessages]? {
        (0..<rows.count).compactMap { index in
            let row = rows[index]
            guard let id: ConversationID = row.value(0),
                let first: MessageID = row.value(1), let head: MessageID = row.value(2)
            else { return nil }
            return RecentMessages(
                conversation: id, first: first,
                head: head)
        }
    }
}
