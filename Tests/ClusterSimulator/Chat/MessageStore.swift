public import Conversations
public import DBProxy
public import TalkProtocol

/// What PostgreSQL does for messages, in memory: the functions of the migrations and the questions of `Database`, with
/// the same answers. A test asks both the same.
///
/// Times are seconds by the store's clock. Each call is a transaction that is there at once and as a whole; what is
/// under way for a while is the server's (`ChatServer`).
public struct MessageStore {
    struct Message {
        let stored: StoredMessage
        var key: SendKey?
        var transaction: Int64
        var createdAt: Int64
    }

    struct Member {
        var joinedAt: UInt32 = 0
        var leftAt: UInt32?
        var read: UInt32 = 0
    }

    struct Conversation {
        var messages: [UInt32: Message] = [:]
        var last: UInt32 = 0
        var updatedAt: Int64 = 0
        var members: [UserID: Member] = [:]
        /// Of a group.
        var version: UInt32 = 0
        var isDeleted = false
    }

    /// One send of a batch.
    public struct Item: Sendable {
        public let conversation: ConversationID
        public let sender: UserID
        public let type: MsgType
        public let key: SendKey
        public let keyExpires: Bool
        public let body: [UInt8]

        public init(
            _ conversation: ConversationID, _ sender: UserID, _ type: MsgType, _ key: SendKey, keyExpires: Bool,
            body: [UInt8]
        ) {
            self.conversation = conversation
            self.sender = sender
            self.type = type
            self.key = key
            self.keyExpires = keyExpires
            self.body = body
        }
    }

    static let lastID: UInt32 = 89_999_999
    private static let keyLifetime = SendKey.lifetime.components.seconds

    /// Seconds.
    public var now: Int64
    private var users: Set<UserID> = []
    /// They may log in and write no more.
    private var leavers: Set<UserID> = []
    var conversations: [ConversationID: Conversation] = [:]
    private var lastGroup: UInt32 = 0
    private var logins: [SessionKey: Int64] = [:]
    private var lastTransaction: Int64 = 0
    /// Begun and not ended.
    private var running: Set<Int64> = []

    public init(now: Int64) {
        self.now = now
    }

    // MARK: Transactions

    mutating func begin() -> Int64 {
        lastTransaction += 1
        running.insert(lastTransaction)
        return lastTransaction
    }

    mutating func end(_ transaction: Int64) { running.remove(transaction) }

    /// Every transaction before it has ended.
    var horizon: Int64 { running.min() ?? lastTransaction + 1 }

    var nextTransaction: Int64 { lastTransaction + 1 }

    // MARK: Users

    public mutating func add(_ user: UserID) { users.insert(user) }

    public mutating func leave(_ user: UserID) { leavers.insert(user) }

    /// The epoch of the login; `nil` for who does not exist.
    public mutating func recordLogin(
        _ user: UserID, _ clientType: ClientType
    ) -> (epoch: Int64, horizon: Int64)? {
        guard users.contains(user), !leavers.contains(user) else { return nil }
        let key = SessionKey(user: user, device: clientType.deviceClass)
        let own = begin()
        logins[key, default: 0] += 1
        let horizon = horizon
        end(own)
        return logins[key].map { ($0, horizon) }
    }

    // MARK: Conversations

    public mutating func openPairs(_ pairs: [ConversationID]) -> Set<ConversationID> {
        for pair in pairs where conversations[pair] == nil {
            guard case .pair(let one, let other) = pair.kind, users.contains(one), users.contains(other) else {
                continue
            }
            var conversation = Conversation()
            conversation.members = [one: Member(), other: Member()]
            conversations[pair] = conversation
        }
        return Set(pairs.filter { conversations[$0] != nil })
    }

    public mutating func createGroup(_ members: [UserID]) -> GroupID {
        lastGroup += 1
        var conversation = Conversation()
        conversation.version = 1
        conversation.updatedAt = now
        for user in members where users.contains(user) { conversation.members[user] = Member() }
        conversations[.group(GroupID(lastGroup))] = conversation
        return GroupID(lastGroup)
    }

    public mutating func delete(_ group: GroupID) { conversations[.group(group)]?.isDeleted = true }

    public func version(of group: GroupID) -> UInt32? { conversations[.group(group)]?.version }

    public mutating func changeMembers(
        of group: GroupID, judged version: UInt32, adding: [UserID], removing: [UserID]
    ) -> MemberChangeOutcome {
        let id = ConversationID.group(group)
        guard var conversation = conversations[id], conversation.version == version, !conversation.isDeleted else {
            return .stale
        }
        let unknown = adding.filter { !users.contains($0) || leavers.contains($0) }
        if !unknown.isEmpty { return .unknownUsers(unknown) }
        conversation.version += 1
        let head = conversation.last
        for user in adding {
            if let member = conversation.members[user], member.leftAt == nil { continue }
            conversation.members[user] = Member(joinedAt: head, read: head)
        }
        for user in removing where conversation.members[user]?.leftAt == nil {
            conversation.members[user]?.leftAt = head
        }
        conversations[id] = conversation
        return .changed(version: conversation.version)
    }

    /// As if so many ids had been given.
    public mutating func set(head: UInt32, of conversation: ConversationID) {
        conversations[conversation]?.last = head
    }

    /// Messages and conversations become older, by an update of every row.
    public mutating func age(by seconds: Int64) {
        let own = begin()
        defer { end(own) }
        for id in conversations.keys {
            conversations[id]?.updatedAt -= seconds
            for message in conversations[id]?.messages.keys.sorted() ?? [] {
                conversations[id]?.messages[message]?.createdAt -= seconds
                conversations[id]?.messages[message]?.transaction = own
            }
        }
    }

    // MARK: Appending

    /// Which of these conversations there are, whose rows an append locks.
    func rows(of items: [Item]) -> Set<ConversationID> {
        Set(items.map(\.conversation).filter { conversations[$0] != nil })
    }

    public mutating func append(_ items: [Item]) -> (outcomes: [AppendOutcome], times: [UInt32]) {
        let transaction = begin()
        defer { end(transaction) }
        return append(items, locked: [], in: transaction)
    }

    /// - Parameter locked: conversations that others hold and that are to be left out.
    mutating func append(
        _ items: [Item], locked: Set<ConversationID>, in transaction: Int64
    ) -> (outcomes: [AppendOutcome], times: [UInt32]) {
        var outcomes: [AppendOutcome] = []
        var times: [UInt32] = []
        // Everybody is judged by what was there when the rows were locked.
        let before = conversations
        for item in items {
            let (outcome, time) = append(item, isLocked: locked.contains(item.conversation), transaction, before)
            outcomes.append(outcome)
            times.append(UInt32(clamping: time))
        }
        return (outcomes, times)
    }

    private mutating func append(
        _ item: Item, isLocked: Bool, _ transaction: Int64, _ before: [ConversationID: Conversation]
    ) -> (AppendOutcome, Int64) {
        guard let then = before[item.conversation] else { return (.noConversation, now) }
        let time = max(now, then.updatedAt)
        if isLocked { return (.locked, time) }
        let isGroup = if case .group = item.conversation.kind { true } else { false }
        let version = isGroup && !then.isDeleted ? then.version : 0
        if let (id, earlier) = then.messages.first(where: { $0.value.key == item.key }) {
            guard item.keyExpires, earlier.createdAt < now - Self.keyLifetime else {
                return (.repeated(MessageID(id), groupVersion: version), earlier.createdAt)
            }
            conversations[item.conversation]?.messages[id]?.key = nil
            // A row is of the transaction that wrote it last.
            conversations[item.conversation]?.messages[id]?.transaction = transaction
        }
        if leavers.contains(item.sender) { return (.refused, time) }
        if isGroup, then.isDeleted || then.members[item.sender].map({ $0.leftAt != nil }) ?? true {
            return (.refused, time)
        }
        let id = (conversations[item.conversation]?.last ?? 0) + 1
        guard id <= Self.lastID else { return (.full, time) }
        let stored = StoredMessage(
            id: MessageID(id), sender: item.sender, type: item.type, createdAt: UInt32(clamping: time),
            body: item.body)
        conversations[item.conversation]?.messages[id] = Message(
            stored: stored, key: item.key, transaction: transaction, createdAt: time)
        conversations[item.conversation]?.last = id
        conversations[item.conversation]?.updatedAt = time
        return (.stored(MessageID(id), groupVersion: version), time)
    }
}
