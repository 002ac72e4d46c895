import DBProxy
import Metrics
import Primitives
import Reactor
public import TalkProtocol

/// Messages that other nodes have stored, and where to begin with a conversation that was quiet on this one.
extension Conversations {
    /// Messages of a conversation of which it is being asked where its pushes begin. Bounded over all openings: what
    /// does not fit is read from the database, and beyond so many openings a conversation begins with what comes first.
    struct Opening {
        static let maxCount = 10_000
        static let maxHeldBytes = 32 << 20

        var held: [(id: MessageID, message: Held)] = []
        /// The lowest and the highest one that is known to exist and was not pushed.
        var first: MessageID
        var head: MessageID
        /// Up to here all was pushed by a cursor that this node had before, or read elsewhere.
        let pushed: MessageID
        /// What transactions before it stored, its users here have read when they logged in.
        let horizon: Int64

        var heldBytes: Int { held.reduce(0) { $0 + $1.message.packet.count } }

        mutating func saw(_ first: MessageID, _ head: MessageID) {
            self.first = min(self.first, first)
            self.head = max(self.head, head)
        }
    }

    /// So far back messages are looked for that are still on their way, or were stored by a node that did not know yet
    /// of a login here, in seconds: as long as it takes to notice that a node has gone silent, with room.
    private static let openingLooksBack: Int64 = 8

    /// Another node has committed a message for users of this one.
    public func arrived(
        _ packet: RawSpan, of conversation: ConversationID, id: MessageID, for users: [UserID]
    ) {
        begin(conversation, with: id, for: users)
        if openings[conversation] == nil, table.cursors[conversation]?.advance(to: id, at: loop.now) == true {
            outlet?.push(packet, of: MessageName(conversation, id), to: users, except: nil)
            timings.delivery.record(.zero)
        } else {
            hold(conversation, id, Held(packet: packet.copied(), origin: nil, members: users, arrived: loop.now))
        }
    }

    /// Messages of these ids were stored lately; whether they were pushed here is not known.
    public func mayHaveMissed(_ conversation: ConversationID, from first: MessageID, through head: MessageID) {
        if openings[conversation] != nil {
            openings[conversation]?.saw(first, head)
            return
        }
        // A group's members are not known here; who of them was away gets more than he needs.
        if case .pair = conversation.kind { _ = forgetStaleCursor(of: conversation, before: first, for: []) }
        openCursor(conversation, after: MessageID(first.rawValue &- 1))
        missed(conversation, head)
    }

    /// Nobody of the users of `id`, the first message that is heard of after a gap, was here for what lies in it: they
    /// read it when they logged in, and it is no hole.
    ///
    /// - Parameter members: of a group; a pair's are in its id.
    /// - Returns: how far the cursor had come, if it is forgotten now.
    private func forgetStaleCursor(
        of conversation: ConversationID, before id: MessageID, for members: [UserID]
    ) -> MessageID? {
        guard let cursor = table.cursors[conversation], cursor.isIdle, doubts[conversation] == nil,
            id > cursor.position, id.rawValue &- cursor.position.rawValue > 1
        else { return nil }
        let users = if case .pair(let one, let other) = conversation.kind { [one, other] } else { members }
        guard outlet?.hasSession(of: users, openedBefore: cursor.lastUsed) == false else { return nil }
        table.cursors[conversation] = nil
        return cursor.position
    }

    /// Sets the cursor of a conversation that has none, with the first message that this node hears of: what was
    /// before, its users have read when they logged in. But of two messages that different nodes store at the same time
    /// the later one may come first, and other nodes may not have known yet of somebody who logged in just now: only
    /// the database knows what was stored lately.
    ///
    /// - Parameter members: of a group; a pair's are in its id. `nil` if they are not known yet.
    func begin(_ conversation: ConversationID, with id: MessageID, for members: [UserID]?) {
        let pushed = members.flatMap { forgetStaleCursor(of: conversation, before: id, for: $0) }
        guard table.cursors[conversation] == nil, openings[conversation] == nil else { return }
        guard outlet?.hasOtherNodes == true, id.rawValue > 1, openings.count < Opening.maxCount else {
            return openCursor(conversation, after: MessageID(id.rawValue &- 1))
        }
        openings[conversation] = Opening(
            first: id, head: id, pushed: pushed ?? MessageID(0), horizon: horizon(of: conversation, members))
        askWhereToBegin(conversation)
    }

    private func horizon(of conversation: ConversationID, _ members: [UserID]?) -> Int64 {
        switch conversation.kind {
        case .pair(let one, let other): outlet?.horizon(of: [one, other]) ?? .max
        // Whose members are not known yet: nobody misses anything.
        case .group: members.map { outlet?.horizon(of: $0) ?? .max } ?? 0
        }
    }

    func holdForOpening(_ conversation: ConversationID, _ id: MessageID, _ message: Held) {
        openings[conversation]?.saw(id, id)
        guard openingBytes + message.packet.count <= Opening.maxHeldBytes else { return }
        openingBytes += message.packet.count
        openings[conversation]?.held.append((id, message))
    }

    private func askWhereToBegin(_ conversation: ConversationID) {
        let doubt = loop.now - (outlet?.unheardSince ?? loop.now)
        // Times in the database are whole seconds.
        let seconds = max(Self.openingLooksBack, doubt.milliseconds / 1000 + 1)
        let horizon = openings[conversation]?.horizon ?? 0
        database.recentMessages(in: conversation, seconds: seconds, since: horizon) { [weak self] result in
            guard let self else { return }
            guard case .success(let recent) = result else {
                loop.schedule(after: .seconds(1)) { [weak self] in self?.askWhereToBegin(conversation) }
                return
            }
            guard let opening = openings.removeValue(forKey: conversation) else { return }
            openingBytes -= opening.heldBytes
            let first = max(
                min(recent?.first ?? opening.first, opening.first), MessageID(opening.pushed.rawValue &+ 1))
            openCursor(conversation, after: MessageID(first.rawValue &- 1))
            for (id, message) in opening.held { hold(conversation, id, message) }
            missed(conversation, max(opening.head, recent?.head ?? opening.head))
        }
    }
}
