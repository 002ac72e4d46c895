public import DBProxy
public import Primitives
public import TalkProtocol

/// Where to begin with a conversation that was quiet on this node.
extension Delivery {
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
    private static let retryDelay: Duration = .seconds(1)

    /// Sets the cursor of a conversation that has none, with the first message that this node hears of: what was
    /// before, its users have read when they logged in. But of two messages that different nodes store at the same time
    /// the later one may come first, and other nodes may not have known yet of somebody who logged in just now: only
    /// the database knows what was stored lately.
    ///
    /// - Parameter members: of a group; a pair's are in its id. `nil` if they are not known yet.
    mutating func begin(
        _ conversation: ConversationID, with id: MessageID, for members: [UserID]?, at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        let pushed = members.flatMap { forgetStaleCursor(of: conversation, before: id, for: $0, outlet) }
        guard table.cursors[conversation] == nil, openings[conversation] == nil else { return }
        let first = RecentMessages(conversation: conversation, first: id, head: id)
        openConversation(conversation, with: first, after: pushed, for: members, at: now, outlet)
    }

    /// - Parameters:
    ///   - known: messages that are known to exist.
    ///   - pushed: what a cursor had pushed that is forgotten.
    mutating func openConversation(
        _ conversation: ConversationID, with known: RecentMessages, after pushed: MessageID?, for members: [UserID]?,
        at now: Instant, _ outlet: some DeliveryOutlet
    ) {
        guard outlet.mayHaveOtherNodes, known.first.rawValue > 1, openings.count < Opening.maxCount else {
            return openCursor(conversation, after: MessageID(known.first.rawValue &- 1), at: now)
        }
        openings[conversation] = Opening(
            first: known.first, head: known.head, pushed: pushed ?? MessageID(0),
            horizon: horizon(of: conversation, members, outlet))
        askWhereToBegin(conversation, at: now)
    }

    /// Nobody of the users of `id`, the first message that is heard of after a gap, was here for what lies in it: they
    /// read it when they logged in, and it is no hole.
    ///
    /// - Parameter members: of a group; a pair's are in its id.
    /// - Returns: how far the cursor had come, if it is forgotten now.
    mutating func forgetStaleCursor(
        of conversation: ConversationID, before id: MessageID, for members: [UserID], _ outlet: some DeliveryOutlet
    ) -> MessageID? {
        guard let cursor = table.cursors[conversation], cursor.isIdle, !unanswered.contains(conversation),
            id > cursor.position, id.rawValue &- cursor.position.rawValue > 1
        else { return nil }
        let users = if case .pair(let one, let other) = conversation.kind { [one, other] } else { members }
        guard !outlet.hasSession(of: users, openedBefore: cursor.lastUsed) else { return nil }
        table.cursors[conversation] = nil
        return cursor.position
    }

    func horizon(
        of conversation: ConversationID, _ members: [UserID]?, _ outlet: some DeliveryOutlet
    ) -> Int64 {
        switch conversation.kind {
        case .pair(let one, let other): outlet.horizon(of: [one, other]) ?? .max
        // Whose members are not known: nobody misses anything, and who was away gets more than he needs.
        case .group: members.map { outlet.horizon(of: $0) ?? .max } ?? 0
        }
    }

    mutating func holdForOpening(_ message: MessageName, _ held: Held) {
        openings[message.conversation]?.saw(message.id, message.id)
        guard openingBytes + held.packet.count <= Opening.maxHeldBytes else { return }
        openingBytes += held.packet.count
        openings[message.conversation]?.held.append((message.id, held))
    }

    private mutating func askWhereToBegin(_ conversation: ConversationID, at now: Instant) {
        guard let opening = openings[conversation] else { return }
        let doubt = now - search.unheardSince(at: now)
        // Times in the database are whole seconds.
        let seconds = max(Self.openingLooksBack, doubt.milliseconds / 1000 + 1)
        requests.append(.recent(conversation, seconds: seconds, since: opening.horizon))
    }

    /// What the database knows of messages of the last seconds; `nil` if it does not know the conversation.
    public mutating func openingAnswered(
        _ conversation: ConversationID, _ answer: Result<RecentMessages?, DatabaseError>, at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        guard case .success(let recent) = answer else {
            return reopenings.append((conversation, now + Self.retryDelay))
        }
        guard let opening = openings.removeValue(forKey: conversation) else { return }
        openingBytes -= opening.heldBytes
        let first = max(min(recent?.first ?? opening.first, opening.first), MessageID(opening.pushed.rawValue &+ 1))
        openCursor(conversation, after: MessageID(first.rawValue &- 1), at: now)
        for (id, message) in opening.held { hold(MessageName(conversation, id), message, at: now, outlet) }
        missed(conversation, max(opening.head, recent?.head ?? opening.head), at: now)
        forgetForwarded(conversation)
    }

    mutating func askAgainWhereToBegin(at now: Instant) {
        while let next = reopenings.first, now >= next.due {
            _ = reopenings.popFirst()
            askWhereToBegin(next.conversation, at: now)
        }
    }

    /// Makes sure that the conversation has a cursor, if there is room for one.
    mutating func openCursor(_ conversation: ConversationID, after id: MessageID, at now: Instant) {
        if !table.open(conversation, after: id, at: now) { statistics.cursorsRefused += 1 }
    }
}
