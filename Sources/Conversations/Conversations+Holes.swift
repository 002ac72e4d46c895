import DBProxy
import Primitives
import Reactor
import TalkProtocol

/// What was committed and not pushed is read from the database: the first push is fast, this one is certain.
extension Conversations {
    /// After appends without an answer: their conversations may have grown unseen.
    func lookAtDoubts() {
        nextLookAtDoubts = loop.now + .seconds(1)
        let (asked, conversations) = (loop.now, doubts.keys.sorted())
        database.heads(of: conversations) { [weak self] result in
            guard let self, case .success(let heads) = result else { return }
            for (conversation, head) in heads { missed(conversation, head) }
            doubts = doubts.filter { $0.value > asked }
        }
    }

    func read(_ hole: ClosedRange<MessageID>, of conversation: ConversationID) {
        statistics.holesRead += 1
        database.messages(of: conversation, from: hole.lowerBound, through: hole.upperBound) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let messages): found(messages, of: conversation, through: hole.upperBound)
            case .failure: table.cursors[conversation]?.fetchFailed(at: loop.now)
            }
        }
    }

    private func found(_ messages: [StoredMessage], of conversation: ConversationID, through last: MessageID) {
        guard case .group(let group) = conversation.kind else {
            return fill(messages, of: conversation, through: last, memberships: [])
        }
        database.memberships(of: group) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let memberships):
                fill(messages, of: conversation, through: last, memberships: memberships)
            case .failure:
                table.cursors[conversation]?.fetchFailed(at: loop.now)
            }
        }
    }

    private func fill(
        _ messages: [StoredMessage], of conversation: ConversationID, through last: MessageID,
        memberships: [Membership]
    ) {
        let payloads = messages.map { message in
            let members = memberships.filter { $0.isEntitled(to: message.id) }.map(\.user)
            return (
                id: message.id,
                payload: Held(packet: packet(message, in: conversation), origin: nil, members: members, arrived: nil)
            )
        }
        var due: [(MessageID, Held)] = []
        table.cursors[conversation]?.fetched(payloads, through: last, at: loop.now) { due.append(($0, $1)) }
        push(conversation, due)
    }

    private func packet(_ message: StoredMessage, in conversation: ConversationID) -> [UInt8] {
        var writer = ByteWriter()
        let session: UInt32 =
            switch conversation.kind {
            case .group(let group): group.rawValue
            case .pair: conversation.peer(of: message.sender)?.rawValue ?? 0
            }
        writer.appendMsgData(
            from: message.sender, to: session, id: message.id, createTime: message.createdAt, type: message.type,
            data: message.body.rawBytes, clientKey: nil)
        return writer.bytes.copied()
    }
}
