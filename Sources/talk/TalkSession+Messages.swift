import Primitives
import TalkProtocol

/// What is sent and what arrives.
extension TalkSession {
    private static let resendInterval: Duration = .seconds(5)
    /// Sends without an acknowledgement, on a server that answers otherwise, after which it is asked for the reason.
    private static let maxAttempts = 3
    /// How often, over some time: after an outage what waited is stored a moment after questions are answered.
    private static let maxPasses = 3

    /// Sends what is due, for the first time or again.
    mutating func sendNext(at now: Instant) {
        guard isOnline, let entry = outbox.due(at: now, again: Self.resendInterval) else { return }
        var key = ByteWriter(capacity: 16)
        entry.key.write(into: &key)
        // The protocol has no answer to a send that is refused: what is always answered tells if the server is there.
        if outbox.attempts > 1 { beat(at: now) }
        tell(
            .msgData,
            IMMsgData(
                fromUserID: user.rawValue, toSessionID: entry.conversation.sessionID(for: user),
                msgType: entry.conversation.sessionType == .group ? .groupText : .singleText, msgData: entry.body,
                clientMsgKey: key.bytes.copied()))
        let isAsking = questions.values.contains { question in
            if case .refusal = question.subject { true } else { false }
        }
        if outbox.attempts > Self.maxAttempts, !isAsking { ask(.refusal(entry.key, of: entry.conversation), at: now) }
    }

    mutating func acknowledged(_ ack: IMMsgDataAck, at now: Instant) {
        guard let bytes = ack.clientMsgKey, let key = ClientKey(bytes.rawBytes), let entry = outbox.take(key)
        else { return }
        show("✓ \(ack.msgID)")
        let own = Inbox.Item(text: nil, sender: user, isOwn: true)
        inboxes[entry.conversation, default: Inbox()].arrived(ack.msgID, own)
        showNew(in: entry.conversation, at: now)
    }

    mutating func pushed(_ message: IMMsgData, at now: Instant) {
        let sender = UserID(message.fromUserID)
        let other = sender == user ? UserID(message.toSessionID) : sender
        guard isOnline,
            let conversation = message.msgType.sessionType == .group
                ? .group(GroupID(message.toSessionID)) : ConversationID.pair(user, other)
        else { return }
        // Somebody new; it is too late for this message, and in time for the next.
        if !roster.knows(sender), !isAskingForUsers { ask(.users(for: nil), at: now) }
        learn(of: conversation, at: now)
        let text = plainText.line(of: message.msgData.rawBytes, message.msgType, into: &keepsakes)
        inboxes[conversation, default: Inbox()].arrived(
            message.msgID, Inbox.Item(text: text, sender: sender, isOwn: sender == user))
        showNew(in: conversation, at: now)
    }

    /// The server has said where there is something new.
    mutating func caughtUp(_ list: [UnreadInfo], at now: Instant) {
        isCatchingUp = false
        ask(.waitingFiles, at: now)
        for info in list {
            guard let conversation = ConversationID(of: user, info.sessionType, session: info.sessionID)
            else { continue }
            learn(of: conversation, at: now)
            inboxes[conversation, default: Inbox()].announced(info.latestMsgID, unread: info.unreadCnt)
            // It was shown, and the server did not hear of it.
            if let shown = inboxes[conversation]?.shown, shown >= info.latestMsgID { markRead(conversation) }
        }
        for conversation in inboxes.keys.sorted() { showNew(in: conversation, at: now) }
    }

    mutating func fetched(
        _ messages: [MsgInfo], of conversation: ConversationID, asked ids: [UInt32], at now: Instant
    ) {
        inboxes[conversation]?.isAsking = false
        // An answer that would be too long is cut: only an empty one says that there is nothing.
        if messages.isEmpty { inboxes[conversation]?.absent(ids) }
        for message in messages {
            let sender = UserID(message.fromSessionID)
            let text = plainText.line(of: message.msgData.rawBytes, message.msgType, into: &keepsakes)
            // An own one may be what waits for its acknowledgement here; otherwise it is from another device.
            let isWaiting = sender == user && outbox.holds(textIn: conversation)
            inboxes[conversation]?.arrived(
                message.msgID,
                Inbox.Item(text: isWaiting ? nil : text, sender: sender, isOwn: sender == user), isAsked: true)
        }
        showNew(in: conversation, at: now)
    }

    mutating func showNew(in conversation: ConversationID, at now: Instant) {
        guard !isCatchingUp, !isAskingForName(of: conversation),
            var inbox = inboxes.removeValue(forKey: conversation)
        else { return }
        let before = inbox.shown
        for item in inbox.take() {
            show(line(item, in: conversation))
            if !item.isOwn { lastHeard = conversation }
        }
        let missing = inbox.missing
        if !missing.isEmpty, !inbox.isAsking {
            inbox.isAsking = true
            ask(.messages(conversation, missing), at: now)
        }
        inboxes[conversation] = inbox
        if inbox.shown != before { markRead(conversation) }
    }

    /// So that it is not unread at the next login, here or on another device.
    private mutating func markRead(_ conversation: ConversationID) {
        // 0 would mean everything.
        guard let shown = inboxes[conversation]?.shown, shown > 0 else { return }
        tell(
            .msgDataReadAck,
            IMMsgDataReadAck(
                userID: user.rawValue, sessionID: conversation.sessionID(for: user), msgID: shown,
                sessionType: conversation.sessionType))
    }

    /// The server, and the database behind it, do answer for the conversation.
    mutating func passedOver(_ key: ClientKey, of conversation: ConversationID) {
        guard outbox.passedOver(key) >= Self.maxPasses, outbox.take(key) != nil else { return }
        verdict = .failed
        note("✗ The server does not take what you wrote to \(title(of: conversation)).")
    }

    /// Whom or what one writes to there.
    func title(of conversation: ConversationID) -> String {
        switch conversation.kind {
        case .group(let group): groups.name(of: group)
        case .pair: conversation.peer(of: user).map { roster.name(of: $0) } ?? ""
        }
    }

    private func line(_ item: Inbox.Item, in conversation: ConversationID) -> String {
        let (name, text) = (roster.name(of: item.sender), item.text ?? "")
        return switch conversation.kind {
        case _ where item.isOwn: "→ \(title(of: conversation)): \(text)"
        case .group: "\(name) (\(title(of: conversation))): \(text)"
        case .pair: "\(name): \(text)"
        }
    }
}
