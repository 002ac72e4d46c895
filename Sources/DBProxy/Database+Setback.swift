public import Primitives
public import TalkProtocol

/// A message that was acknowledged, as it stood in the database.
public struct KeptMessage: Sendable {
    public let conversation: ConversationID
    public let id: MessageID
    public let sender: UserID
    public let type: MsgType
    public let createdAt: UInt32

    public init(
        conversation: ConversationID, id: MessageID, sender: UserID, type: MsgType, createdAt: UInt32
    ) {
        self.conversation = conversation
        self.id = id
        self.sender = sender
        self.type = type
        self.createdAt = createdAt
    }
}

/// Messages whose ids were given and that are not there any more.
public struct LostMessages: Sendable, Equatable {
    public let messages: Int
    public let conversations: Int

    public init(messages: Int, conversations: Int) {
        self.messages = messages
        self.conversations = conversations
    }
}

extension Database {
    private static let raiseKnownHeads = Statement(
        "raise_known_heads", "select raise_known_heads($1::bigint[], $2::int[])")

    /// No id up to these is given again; returns how many conversations were behind.
    public func raiseKnownHeads(
        _ heads: [(conversation: ConversationID, head: MessageID)], _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(heads.map(\.conversation))
        parameters.add(heads.map(\.head))
        repair(Self.raiseKnownHeads, parameters, completion) { $0.int32(0).map(Int.init) }
    }

    private static let countKept = Statement(
        "count_kept",
        """
        select count(*)::int from unnest($1::bigint[], $2::bytea[]) i (conversation, key)
        join message m on m.conversation_id = i.conversation and m.client_key = i.key
        """)

    /// How many of these messages are there, by their keys.
    public func count(
        _ messages: [KeptMessage], key: (Int, inout ByteWriter) -> Void, _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(messages.map(\.conversation))
        parameters.addByteStrings(count: messages.count, key)
        repair(Self.countKept, parameters, completion) { $0.int32(0).map(Int.init) }
    }

    private static let restoreMessages = Statement(
        "restore_messages",
        """
        select restored, moved from restore_messages(
            $1::bigint[], $2::int[], $3::int[], $4::smallint[], $5::bigint[], $6::bytea[], $7::bytea[])
        """)

    /// Puts back those that are not there; returns how many, and how many not under their ids.
    public func restore(
        _ messages: [KeptMessage], key: (Int, inout ByteWriter) -> Void, body: (Int, inout ByteWriter) -> Void,
        _ completion: @escaping Completion<(restored: Int, moved: Int)>
    ) {
        var parameters = Parameters()
        parameters.add(messages.map(\.conversation))
        parameters.add(messages.map(\.id))
        parameters.add(messages.map(\.sender))
        parameters.add(messages.map(\.type))
        parameters.add(messages.map { Int64($0.createdAt) })
        parameters.addByteStrings(count: messages.count, key)
        parameters.addByteStrings(count: messages.count, body)
        repair(Self.restoreMessages, parameters, completion) { row in
            guard let restored = row.int32(0), let moved = row.int32(1) else { return nil }
            return (Int(restored), Int(moved))
        }
    }

    private static let raiseEpochs = Statement(
        "raise_epochs", "select raise_epochs($1::int[], $2::smallint[], $3::bigint[], $4::smallint[])")

    /// The next login of each of these users and classes is above the one that is here.
    public func raiseEpochs(
        of logins: [(user: UserID, clientType: ClientType, epoch: Int64)], _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(logins.map(\.user))
        parameters.add(logins.map(\.clientType.deviceClass))
        parameters.add(logins.map(\.epoch))
        parameters.add(logins.map(\.clientType))
        repair(Self.raiseEpochs, parameters, completion) { $0.int32(0).map(Int.init) }
    }

    private static let raiseVersions = Statement("raise_versions", "select raise_versions($1::int[], $2::int[])")

    /// No version up to these is given to another list of members.
    public func raiseVersions(
        of groups: [(group: GroupID, version: UInt32)], _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(groups.map(\.group))
        parameters.add(groups.map(\.version))
        repair(Self.raiseVersions, parameters, completion) { $0.int32(0).map(Int.init) }
    }

    private func repair<Value>(
        _ statement: Statement, _ parameters: borrowing Parameters, _ completion: @escaping Completion<Value>,
        _ read: @escaping (Row) -> Value?
    ) {
        query(statement, parameters, within: configuration.writeDeadline, completion) {
            $0.count == 1 ? read($0[0]) : nil
        }
    }

    private static let settleNode = Statement(
        "settle_node", "update cluster_node set settled = $2::text where name = $1::text")

    /// Says that this node has held what it knows against this life of the database.
    public func settle(
        _ node: String, in life: DatabaseIdentity, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(node)
        parameters.add(life.text)
        query(Self.settleNode, parameters, completion) { _ in () }
    }

    private static let unsettledNodes = Statement(
        "unsettled_nodes",
        "select count(*)::int from cluster_node where id = any ($1::int[]) and settled is distinct from $2::text")

    /// How many of these nodes have not said so.
    public func unsettled(
        of nodes: [UInt16], in life: DatabaseIdentity, _ completion: @escaping Completion<Int>
    ) {
        var parameters = Parameters()
        parameters.add(nodes.map { Int32($0) })
        parameters.add(life.text)
        query(Self.unsettledNodes, parameters, completion) { $0.count == 1 ? $0[0].int32(0).map(Int.init) : nil }
    }

    private static let lostMessages = Statement(
        "lost_messages",
        """
        select coalesce(sum(last_id - first_id + 1), 0)::bigint, count(distinct conversation_id) from message_gap
        where found_at > now() - interval '1 day'
        """)

    /// What was found missing within a day.
    public func lostMessages(_ completion: @escaping Completion<LostMessages>) {
        query(Self.lostMessages, Parameters(), completion) { rows in
            guard rows.count == 1, let messages = rows[0].int64(0), let conversations = rows[0].int64(1) else {
                return nil
            }
            return LostMessages(messages: Int(messages), conversations: Int(conversations))
        }
    }
}
