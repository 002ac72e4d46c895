public import Primitives

/// Datagrams that arrive, gossip that goes out, and tables that are compared.
extension Swim {
    /// A page of the table that was asked for.
    struct Pull: Sendable {
        static let maxAttempts = 16

        let node: NodeID
        let address: MemberAddress
        let sequence: UInt32
        let cursor: UInt16
        let deadline: Instant
        /// Times that this page was asked for.
        let attempt: Int
    }

    /// A message that passed the seal.
    ///
    /// - Parameter source: where its datagram came from: answers go back there, also to someone whose place is taken.
    public mutating func received(
        _ message: GossipMessage, from source: MemberAddress, at now: Instant, into effects: inout [Effect]
    ) {
        if message.sender == me.node {
            if message.epoch > me.epoch { effects.append(.superseded(by: message.epoch)) }
            if message.epoch < me.epoch {
                answerPredecessor([describeMyself()], of: me.node, at: source, into: &effects)
            }
            return
        }
        if let known = members[message.sender], message.epoch < known.standing.epoch {
            // Its word does not count any more; what does is that it stops.
            return answerPredecessor(describe(known), of: message.sender, at: source, into: &effects)
        }
        // A datagram for someone who was at this address before.
        guard message.receiver == nil || message.receiver == me.node else { return }
        for entry in message.entries { learn(entry, at: now, into: &effects) }
        hear(message, at: now, into: &effects)
        switch message.kind {
        case .ping: answer(message, at: source, into: &effects)
        case .ack:
            answered(message.sequence, by: message.subject ?? message.sender, at: now, into: &effects)
        case .pingRequest:
            guard let subject = message.subject else { return }
            help(
                message.sender, at: source, probing: subject, sequence: message.sequence, now: now, into: &effects)
        case .nack: helperIsWell(message.sequence)
        case .gossip: break
        case .pull: sendPage(message, to: source, into: &effects)
        case .page: tookPage(message, from: source, at: now, into: &effects)
        case .leave: leaves(message.sender, message.epoch, message.incarnation, at: now, into: &effects)
        }
        compare(message, from: source, at: now, into: &effects)
    }

    /// What the message itself proves about its sender.
    private mutating func hear(_ message: GossipMessage, at now: Instant, into effects: inout [Effect]) {
        guard let member = members[message.sender], member.standing.epoch == message.epoch else { return }
        members[message.sender]?.lastHeard = now
        members[message.sender]?.refusals = 0
        members[message.sender]?.suspicion?.forgetRefusals()
        if message.incarnation > member.standing.incarnation, message.kind != .leave, let address = member.address {
            let standing = Standing(message.epoch, message.incarnation, .alive)
            learnAlive(message.sender, standing, address, at: now, into: &effects)
        }
    }

    private mutating func answer(_ ping: GossipMessage, at source: MemberAddress, into effects: inout [Effect]) {
        guard rank != .left else { return }
        send(.ack, to: ping.sender, source, sequence: ping.sequence, into: &effects)
    }

    /// An earlier life of a node still runs: it must learn that its place is taken.
    private mutating func answerPredecessor(
        _ entries: [GossipMessage.Entry], of node: NodeID, at source: MemberAddress, into effects: inout [Effect]
    ) {
        var message = message(.gossip, to: node, sequence: 0)
        message.entries = entries
        effects.append(.send(message, to: source))
    }

    // MARK: Gossip

    mutating func gossip(at now: Instant, into effects: inout [Effect]) {
        for node in pickLive(configuration.gossipFanout) where !rumours.isEmpty {
            send(.gossip, to: node, into: &effects)
        }
        gossipDue = rumours.isEmpty || live.isEmpty ? .never : now + configuration.gossipPeriod
    }

    /// Up to `count` different live members.
    mutating func pickLive(_ count: Int, except excluded: NodeID? = nil) -> [NodeID] {
        var picked: [NodeID] = []
        if live.count <= count + 1 {
            picked = live.filter { $0 != excluded }
            picked.shuffle(using: &random)
            return Array(picked.prefix(count))
        }
        while picked.count < count {
            let node = live[Int.random(in: 0..<live.count, using: &random)]
            if node != excluded, !picked.contains(node) { picked.append(node) }
        }
        return picked
    }

    // MARK: Tables

    /// Tables that differ longer than news takes to spread will not become equal by themselves: pull. Who hears from a
    /// stranger has missed something for certain, and does not wait.
    private mutating func compare(
        _ message: GossipMessage, from source: MemberAddress, at now: Instant, into effects: inout [Effect]
    ) {
        guard message.kind != .leave, rank != .left else { return }
        if message.tableHash == tableHash {
            mismatchSince = nil
            hasJoined = true
            return
        }
        let since = mismatchSince ?? now
        if mismatchSince == nil { compareDue = now + configuration.disseminationTime(members: memberCount) }
        mismatchSince = since
        let isStranger = members[message.sender]?.standing.epoch != message.epoch
        let patience =
            isStranger || !hasJoined ? .zero : configuration.disseminationTime(members: memberCount)
        guard now - since >= patience, pull == nil else { return }
        statistics.pulls += 1
        ask(message.sender, at: source, from: 0, now: now, into: &effects)
    }

    /// Someone's table differed: asks on until all agree. Probes alone are rare at a node that distrusts itself, and
    /// no time that depends on them bounds how long tables differ.
    mutating func compareAgain(at now: Instant, into effects: inout [Effect]) {
        guard mismatchSince != nil, !live.isEmpty, rank != .left else {
            compareDue = .never
            return
        }
        compareDue = now + configuration.disseminationTime(members: memberCount)
        for node in pickLive(1) { send(.ping, to: node, sequence: nextSequence(), into: &effects) }
    }

    private mutating func ask(
        _ node: NodeID, at address: MemberAddress, from cursor: UInt16, attempt: Int = 1, now: Instant,
        into effects: inout [Effect]
    ) {
        let sequence = nextSequence()
        pull = Pull(
            node: node, address: address, sequence: sequence, cursor: cursor,
            deadline: now + ackTimeout * health.factor, attempt: attempt)
        var message = message(.pull, to: node, sequence: sequence)
        message.cursor = cursor
        // Who is asked learns in the same breath who asks.
        message.entries = [describeMyself()]
        effects.append(.send(message, to: address))
    }

    /// A page was lost: asks once more for it, every other time someone else. A node that joins over a bad line would
    /// otherwise wait for the next message that happens to come, and begin anew.
    mutating func repeatPull(at now: Instant, into effects: inout [Effect]) {
        guard let lost = pull, now >= lost.deadline else { return }
        guard lost.attempt < Pull.maxAttempts, rank != .left else {
            pull = nil
            return
        }
        var (node, address) = (lost.node, lost.address)
        if lost.attempt % 2 == 0, let other = pickLive(1).first, let place = members[other]?.address {
            (node, address) = (other, place)
        }
        ask(node, at: address, from: lost.cursor, attempt: lost.attempt + 1, now: now, into: &effects)
    }

    private mutating func sendPage(_ asked: GossipMessage, to source: MemberAddress, into effects: inout [Effect]) {
        var page = message(.page, to: asked.sender, sequence: asked.sequence)
        var room = configuration.maxMessageBytes - GossipMessage.headerByteCount
        if asked.cursor == 0 {
            page.entries.append(describeMyself())
            room -= describeMyself().byteCount
        }
        for index in known.partitioningIndex({ $0.rawValue >= asked.cursor })..<known.count {
            guard let member = members[known[index]] else { continue }
            let entries = describe(member)
            let size = entries.reduce(0) { $0 + $1.byteCount }
            guard size <= room else {
                page.cursor = member.node.rawValue
                break
            }
            room -= size
            page.entries += entries
        }
        effects.append(.send(page, to: source))
    }

    private mutating func tookPage(
        _ page: GossipMessage, from source: MemberAddress, at now: Instant, into effects: inout [Effect]
    ) {
        guard let pull, pull.node == page.sender, pull.sequence == page.sequence else { return }
        if page.cursor != 0 {
            ask(page.sender, at: source, from: page.cursor, now: now, into: &effects)
        } else {
            self.pull = nil
            mismatchSince = nil
            hasJoined = true
        }
    }
}
