public import Primitives
public import TalkProtocol

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
