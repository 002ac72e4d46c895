import Conversations
import DBProxy
import Primitives
import TalkProtocol

/// What really happened to messages, written down when it did: what everybody is judged by.
struct ChatLedger {
    struct Entry {
        let key: SendKey
        let sender: UserID
        let body: [UInt8]
        let committedAt: Instant
    }

    /// When a user was in a conversation: entitled to what is above `joined`, up to `left`.
    struct Stay: Equatable {
        let joined: MessageID
        var left: MessageID?

        func covers(_ id: MessageID) -> Bool { id > joined && left.map { id <= $0 } ?? true }
    }

    private(set) var entries: [ConversationID: [Entry]] = [:]
    private(set) var stays: [ConversationID: [UserID: [Stay]]] = [:]
    /// What users said that they have read, and what they were told is read.
    private(set) var marks: [ConversationID: [UserID: (asked: MessageID, confirmed: MessageID)]] = [:]

    func entry(_ message: MessageName) -> Entry? {
        guard let entries = entries[message.conversation], message.id.rawValue > 0,
            message.id.rawValue <= entries.count
        else { return nil }
        return entries[Int(message.id.rawValue) - 1]
    }

    func isEntitled(_ user: UserID, to message: MessageName) -> Bool {
        switch message.conversation.kind {
        case .pair(let one, let other): user == one || user == other
        case .group: stays[message.conversation]?[user]?.contains { $0.covers(message.id) } ?? false
        }
    }

    /// What a member must have now; `nil` for who is none.
    func expected(of user: UserID, in conversation: ConversationID) -> ClosedRange<UInt32>? {
        guard let count = entries[conversation]?.count, count > 0 else { return nil }
        var first: UInt32 = 1
        if case .group = conversation.kind {
            guard let stay = stays[conversation]?[user]?.last, stay.left == nil else { return nil }
            first = stay.joined.rawValue + 1
        } else if !isEntitled(user, to: MessageName(conversation, MessageID(1))) {
            return nil
        }
        return first <= UInt32(count) ? first...UInt32(count) : nil
    }

    /// `false`: the id is not the next one.
    mutating func committed(_ item: MessageStore.Item, _ id: MessageID, at now: Instant) -> Bool {
        entries[item.conversation, default: []].append(
            Entry(key: item.key, sender: item.sender, body: item.body, committedAt: now))
        return entries[item.conversation]?.count == Int(id.rawValue)
    }

    mutating func created(_ group: ConversationID, _ members: [UserID]) {
        for user in members { stays[group, default: [:]][user] = [Stay(joined: MessageID(0))] }
    }

    mutating func changed(_ group: ConversationID, _ memberships: [Membership]) {
        for membership in memberships {
            let stay = Stay(joined: membership.joinedAt, left: membership.leftAt)
            let last = stays[group]?[membership.user]?.last
            if last == stay { continue }
            if last?.joined == stay.joined, last?.left == nil {
                stays[group]?[membership.user]?.removeLast()
            }
            stays[group, default: [:]][membership.user, default: []].append(stay)
        }
    }

    mutating func asked(_ mark: MessageID, of conversation: ConversationID, by user: UserID) {
        let known = marks[conversation]?[user] ?? (MessageID(0), MessageID(0))
        marks[conversation, default: [:]][user] = (max(known.asked, mark), known.confirmed)
    }

    mutating func confirmed(_ mark: MessageID, of conversation: ConversationID, by user: UserID) {
        let known = marks[conversation]?[user] ?? (MessageID(0), MessageID(0))
        marks[conversation, default: [:]][user] = (known.asked, max(known.confirmed, mark))
    }

    /// How many messages of others the user has not read: with what was confirmed, and with what he asked for.
    func unread(of user: UserID, in conversation: ConversationID) -> ClosedRange<Int> {
        guard let expected = expected(of: user, in: conversation) else { return 0...0 }
        func count(above mark: MessageID) -> Int {
            expected.count { id in
                id > mark.rawValue && entry(MessageName(conversation, MessageID(id)))?.sender != user
            }
        }
        let marks = marks[conversation]?[user] ?? (MessageID(0), MessageID(0))
        return count(above: marks.asked)...count(above: marks.confirmed)
    }
}
