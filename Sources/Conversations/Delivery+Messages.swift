public import DBProxy
public import Primitives
public import TalkProtocol

/// Messages that this loop has stored.
extension Delivery {
    /// A send of a batch was committed, or found committed.
    ///
    /// - Parameter database: where it was stored, of which the version of a group's list of members is one.
    public mutating func stored(
        _ sends: SendBatch, _ index: Int, _ stored: AppendQueue.StoredSend, storedAt: UInt32,
        in database: @autoclosure () -> DatabaseIdentity?, at now: Instant, _ outlet: some DeliveryOutlet
    ) {
        let send = sends.sends[index]
        outlet.acknowledge(send, id: stored.id, after: stored.repeated ? nil : now - sends.started)
        if stored.repeated {
            statistics.repeated += 1
            // Unknown to this node: whoever is here now has read it, or will. Unless nobody could push it yet.
            if table.cursors[send.conversation] == nil, !stored.uncertain, !unanswered.contains(send.conversation) {
                return
            }
        } else {
            statistics.stored += 1
            let message = KeptMessage(
                conversation: send.conversation, id: stored.id, sender: send.sender, type: send.type,
                createdAt: storedAt)
            sends.withBody(index) { kept.keep(message, key: send.key, body: $0, at: now) }
        }
        let scratch = scratch
        scratch.writer.clear(keeping: 1 << 16)
        sends.withBody(index) { body in
            scratch.writer.appendMsgData(
                from: send.sender, to: send.sessionID, id: stored.id, createTime: storedAt, type: send.type,
                data: body, clientKey: nil)
        }
        // The version is that of now: an earlier send was accepted under another one, perhaps.
        let version = stored.repeated ? nil : stored.groupVersion
        var members: [UserID] = []
        if case .group(let group) = send.conversation.kind {
            guard let known = version.flatMap({ groups.members(of: group, version: $0, in: database()) }) else {
                return holdForMembers(send, stored.id, group, version, since: sends.started, at: now, outlet)
            }
            members = known
        }
        deliver(send, stored.id, to: members, since: sends.started, at: now, outlet)
    }

    /// The packet is in `scratch`.
    private mutating func deliver(
        _ send: Send, _ id: MessageID, to members: [UserID], since arrived: Instant, at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        let scratch = scratch
        let message = MessageName(send.conversation, id)
        begin(send.conversation, with: id, for: members, at: now, outlet)
        forward(scratch.writer.bytes, of: message, to: members, outlet)
        if openings[send.conversation] == nil, table.cursors[send.conversation]?.advance(to: id, at: now) == true {
            push(scratch.writer.bytes, of: message, to: members, except: send.origin, after: now - arrived, outlet)
        } else {
            let packet = scratch.writer.bytes.copied()
            hold(
                message, Held(packet: packet, origin: send.origin, members: members, arrived: arrived), at: now, outlet)
        }
    }

    /// The list of members changed: the message, of which the packet is in `scratch`, waits for the new one, and those
    /// behind it wait for the message. The cursor is set now, as they may be ready before the list is.
    private mutating func holdForMembers(
        _ send: Send, _ id: MessageID, _ group: GroupID, _ version: UInt32?, since arrived: Instant, at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        begin(send.conversation, with: id, for: nil, at: now, outlet)
        let name = MessageName(send.conversation, id)
        let scratch = scratch
        awaiting[name] = Held(
            packet: scratch.writer.bytes.copied(), origin: send.origin, members: [], arrived: arrived)
        requests.append(.members(group, version: version, id))
    }

    /// Whom a message is for.
    ///
    /// - Parameters:
    ///   - members: `nil` without an answer.
    ///   - database: whose list of that version they are; `nil` if they are good for this message only.
    public mutating func membersCame(
        _ members: [UserID]?, of group: GroupID, version: UInt32?, _ id: MessageID, from database: DatabaseIdentity?,
        at now: Instant, _ outlet: some DeliveryOutlet
    ) {
        if let members, let version, let database { groups.store(members, of: group, version: version, from: database) }
        let name = MessageName(.group(group), id)
        guard let held = awaiting.removeValue(forKey: name) else { return }
        guard let members else {
            // It is read from the database, when that answers again.
            unforwarded.insert(name.conversation)
            missed(name.conversation, id, at: now)
            return forgetForwarded(name.conversation)
        }
        forward(held.packet.rawBytes, of: name, to: members, outlet)
        hold(
            name, Held(packet: held.packet, origin: held.origin, members: members, arrived: held.arrived), at: now,
            outlet)
    }

    /// Appends were given up that may have been stored.
    public mutating func gaveUp(_ conversations: [ConversationID], at now: Instant) {
        for conversation in conversations {
            if unanswered.add(conversation, at: now) {
                unforwarded.insert(conversation)
            } else {
                statistics.unansweredRefused += 1
            }
        }
    }

    mutating func lookAtUnanswered(at now: Instant, _ outlet: some DeliveryOutlet) {
        guard let look = unanswered.due(at: now) else { return }
        for (conversation, ids) in look.untold { readUntold(ids, of: conversation) }
        guard !look.conversations.isEmpty else { return }
        let known = look.conversations.map { (conversation: $0, horizon: horizon(of: $0, nil, outlet)) }
        // What others stored may be unheard of for longer here. Times in the database are whole seconds.
        let reach = max(look.back, now - search.unheardSince(at: now))
        // Other nodes would begin anew with what is older.
        let untold = min(look.back, Doubts.longestLook)
        requests.append(
            .unanswered(
                known, seconds: reach.milliseconds / 1000 + 1, untold: untold.milliseconds / 1000 + 1, askedAt: now))
    }

    /// What was stored lately in conversations with appends that were given up, and how far they go.
    ///
    /// - Parameters:
    ///   - recent: behind the horizons of users who are here.
    ///   - all: whatever their horizons: who read it at his login here is not the only one it is for.
    public mutating func unansweredCame(
        _ recent: [RecentMessages], all: [RecentMessages], askedAt asked: Instant, at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        for recent in recent {
            if openings[recent.conversation] != nil {
                openings[recent.conversation]?.saw(recent.first, recent.head)
            } else {
                openCursor(recent.conversation, after: MessageID(recent.first.rawValue &- 1), at: now)
                missed(recent.conversation, recent.head, at: now)
            }
        }
        for stored in all {
            let ids = unanswered.saw(stored.first, stored.head, in: stored.conversation)
            if let ids { readUntold(ids, of: stored.conversation) }
        }
        for conversation in unanswered.looked(askedAt: asked) { forgetForwarded(conversation) }
    }

    /// What an append here has stored without an answer, this node alone knows of, also when a search has found and
    /// pushed it, or when nobody of the conversation is here any more.
    private mutating func readUntold(_ ids: ClosedRange<UInt32>, of conversation: ConversationID) {
        let last = min(ids.upperBound - ids.lowerBound, DeliveryCursor<Held>.maxRead - 1) + ids.lowerBound
        requests.append(.untold(conversation, MessageID(ids.lowerBound)...MessageID(last)))
    }

    /// - Parameter memberships: of a group: who is or was in it.
    public mutating func untoldRead(
        _ messages: [StoredMessage], of conversation: ConversationID, through last: MessageID,
        memberships: [Membership], _ outlet: some DeliveryOutlet
    ) {
        for message in messages {
            let members = memberships.filter { $0.isEntitled(to: message.id) }.map(\.user)
            let packet = packet(message, in: conversation)
            forward(packet.rawBytes, of: MessageName(conversation, message.id), to: members, outlet)
        }
        for conversation in unanswered.tell(of: conversation, through: last) { forgetForwarded(conversation) }
    }

    /// Nothing of the conversation is left to be read that only this node may know of.
    mutating func forgetForwarded(_ conversation: ConversationID) {
        if unanswered.contains(conversation) || openings[conversation] != nil || holes.contains(conversation) { return }
        unforwarded.remove(conversation)
    }
}

/// Pushes in the order of ids, and what waits for its turn.
extension Delivery {
    /// Another node has committed a message for users of this one.
    public mutating func arrived(
        _ packet: RawSpan, of conversation: ConversationID, id: MessageID, for users: [UserID], at now: Instant,
        _ outlet: some DeliveryOutlet
    ) {
        begin(conversation, with: id, for: users, at: now, outlet)
        let message = MessageName(conversation, id)
        if openings[conversation] == nil, table.cursors[conversation]?.advance(to: id, at: now) == true {
            outlet.push(packet, of: message, to: users, except: nil, after: .zero)
        } else {
            hold(message, Held(packet: packet.copied(), origin: nil, members: users, arrived: now), at: now, outlet)
        }
    }

    /// Until those before it are pushed.
    mutating func hold(_ message: MessageName, _ held: Held, at now: Instant, _ outlet: some DeliveryOutlet) {
        if openings[message.conversation] != nil { return holdForOpening(message, held) }
        var due: [(MessageID, Held)] = []
        table.cursors[message.conversation]?.committed(message.id, held, at: now) { due.append(($0, $1)) }
        push(due, of: message.conversation, at: now, outlet)
    }

    mutating func push(
        _ due: [(MessageID, Held)], of conversation: ConversationID, at now: Instant, _ outlet: some DeliveryOutlet
    ) {
        for (id, held) in due {
            push(
                held.packet.rawBytes, of: MessageName(conversation, id), to: held.members, except: held.origin,
                after: held.arrived.map { now - $0 }, outlet)
        }
        let isIdle = table.cursors[conversation]?.isIdle != false
        if isIdle { holes.remove(conversation) } else { holes.insert(conversation) }
        forgetForwarded(conversation)
    }

    /// - Parameter members: of a group; a pair's are in its id.
    func push(
        _ packet: RawSpan, of message: MessageName, to members: [UserID], except origin: SessionAddress?,
        after wait: Duration?, _ outlet: some DeliveryOutlet
    ) {
        switch message.conversation.kind {
        case .pair(let one, let other):
            outlet.push(packet, of: message, to: one, and: other, except: origin, after: wait)
        case .group: outlet.push(packet, of: message, to: members, except: origin, after: wait)
        }
    }

    func forward(
        _ packet: RawSpan, of message: MessageName, to members: [UserID], _ outlet: some DeliveryOutlet
    ) {
        switch message.conversation.kind {
        case .pair(let one, let other): outlet.forward(packet, of: message, to: [one, other])
        case .group: outlet.forward(packet, of: message, to: members)
        }
    }
}
