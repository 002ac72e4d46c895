import ClientGateway
import Conversations
import DBProxy
import Primitives
import TalkProtocol

/// A loop of a node with its clients: the real queues and the real delivery, and in place of their shell this one.
final class ChatLoop {
    private static let mailDelay: Duration = .microseconds(5)
    private static let limits = AppendQueue.Limits()

    unowned let world: ClusterWorld
    unowned let node: Node
    unowned let chat: ChatNode
    let place: Int
    let index: Int
    private var queues: [AppendQueue]
    private(set) var delivery: Delivery
    private(set) var sessions: [SessionAddress: ChatSession] = [:]
    private var lastSlot: UInt32 = 0
    /// With a planted bug: the first list of each group.
    private var firstMembers: [GroupID: [UserID]] = [:]

    init(_ world: ClusterWorld, _ node: Node, _ chat: ChatNode, _ place: Int, index: Int) {
        self.world = world
        self.node = node
        self.chat = chat
        self.place = place
        self.index = index
        queues = (0..<ChatNode.queuesPerLoop).map { _ in AppendQueue(Self.limits) }
        delivery = Delivery(at: world.now)
    }

    private var server: ChatServer { world.chatServer }

    /// From another loop of the node, or from this one.
    func mail(_ work: @escaping (ChatLoop) -> Void) {
        world.at(node, after: Self.mailDelay) { [self] in work(self) }
    }

    // MARK: Sessions

    /// The login is recorded: the session is the user's.
    func enter(_ link: ChatLink, epoch: Int64, horizon: Int64) {
        guard link.isOpenThere else { return }
        lastSlot += 1
        let address = SessionAddress(loop: UInt16(index), slot: lastSlot, generation: 1)
        let client = link.client
        let session = ChatSession(
            client.user, client.clientType, epoch: epoch, horizon: horizon, address, link)
        link.session = session
        sessions[address] = session
        let entry = OnlineSessions.Entry(
            address: address, epoch: epoch, clientType: client.clientType, status: .online, openedAt: world.now,
            horizon: horizon)
        let insertion = chat.online.insert(entry, of: client.user)
        world.note { "\(client.name) logs in at \(node.name), epoch \(epoch), horizon \(horizon)" }
        answer(link) { $0.loggedIn(link) }
        switch insertion {
        case .inserted(let displaced):
            if let displaced { chat.loops[Int(displaced.address.loop)].mail { $0.end(displaced.address) } }
            world.announceOpened(session, at: node, place)
            delivery.sessionOpened(client.user, at: world.now, self)
            turn()
        case .outdated: end(address)
        }
    }

    /// Nothing is pushed to it from here on, and its connection is closed.
    func end(_ address: SessionAddress) {
        guard let session = sessions.removeValue(forKey: address) else { return }
        if chat.online.remove(address, session.device, of: session.user) {
            world.announceClosed(session, at: node, place)
        }
        let link = session.link
        link.isOpenThere = false
        chat.links.removeAll { $0 === link }
        world.later(ChatLink.delay) { link.client.lostConnection(link) }
    }

    func answer(_ link: ChatLink, _ work: @escaping (ChatClient) -> Void) {
        guard link.isOpenThere else { return }
        world.later(ChatLink.delay) { if link.isOpenHere { work(link.client) } }
    }

    // MARK: Messages

    /// To the loop that its conversation belongs to.
    func send(_ send: Send, _ body: [UInt8]) {
        let home = chat.home(of: send.conversation)
        home.loop.mail { $0.submit(send, body, queue: home.queue) }
    }

    private func pushEarly(_ send: Send) {
        let message = MessageName(send.conversation, MessageID(1))
        push([UInt8]().rawBytes, of: message, to: [send.sender], except: nil, after: nil)
    }

    private func submit(_ send: Send, _ body: [UInt8], queue: Int) {
        if world.plant == .ackBeforeCommit { acknowledge(send, id: MessageID(1), after: nil) }
        if world.plant == .pushBeforeCommit { pushEarly(send) }
        _ = queues[queue].submit(send, body: body.rawBytes, at: world.now)
        turn()
    }

    func mayHaveMissed(_ recent: RecentMessages) {
        delivery.mayHaveMissed(recent, at: world.now, self)
        turn()
    }

    func arrived(_ packet: [UInt8], of message: MessageName, for users: [UserID]) {
        delivery.arrived(
            packet.rawBytes, of: message.conversation, id: message.id, for: users, at: world.now, self)
        turn()
    }

    func doubted(since start: Instant) {
        if world.plant == .doubtForgotten { return }
        delivery.doubted(since: start, at: world.now, self)
        turn()
    }

    func tick() {
        for queue in queues.indices { gaveUp(queues[queue].expire(at: world.now)) }
        delivery.ticked(at: world.now, databaseIsReady: server.isReady(node), self)
        turn()
        world.at(node, after: Delivery.tickPeriod) { [self] in tick() }
    }

    private func gaveUp(_ conversations: [ConversationID]) {
        if world.plant == .doubtForgotten { return }
        delivery.gaveUp(conversations, at: world.now)
    }

    /// The end of each thing that happens.
    private func turn() {
        for queue in queues.indices { pump(queue) }
        while let request = delivery.nextRequest() { ask(request) }
        if let broken = delivery.checkInvariants() { world.violate(.invariants, "\(node.name): \(broken)") }
        for queue in queues {
            if let broken = queue.checkInvariants() { world.violate(.invariants, "\(node.name): \(broken)") }
        }
    }

    private func pump(_ queue: Int) {
        _ = queues[queue].takeLost()
        guard server.isReady(node) else { return }
        switch queues[queue].next(at: world.now) {
        case .append(let sends, let limit, let skips): append(sends, queue, within: limit, skippingLocked: skips)
        case .openPairs(let pairs, let limit):
            server.ask(from: node, within: limit, { $0.openPairs(pairs) }) { [self] result in
                switch result {
                case .success(let existing): queues[queue].openedPairs(existing, at: world.now)
                case .failure(let error): gaveUp(queues[queue].failed(error, at: world.now))
                }
                turn()
            }
        case .raiseHeads:
            // Heads of the store are right.
            server.ask(from: node, { _ in () }) { [self] result in
                switch result {
                case .success: queues[queue].raisedHeads(at: world.now)
                case .failure(let error): gaveUp(queues[queue].failed(error, at: world.now))
                }
                turn()
            }
        case nil: break
        }
    }

    private func append(_ sends: SendBatch, _ queue: Int, within limit: Duration, skippingLocked: Bool) {
        let items = sends.sends.enumerated().map { index, send in
            MessageStore.Item(
                send.conversation, send.sender, send.type, send.key, keyExpires: send.keyExpires,
                body: sends.withBody(index) { $0.copied() })
        }
        server.transact(
            from: node, rows: { $0.rows(of: items) }, skippingLocked: skippingLocked, within: limit,
            { [unowned world] store, locked, transaction in
                let answer = store.append(items, locked: locked, in: transaction)
                world.noteCommit(items, answer.outcomes)
                return answer
            },
            { [self] result in
                switch result {
                case .success(let answer):
                    let now = world.now
                    queues[queue].appended(answer.outcomes, at: now) {
                        delivery.stored(
                            $0, $1, $2, storedAt: answer.times[$1], in: ClusterWorld.database, at: now, self)
                    }
                case .failure(let error): gaveUp(queues[queue].failed(error, at: world.now))
                }
                turn()
            })
    }

    // MARK: Questions

    private func ask(_ request: DeliveryRequest) {
        world.note { "\(node.name) asks for \(request)" }
        switch request {
        case .recent(let conversation, let seconds, let horizon):
            server.ask(from: node, { $0.recentMessages(in: [(conversation, horizon)], seconds: seconds) }) {
                [self] result in
                let answer = result.map { $0.first.map(beginningLate) }
                world.note { "\(node.name) begins with \(answer)" }
                delivery.openingAnswered(conversation, answer, at: world.now, self)
                turn()
            }
        case .hole(let conversation, let hole):
            if world.plant == .holeNeverRead { return }
            read(hole, of: conversation) { [self] found in
                guard let (messages, memberships) = found else {
                    return delivery.holeFailed(conversation, at: world.now)
                }
                delivery.holeRead(
                    messages, of: conversation, through: hole.upperBound, memberships: memberships, at: world.now,
                    self)
            }
        case .untold(let conversation, let range):
            read(range, of: conversation) { [self] found in
                guard let (messages, memberships) = found else { return }
                delivery.untoldRead(
                    messages, of: conversation, through: range.upperBound, memberships: memberships, self)
            }
        case .unanswered(let conversations, let seconds, let untold, let asked):
            server.ask(
                from: node,
                {
                    let everything = conversations.map { (conversation: $0.conversation, horizon: Int64(0)) }
                    return (
                        $0.recentMessages(in: conversations, seconds: seconds),
                        $0.recentMessages(in: everything, seconds: untold)
                    )
                }
            ) { [self] result in
                guard case .success(let (recent, all)) = result else { return }
                delivery.unansweredCame(recent, all: all, askedAt: asked, at: world.now, self)
                turn()
            }
        case .members(let group, let version, let message): readMembers(of: group, version, message)
        case .search(let id, let users, let seconds):
            server.ask(from: node, { $0.recentMessages(of: users, seconds: seconds) }) { [self] result in
                world.note { "\(node.name) has found \(result)" }
                delivery.searched(id, result, at: world.now, self)
                turn()
            }
        }
    }

    private func read(
        _ range: ClosedRange<MessageID>, of conversation: ConversationID,
        _ answer: @escaping (([StoredMessage], [Membership])?) -> Void
    ) {
        server.ask(from: node, { $0.messages(of: conversation, from: range.lowerBound, through: range.upperBound) }) {
            [self] result in
            guard case .success(let messages) = result, case .group(let group) = conversation.kind else {
                answer((try? result.get()).map { ($0, []) })
                return turn()
            }
            server.ask(from: node, { $0.memberships(of: group) }) { [self] result in
                answer((try? result.get()).map { (messages, $0) })
                turn()
            }
        }
    }

    private func readMembers(of group: GroupID, _ version: UInt32?, _ message: MessageID) {
        server.ask(from: node, { $0.memberships(of: group) }) { [self] result in
            var members = try? result.get().filter { $0.isEntitled(to: message) }.map(\.user)
            if world.plant == .oldMembers, let read = members {
                members = firstMembers[group] ?? read
                firstMembers[group] = members
            }
            delivery.membersCame(
                members, of: group, version: version, message, from: version == nil ? nil : ClusterWorld.database,
                at: world.now, self)
            turn()
        }
    }
}
