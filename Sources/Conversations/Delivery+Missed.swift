public import DBProxy
public import Primitives
public import TalkProtocol

/// What was committed and not pushed is looked for and read from the database: the first push is fast, this one is
/// certain.
extension Delivery {
    // MARK: Looking for it

    /// A user has a session on this loop from now on.
    public mutating func sessionOpened(_ user: UserID, at now: Instant, _ outlet: some DeliveryOutlet) {
        if outlet.mayHaveOtherNodes { search.opened(user, at: now) }
    }

    /// What was stored since then for the users of this loop may not have been heard of.
    public mutating func doubted(since start: Instant, at now: Instant, _ outlet: some DeliveryOutlet) {
        search.doubted(since: start, at: now)
        searchForMissed(at: now, outlet)
    }

    mutating func searchForMissed(at now: Instant, _ outlet: some DeliveryOutlet) {
        search.ask(at: now, everyone: { outlet.users }) { id, users, back in
            let known = users.compactMap { user in outlet.horizon(of: [user]).map { (user: user, horizon: $0) } }
            // Times in the database are whole seconds.
            requests.append(.search(id, known, seconds: back.milliseconds / 1000 + 1))
        }
    }

    /// A search has ended.
    public mutating func searched(
        _ id: MissedSearch.ID, _ found: Result<[RecentMessages], DatabaseError>, at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        if case .success(let found) = found { for recent in found { outlet.pass(recent) } }
        search.answered(id, (try? found.get()) != nil, at: now)
        searchForMissed(at: now, outlet)
    }

    /// Messages of a conversation of this loop were stored lately; whether they were pushed here is not known.
    public mutating func mayHaveMissed(_ recent: RecentMessages, at now: Instant, _ outlet: some DeliveryOutlet) {
        let conversation = recent.conversation
        if openings[conversation] != nil {
            openings[conversation]?.saw(recent.first, recent.head)
            return
        }
        var pushed: MessageID?
        if case .pair = conversation.kind {
            pushed = forgetStaleCursor(of: conversation, before: recent.first, for: [], outlet)
        }
        if table.cursors[conversation] == nil {
            // Found for some of its users, since they came perhaps: others may have missed more.
            openConversation(conversation, with: recent, after: pushed, for: nil, at: now, outlet)
        }
        missed(conversation, recent.head, at: now)
    }

    mutating func missed(_ conversation: ConversationID, _ id: MessageID, at now: Instant) {
        guard table.cursors[conversation] != nil else { return }
        table.cursors[conversation]?.sawHead(id, at: now)
        if table.cursors[conversation]?.isIdle == false { holes.insert(conversation) }
    }

    // MARK: Reading it

    mutating func readHoles(at now: Instant) {
        guard !holes.isEmpty else { return }
        for conversation in holes.sorted() {
            guard table.cursors[conversation]?.isIdle == false else {
                holes.remove(conversation)
                forgetForwarded(conversation)
                continue
            }
            guard let hole = table.cursors[conversation]?.overdueHole(at: now) else { continue }
            statistics.holesRead += 1
            requests.append(.hole(conversation, hole))
        }
    }

    /// The database does not answer.
    public mutating func holeFailed(_ conversation: ConversationID, at now: Instant) {
        table.cursors[conversation]?.fetchFailed(at: now)
    }

    /// What there is of a hole up to `last`.
    ///
    /// - Parameter memberships: of a group: who is or was in it.
    public mutating func holeRead(
        _ messages: [StoredMessage], of conversation: ConversationID, through last: MessageID,
        memberships: [Membership], at now: Instant, _ outlet: some DeliveryOutlet
    ) {
        let payloads = messages.map { message in
            let members = memberships.filter { $0.isEntitled(to: message.id) }.map(\.user)
            return (
                id: message.id,
                payload: Held(packet: packet(message, in: conversation), origin: nil, members: members, arrived: nil)
            )
        }
        var due: [(MessageID, Held)] = []
        table.cursors[conversation]?.fetched(payloads, through: last, at: now) { due.append(($0, $1)) }
        if unforwarded.contains(conversation) {
            for (id, held) in due {
                forward(held.packet.rawBytes, of: MessageName(conversation, id), to: held.members, outlet)
            }
        }
        push(due, of: conversation, at: now, outlet)
    }

    func packet(_ message: StoredMessage, in conversation: ConversationID) -> [UInt8] {
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
