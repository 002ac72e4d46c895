public import Primitives
public import TalkProtocol

/// One message as it is stored.
public struct StoredMessage: Sendable, Equatable {
    public let id: MessageID
    public let sender: UserID
    public let type: MsgType
    /// Unix seconds, by the database's clock.
    public let createdAt: UInt32
    /// What the client sent as `msg_data`, byte for byte.
    public let body: [UInt8]

    public init(id: MessageID, sender: UserID, type: MsgType, createdAt: UInt32, body: [UInt8]) {
        self.id = id
        self.sender = sender
        self.type = type
        self.createdAt = createdAt
        self.body = body
    }
}

/// What became of one send.
public enum AppendOutcome: Sendable, Equatable {
    /// Stored with this id. For a group: the version of its member list under which it was accepted.
    case stored(MessageID, groupVersion: UInt32)
    /// Stored before, by an earlier send with the same key.
    case repeated(MessageID, groupVersion: UInt32)
    /// The sender is not a member.
    case refused
    /// The pair has no conversation yet: `openPairs` makes it.
    case noConversation
    /// The ids of the conversation are used up.
    case full
    /// Somebody else is writing to the conversation, and the batch was not to wait.
    case locked
}

/// The parameters of one append call, filled in place.
public struct AppendBatch: ~Copyable {
    public static let keyByteCount = 16

    fileprivate var parameters = Parameters()
    fileprivate private(set) var count = 0

    public init() {}

    /// - Parameters:
    ///   - count: number of sends; the closures are asked for each of 0..<count.
    ///   - skippingLocked: do not wait for conversations that are locked, leave them out.
    public mutating func fill(
        count: Int, conversation: (Int) -> ConversationID, sender: (Int) -> UserID, type: (Int) -> MsgType,
        key: (Int, inout ByteWriter) -> Void, keyExpires: [Bool], body: (Int, inout ByteWriter) -> Void,
        keyLifetime: Duration, skippingLocked: Bool = false
    ) {
        self.count = count
        parameters.clear()
        parameters.add(count: count, Int64.self) { Int64(bitPattern: conversation($0).rawValue) }
        parameters.add(count: count, Int32.self) { Int32(bitPattern: sender($0).rawValue) }
        parameters.add(count: count, Int16.self) { Int16(truncatingIfNeeded: type($0).rawValue) }
        parameters.addByteStrings(count: count, key)
        parameters.add(keyExpires)
        parameters.addByteStrings(count: count, body)
        parameters.add(Int32(clamping: keyLifetime.components.seconds))
        parameters.add(skippingLocked)
    }
}

extension Database {
    private static let storeBatch = storeStatement("store_batch")
    private static let storeOne = storeStatement("store_one")

    private static func storeStatement(_ function: String) -> Statement {
        Statement(
            function,
            """
            select statuses, msg_ids, group_versions, times
            from \(function)(
                $1::bigint[], $2::int[], $3::smallint[], $4::bytea[], $5::boolean[], $6::bytea[],
                $7::int, $8::boolean)
            """)
    }

    /// What became of the sends of a batch, in their order, and when each was stored (unix seconds).
    public struct Appended: Sendable {
        public let outcomes: [AppendOutcome]
        public let times: [UInt32]
    }

    /// Stores a batch in one transaction (`store_batch` and `store_one` of the migrations). On success the commit has
    /// returned.
    public func append(
        lane: Int, _ batch: borrowing AppendBatch, within limit: Duration? = nil,
        _ completion: @escaping Completion<Appended>
    ) {
        let count = batch.count
        let statement = count == 1 ? Self.storeOne : Self.storeBatch
        write(lane: lane, statement, batch.parameters, within: limit, completion) { rows in
            guard rows.count == 1, let ids = rows[0].int32Array(1), let versions = rows[0].int32Array(2) else {
                return nil
            }
            var times: [UInt32] = []
            times.reserveCapacity(count)
            let isTimed = rows[0].forEach(3, as: Int64.self) { times.append(UInt32(truncatingIfNeeded: $1)) }
            var outcomes: [AppendOutcome] = []
            outcomes.reserveCapacity(count)
            let isComplete = rows[0].forEach(0, as: Int16.self) { index, status in
                guard index < ids.count, index < versions.count else { return }
                let id = MessageID(UInt32(bitPattern: ids[index]))
                let version = UInt32(bitPattern: versions[index])
                switch status {
                case 1: outcomes.append(.stored(id, groupVersion: version))
                case 2: outcomes.append(.repeated(id, groupVersion: version))
                case 3: outcomes.append(.noConversation)
                case 4: outcomes.append(.full)
                case 5: outcomes.append(.locked)
                default: outcomes.append(.refused)
                }
            }
            guard isTimed, isComplete, outcomes.count == count, times.count == count else { return nil }
            return Appended(outcomes: outcomes, times: times)
        }
    }

    private static let openPairs = Statement("open_pairs", "select open_pairs($1::bigint[])")

    /// Makes the conversations of these pairs, where both users exist; returns those that exist now.
    public func openPairs(
        lane: Int, _ pairs: [ConversationID], within limit: Duration? = nil,
        _ completion: @escaping Completion<Set<ConversationID>>
    ) {
        var parameters = Parameters()
        parameters.add(pairs.map { Int64(bitPattern: $0.rawValue) })
        write(lane: lane, Self.openPairs, parameters, within: limit, completion) { rows in
            var found: Set<ConversationID> = []
            for row in 0..<rows.count {
                guard let id = rows[row].int64(0).flatMap({ ConversationID(rawValue: UInt64(bitPattern: $0)) }) else {
                    return nil
                }
                found.insert(id)
            }
            return found
        }
    }

    // The user's entitlement stands in each of these: joined_at_id < msg_id, and no one who has left reads anything.
    // Bodies are measured without being read, and those beyond the bound are left where they are.

    private static let measuredColumns = """
        m.msg_id, m.sender_id, m.type, m.created_at, m.body,
            sum(octet_length(m.body)) over (order by m.msg_id desc) - octet_length(m.body) as before,
            octet_length(m.body) as length
        """

    private static let history = Statement(
        "history",
        """
        select msg_id, sender_id, type, created_at, body from (
        select \(measuredColumns)
        from member b
        join message m on m.conversation_id = b.conversation_id and m.msg_id > b.joined_at_id
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null and m.msg_id <= $3::int
        order by m.msg_id desc limit $4::int) m
        where before = 0 or before + length <= $5::int
        order by msg_id desc
        """)

    /// The newest `count` messages up to `last`, newest first, as far as their bodies have `byteCount` bytes together;
    /// one at least. Empty for a user who is no member.
    public func history(
        of conversation: ConversationID, for user: UserID, upTo last: MessageID?, count: Int, byteCount: Int,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(Int64(bitPattern: conversation.rawValue))
        parameters.add(last.map { Int32(clamping: $0.rawValue) } ?? Int32.max)
        parameters.add(Int32(clamping: count))
        parameters.add(Int32(clamping: byteCount))
        query(Self.history, parameters, completion, Self.readMessages)
    }

    private static let messagesByID = Statement(
        "messages_by_id",
        """
        select msg_id, sender_id, type, created_at, body from (
        select \(measuredColumns)
        from member b
        join message m on m.conversation_id = b.conversation_id and m.msg_id > b.joined_at_id
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null
            and m.msg_id = any ($3::int[])) m
        where before = 0 or before + length <= $4::int
        order by msg_id desc
        """)

    /// The messages with these ids, newest first, as far as their bodies have `byteCount` bytes together, one at least;
    /// those that do not exist are missing.
    public func messages(
        of conversation: ConversationID, for user: UserID, ids: [MessageID], byteCount: Int,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(Int64(bitPattern: conversation.rawValue))
        parameters.add(ids.map { Int32(clamping: $0.rawValue) })
        parameters.add(Int32(clamping: byteCount))
        query(Self.messagesByID, parameters, completion, Self.readMessages)
    }

    private static let range = Statement(
        "message_range",
        """
        select msg_id, sender_id, type, created_at, body from message
        where conversation_id = $1::bigint and msg_id between $2::int and $3::int order by msg_id
        """)

    /// Messages that must be pushed because they overtook each other or were lost on the way; oldest first.
    public func messages(
        of conversation: ConversationID, from first: MessageID, through last: MessageID,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(Int64(bitPattern: conversation.rawValue))
        parameters.add(Int32(clamping: first.rawValue))
        parameters.add(Int32(clamping: last.rawValue))
        query(Self.range, parameters, completion, Self.readMessages)
    }

    private static let latestBefore = Statement(
        "messages_before",
        """
        select msg_id, sender_id, type, created_at, body from message
        where conversation_id = $1::bigint and msg_id < $2::int order by msg_id desc limit $3::int
        """)

    /// For administrators, who are no members: the newest messages below `id`, newest first.
    public func messages(
        of conversation: ConversationID, before id: MessageID, limit: Int,
        _ completion: @escaping Completion<[StoredMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(Int64(bitPattern: conversation.rawValue))
        parameters.add(Int32(clamping: id.rawValue))
        parameters.add(Int32(clamping: limit))
        query(Self.latestBefore, parameters, completion, Self.readMessages)
    }

    private static let latestID = Statement(
        "latest_id",
        """
        select c.last_msg_id from member b join conversation c on c.id = b.conversation_id
        where b.user_id = $1::int and b.conversation_id = $2::bigint and b.left_at_id is null
            and c.last_msg_id > b.joined_at_id and c.last_msg_id >= c.first_msg_id
        """)

    /// The newest id that the user may read; `nil` if there is none.
    public func latestID(
        of conversation: ConversationID, for user: UserID, _ completion: @escaping Completion<MessageID?>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(bitPattern: user.rawValue))
        parameters.add(Int64(bitPattern: conversation.rawValue))
        query(Self.latestID, parameters, completion) { rows in
            .some(rows.count == 0 ? nil : rows[0].int32(0).map { MessageID(UInt32(bitPattern: $0)) })
        }
    }

    private static let heads = Statement(
        "heads", "select id, last_msg_id from conversation where id = any ($1::bigint[])")

    /// The highest id of each of these conversations.
    public func heads(
        of conversations: [ConversationID], _ completion: @escaping Completion<[ConversationID: MessageID]>
    ) {
        var parameters = Parameters()
        parameters.add(conversations.map { Int64(bitPattern: $0.rawValue) })
        query(Self.heads, parameters, completion) { rows in
            var heads: [ConversationID: MessageID] = [:]
            for index in 0..<rows.count {
                guard let id = rows[index].int64(0).flatMap({ ConversationID(rawValue: UInt64(bitPattern: $0)) }),
                    let head = rows[index].int32(1)
                else { return nil }
                heads[id] = MessageID(UInt32(bitPattern: head))
            }
            return heads
        }
    }

    private static func readMessages(_ rows: Rows) -> [StoredMessage]? {
        var messages: [StoredMessage] = []
        messages.reserveCapacity(rows.count)
        for index in 0..<rows.count {
            let row = rows[index]
            guard let id = row.int32(0), let sender = row.int32(1), let type = row.messageType(2),
                let createdAt = row.int64(3), let body = row.bytes(4)
            else { return nil }
            messages.append(
                StoredMessage(
                    id: MessageID(UInt32(bitPattern: id)), sender: UserID(UInt32(bitPattern: sender)), type: type,
                    createdAt: UInt32(truncatingIfNeeded: createdAt), body: body))
        }
        return messages
    }
}

extension Row {
    func messageType(_ column: Int32) -> MsgType? {
        int16(column).flatMap { MsgType(rawValue: numericCast(max(0, $0))) }
    }

    func userID(_ column: Int32) -> UserID? {
        int32(column).map { UserID(UInt32(bitPattern: $0)) }
    }
}
