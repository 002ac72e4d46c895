import DBProxy
import Primitives
import Reactor
public import TalkProtocol

/// Messages that other nodes have stored, and where to begin with a conversation that was quiet on this one.
extension Conversations {
    /// Messages of a conversation of which it is being asked where its pushes begin. Bounded: what does not fit is read
    /// from the database.
    struct Opening {
        static let maxHeld = 256

        var held: [(id: MessageID, message: Held)] = []
        var head: MessageID
    }

    /// So far back messages are looked for that a node stored before it knew of a login here, in seconds.
    private static let openingLooksBack: Int64 = 4

    /// Another node has committed a message for users of this one.
    public func arrived(
        _ packet: RawSpan, of conversation: ConversationID, id: MessageID, for users: [UserID]
    ) {
        if let cursor = table.cursors[conversation] {
            // Nobody of them was here for what lies between: it was read at login, and is no hole.
            let isGap = id.rawValue > cursor.position.rawValue + 1 && cursor.isIdle
            if isGap, outlet?.hasSession(of: users, openedBefore: cursor.lastUsed) == false {
                table.cursors[conversation] = nil
            }
        }
        begin(conversation, with: id)
        if openings[conversation] == nil, table.cursors[conversation]?.advance(to: id, at: loop.now) == true {
            outlet?.push(packet, to: users, except: nil)
        } else {
            arrived(conversation, id, Held(packet: packet.copied(), origin: nil, members: users))
        }
    }

    /// Messages of these ids were stored lately; whether they were pushed here is not known.
    public func mayHaveMissed(_ conversation: ConversationID, from first: MessageID, through head: MessageID) {
        if openings[conversation] != nil { return }
        openCursor(conversation, after: MessageID(first.rawValue &- 1))
        missed(conversation, head)
    }

    /// Sets the cursor of a conversation that has none. What was before, its users have read when they logged in;
    /// unless one of them logged in just now, when other nodes did not know of it yet: then the database knows.
    func begin(_ conversation: ConversationID, with id: MessageID) {
        guard table.cursors[conversation] == nil, openings[conversation] == nil else { return }
        guard outlet?.hasFreshSession(in: conversation) == true, id.rawValue > 1 else {
            return openCursor(conversation, after: MessageID(id.rawValue &- 1))
        }
        openings[conversation] = Opening(head: id)
        askWhereToBegin(conversation)
    }

    func hold(_ conversation: ConversationID, _ id: MessageID, _ message: Held) {
        guard var opening = openings[conversation] else { return }
        opening.head = max(opening.head, id)
        if opening.held.count < Opening.maxHeld { opening.held.append((id, message)) }
        openings[conversation] = opening
    }

    private func askWhereToBegin(_ conversation: ConversationID) {
        database.recentMessages(in: conversation, seconds: Self.openingLooksBack) { [weak self] result in
            guard let self else { return }
            guard case .success(let recent) = result else {
                loop.schedule(after: .seconds(1)) { [weak self] in self?.askWhereToBegin(conversation) }
                return
            }
            guard let opening = openings.removeValue(forKey: conversation) else { return }
            let first = min(recent?.first ?? opening.head, opening.held.map(\.id).min() ?? opening.head)
            openCursor(conversation, after: MessageID(first.rawValue &- 1))
            for (id, message) in opening.held { arrived(conversation, id, message) }
            missed(conversation, max(opening.head, recent?.head ?? opening.head))
        }
    }
}
