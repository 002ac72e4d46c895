public import Primitives
public import TalkProtocol

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

extension AppendOutcome {
    /// As `store_batch` and `store_one` say it; `nil` for what they do not.
    fileprivate init?(_ status: Int16, _ id: MessageID, _ groupVersion: UInt32) {
        switch status {
        case 0: self = .refused
        case 1: self = .stored(id, groupVersion: groupVersion)
        case 2: self = .repeated(id, groupVersion: groupVersion)
        case 3: self = .noConversation
        case 4: self = .full
        case 5: self = .locked
        default: return nil
        }
    }
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
        parameters.add(count: count, conversation)
        parameters.add(count: count, sender)
        parameters.add(count: count, type)
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
        queue: Int, _ batch: borrowing AppendBatch, within limit: Duration? = nil,
        _ completion: @escaping Completion<Appended>
    ) {
        let count = batch.count
        let statement = count == 1 ? Self.storeOne : Self.storeBatch
        write(queue: queue, statement, batch.parameters, within: limit, completion) { rows in
            guard rows.count == 1, let ids = rows[0].values(1, as: MessageID.self),
                let versions = rows[0].values(2, as: UInt32.self)
            else {
                return nil
            }
            var times: [UInt32] = []
            times.reserveCapacity(count)
            let isTimed = rows[0].forEach(3, as: Int64.self) { times.append(UInt32(truncatingIfNeeded: $1)) }
            var outcomes: [AppendOutcome] = []
            outcomes.reserveCapacity(count)
            let isComplete = rows[0].forEach(0, as: Int16.self) { index, status in
                guard index < ids.count, index < versions.count else { return }
                AppendOutcome(status, ids[index], versions[index]).map { outcomes.append($0) }
            }
            guard isTimed, isComplete, outcomes.count == count, times.count == count else { return nil }
            return Appended(outcomes: outcomes, times: times)
        }
    }

    private static let openPairs = Statement("open_pairs", "select open_pairs($1::bigint[])")

    /// Makes the conversations of these pairs, where both users exist; returns those that exist now.
    public func openPairs(
        queue: Int, _ pairs: [ConversationID], within limit: Duration? = nil,
        _ completion: @escaping Completion<Set<ConversationID>>
    ) {
        var parameters = Parameters()
        parameters.add(pairs)
        write(queue: queue, Self.openPairs, parameters, within: limit, completion) { rows in
            var found: Set<ConversationID> = []
            for row in 0..<rows.count {
                guard let id: ConversationID = rows[row].value(0) else {
                    return nil
                }
                found.insert(id)
            }
            return found
        }
    }
}
