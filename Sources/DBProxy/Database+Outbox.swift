import Primitives
public import TalkProtocol

/// Where something in the outbox goes.
public enum OutboxChannel: Int16, Sendable, CaseIterable, Column {
    case apns = 1
    /// Mobiles with Android, by FCM or by a relay.
    case android
    /// Browsers, by Web Push.
    case browsers
    case webhooks
}

/// A message that a device is to be told of, taken from the outbox.
public struct DueNotification: Sendable, Equatable {
    public let id: Int64
    /// With this one; 1 is the first.
    public let attempts: Int16
    public let token: String
    /// Of a browser: its public key (65 bytes) and what it authenticates by (16).
    public let keys: [UInt8]
    public let user: UserID
    public let conversation: ConversationID
    public let message: MessageID
    public let sender: UserID
    /// Empty: nobody knows his name any more.
    public let senderName: String
    public let groupName: String?
    public let type: MsgType
    /// Of a text, as clients sent it; empty for anything else.
    public let body: [UInt8]
    /// Unix seconds.
    public let sentAt: Int64
    /// Of all conversations, 999 at most.
    public let unread: Int
    public let isSilent: Bool

    public init(
        id: Int64, attempts: Int16, token: String, keys: [UInt8], user: UserID, conversation: ConversationID,
        message: MessageID, sender: UserID, senderName: String, groupName: String?, type: MsgType, body: [UInt8],
        sentAt: Int64, unread: Int, isSilent: Bool
    ) {
        self.id = id
        self.attempts = attempts
        self.token = token
        self.keys = keys
        self.user = user
        self.conversation = conversation
        self.message = message
        self.sender = sender
        self.senderName = senderName
        self.groupName = groupName
        self.type = type
        self.body = body
        self.sentAt = sentAt
        self.unread = unread
        self.isSilent = isSilent
    }
}

/// What became of something that was sent.
public struct SendingEnd: Sendable, Equatable {
    public enum State: Int16, Sendable, CaseIterable, Column {
        case waiting = 0
        case sent
        case withdrawn
        case givenUp
    }

    public let id: Int64
    public let attempts: Int16
    public let state: State
    /// For people: what the receiver said.
    public let answer: String
    /// Until it is tried again.
    public let wait: Duration
    /// The device is gone since then (unix seconds).
    public let goneAt: Int64?

    public init(
        _ id: Int64, attempts: Int16, _ state: State, _ answer: String, wait: Duration = .zero, goneAt: Int64? = nil
    ) {
        self.id = id
        self.attempts = attempts
        self.state = state
        self.answer = answer
        self.wait = wait
        self.goneAt = goneAt
    }
}

/// What leaves the cluster for other services: taken by a program that sends it, for a while.
extension Database {
    private static let claimNotifications = Statement(
        "claim_notifications",
        """
        select id, attempts, token, keys, user_id, conversation_id, msg_id, sender_id, sender, group_name, msg_type,
            body, sent_at, unread, is_silent
        from claim_notifications($1::smallint, $2::int, $3::int, $4::boolean, $5::text[], $6::int[])
        """)

    /// Takes what is due of a channel. Whoever dies over it loses it to another when the lease has run out.
    ///
    /// - Parameters:
    ///   - rooms: at most so many of each push service, by the host of devices' addresses (browsers) or by nothing
    ///     (all others); of one that is not among them, one.
    ///   - lease: whole seconds.
    ///   - isNight: users who want it so are told of nothing; it is withdrawn, as is what they have read meanwhile.
    public func claimNotifications(
        of channel: OutboxChannel, limit: Int, rooms: [String: Int], lease: Duration, isNight: Bool,
        _ completion: @escaping Completion<[DueNotification]>
    ) {
        var parameters = Parameters()
        parameters.add(channel)
        parameters.add(Int32(clamping: limit))
        parameters.add(Int32(clamping: lease.milliseconds / 1000))
        parameters.add(isNight)
        let known = Array(rooms)
        parameters.add(known.map(\.key))
        parameters.add(known.map { Int32(clamping: $0.value) })
        query(Self.claimNotifications, parameters, within: configuration.writeDeadline, completion) { rows in
            var due: [DueNotification] = []
            for index in 0..<rows.count {
                guard let notification = Self.notification(rows[index]) else { return nil }
                due.append(notification)
            }
            return due
        }
    }

    private static func notification(_ row: Row) -> DueNotification? {
        guard let id = row.int64(0), let attempts = row.int16(1), let token = row.text(2),
            let user: UserID = row.value(4), let conversation: ConversationID = row.value(5),
            let message: MessageID = row.value(6), let sender: UserID = row.value(7), let type: MsgType = row.value(10),
            let sentAt = row.int64(12), let unread = row.int32(13), let isSilent = row.bool(14)
        else { return nil }
        return DueNotification(
            id: id, attempts: attempts, token: token, keys: row.bytes(3) ?? [], user: user, conversation: conversation,
            message: message, sender: sender, senderName: row.text(8) ?? "", groupName: row.text(9), type: type,
            body: row.bytes(11) ?? [], sentAt: sentAt, unread: Int(unread), isSilent: isSilent)
    }

    private static let endSending = Statement(
        "end_sending",
        "select end_sending($1::bigint[], $2::smallint[], $3::smallint[], $4::text[], $5::int[], $6::bigint[])")

    /// What became of what was taken. What another has taken meanwhile is left alone.
    public func endSending(_ ends: [SendingEnd], _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(ends.map(\.id))
        parameters.add(ends.map(\.attempts))
        parameters.add(ends.map(\.state))
        parameters.add(ends.map(\.answer))
        parameters.add(ends.map { Int32(clamping: $0.wait.milliseconds) })
        parameters.add(ends.map { $0.goneAt ?? -1 })
        query(Self.endSending, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map { Int($0) } : nil
        }
    }
}
