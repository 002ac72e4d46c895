import Conversations
import DBProxy
import Primitives
import Protobuf
import TalkProtocol

/// What is promised to users, checked when something happens to a message, and at the end.
extension ClusterWorld {
    /// Until everything is as it must be after the last fault.
    public static let recoveryOfAll: Duration = .seconds(50)
    /// After so long without a fault nothing of it is left.
    private static let calmOfMessages: Duration = .seconds(60)

    func noteCommit(_ items: [MessageStore.Item], _ outcomes: [AppendOutcome]) {
        for (item, outcome) in zip(items, outcomes) {
            guard case .stored(let id, _) = outcome else { continue }
            note { "committed \(MessageName(item.conversation, id))" }
            if !ledger.committed(item, id, at: now) {
                violate(.idsWithoutGap, "\(item.conversation.rawValue)/\(id.rawValue) is not the next id")
            }
        }
    }

    func noteMark(_ mark: MessageID, of conversation: ConversationID, by user: UserID) {
        ledger.asked(mark, of: conversation, by: user)
    }

    func noteMarked(_ mark: MessageID, of conversation: ConversationID, by user: UserID) {
        ledger.confirmed(mark, of: conversation, by: user)
    }

    // MARK: While it runs

    func checkAcknowledged(_ send: Send, _ id: MessageID, by node: Node) {
        let message = MessageName(send.conversation, id)
        note { "\(node.name) acknowledges \(message)" }
        if ledger.entry(message)?.key != send.key {
            violate(.nothingBeforeItsCommit, "\(node.name) acknowledges \(message), which is not stored")
        }
    }

    func checkPushed(_ packet: RawSpan, of message: MessageName, by node: Node) {
        note { "\(node.name) pushes \(message)" }
        guard let entry = ledger.entry(message) else {
            return violate(.nothingBeforeItsCommit, "\(node.name) pushes \(message), which is not stored")
        }
        let read = try? IMMsgData(reading: packet.extracting(droppingFirst: PDUHeader.byteCount))
        if read?.msgID != message.id.rawValue || read?.msgData != entry.body {
            violate(.idsWithoutGap, "\(node.name) pushes something else as \(message)")
        }
    }

    func checkWritten(_ message: MessageName, to session: ChatSession, by node: Node) {
        let name = "\(session.clientType) of \(session.user.rawValue) at \(node.name)"
        note { "\(message) for \(name)" }
        if let last = session.last[message.conversation], last >= message.id {
            violate(.risingOnceOnly, "\(message) comes after \(last.rawValue) for \(name)")
        }
        if !ledger.isEntitled(session.user, to: message) {
            violate(.nothingAfterLeaving, "\(message) is not for \(name)")
        }
        let stored = chatServer.store.conversations[message.conversation]?.messages[message.id.rawValue]
        if let stored, stored.transaction < session.horizon, isCalm(for: Self.calmOfMessages),
            now - lastFault >= Self.calmOfMessages
        {
            violate(.readOnceOnly, "\(message) could be read by \(name) when it logged in")
        }
    }

    // MARK: At the end

    /// What somebody who is online lacks.
    func missingMessages() -> [(Property, String)] {
        guard server != nil else { return [] }
        var missing: [(Property, String)] = []
        for client in clients {
            guard let session = client.session, client.isComplete else { continue }
            for conversation in ledger.entries.keys.sorted() {
                guard let expected = ledger.expected(of: client.user, in: conversation) else { continue }
                let known = client.known[conversation] ?? []
                for id in expected where !known.contains(MessageID(id)) {
                    let message = MessageName(conversation, MessageID(id))
                    let stored = chatServer.store.conversations[conversation]?.messages[id]
                    let isOld = stored.map { $0.transaction < session.horizon } ?? true
                    missing.append(
                        (isOld ? .noHole : .everythingArrives, "\(client.name) lacks \(message) of \(expected)"))
                }
            }
        }
        return missing
    }

    /// Everybody who is online has everything.
    public var isDelivered: Bool {
        clients.allSatisfy(\.isAtRest) && missingMessages().isEmpty
    }

    public func checkMessages() {
        for (property, text) in missingMessages() { violate(property, text) }
        guard server != nil else { return }
        for user in Set(clients.map(\.user)).sorted() {
            let unread = chatServer.store.unread(of: user)
            for conversation in ledger.entries.keys.sorted() {
                let (count, expected) = (unread[conversation] ?? 0, ledger.unread(of: user, in: conversation))
                if !expected.contains(count) {
                    violate(
                        .unreadIsRight,
                        "\(count) messages of \(conversation.rawValue) are unread by \(user.rawValue), not \(expected)")
                }
            }
        }
    }
}
