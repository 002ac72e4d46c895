import Cluster
import ClientGateway
import Conversations
import DBProxy
import Membership
import Presence
import Primitives
import TalkProtocol

/// Bugs that tests plant, as if the code had them.
public enum Plant: Sendable {
    case ackBeforeCommit, pushBeforeCommit
    case forwardLost, holeNeverRead, staleCursorKept, openingOneLate, oldMembers, doubtForgotten
    case readLost
    case beatsForgotten, loserTalksOn, closedForgotten
}

/// Users who write to each other: their clients, their sessions, and the database behind all nodes.
extension ClusterWorld {
    static let database = DatabaseIdentity(text: "the database")
    private static let kinds: [ClientType] = [.windows, .android]

    var chatServer: ChatServer {
        guard let server else { preconditionFailure("nobody writes in this world") }
        return server
    }

    /// Before any node starts: so many users with two devices each, pairs of all of them, and groups.
    public func openChat(users count: UInt32, groups: Int) {
        let server = ChatServer(self)
        self.server = server
        let everyone = (0..<count).map { UserID(1000 + $0) }
        for user in everyone {
            server.store.add(user)
            for kind in Self.kinds { clients.append(ChatClient(self, user, kind)) }
        }
        for _ in 0..<groups {
            let members = everyone.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
            let group = server.store.createGroup(members)
            ledger.created(.group(group), members)
            chatGroups.append(group)
        }
    }

    // MARK: What clients do

    func connect(_ client: ChatClient, to place: Int) -> ChatLink? {
        let node = nodes[place]
        guard node.state != .down, !node.isLeaving, let chat = node.chat else { return nil }
        let loop = chat.loops[Int.random(in: 0..<chat.loops.count, using: &random)]
        let link = ChatLink(client, node, loop)
        chat.links.append(link)
        return link
    }

    func logIn(_ link: ChatLink) {
        let (user, kind) = (link.client.user, link.client.clientType)
        let key = SessionKey(user: user, device: kind.deviceClass)
        at(link.node, after: ChatLink.delay) { [unowned self] in
            guard link.isOpenThere else { return }
            if !users.contains(user) { users.append(user) }
            chatServer.ask(from: link.node, within: .seconds(3), { [unowned self] store in
                let login = store.recordLogin(user, kind)
                loginEpochs[key] = login?.epoch
                return login
            }) { result in
                guard case .success(.some(let login)) = result else { return }
                link.loop.enter(link, epoch: login.epoch, horizon: login.horizon)
            }
        }
    }

    /// The client is gone; a node learns of it at once, or when it has heard nothing for long.
    func closed(_ link: ChatLink, isPolite: Bool) {
        let delay: Duration =
            isPolite ? ChatLink.delay : .milliseconds(Int64.random(in: 1...8_000, using: &random))
        at(link.node, after: delay) {
            if let session = link.session { link.loop.end(session.address) }
            link.isOpenThere = false
            link.node.chat?.links.removeAll { $0 === link }
        }
    }

    func ask<Value>(
        over link: ChatLink, _ question: @escaping (inout MessageStore) -> Value,
        _ completion: @escaping (Value) -> Void
    ) {
        at(link.node, after: ChatLink.delay) { [unowned self] in
            guard link.isOpenThere else { return }
            chatServer.ask(from: link.node, question) { result in
                guard case .success(let value) = result else { return }
                link.loop.answer(link) { _ in completion(value) }
            }
        }
    }

    func send(_ conversation: ConversationID, _ key: SendKey, _ body: [UInt8], over link: ChatLink) {
        at(link.node, after: ChatLink.delay) {
            guard link.isOpenThere, let session = link.session else { return }
            let isGroup = if case .group = conversation.kind { true } else { false }
            let send = Send(
                conversation: conversation, sender: session.user, type: isGroup ? .groupText : .singleText, key: key,
                keyExpires: false, clientKey: key, origin: session.address, sequence: 1)
            link.loop.send(send, body)
        }
    }

    func nextKey() -> SendKey {
        lastKey += 1
        return SendKey(high: 7, low: lastKey)
    }

    // MARK: What nodes tell their cluster loop

    func announceOpened(_ session: ChatSession, at node: Node, _ place: Int) {
        at(node, after: .microseconds(5)) { [unowned self] in
            guard let login = LoginEpoch(session.epoch) else { return }
            let key = SessionKey(user: session.user, device: session.device)
            if let open = node.sessions[key], open.epoch > session.epoch { return }
            node.sessions[key] = Node.Session(epoch: session.epoch, openedAt: now)
            node.touched[key] = now
            node.cluster.opened(session.user, session.clientType, .online, login, at: now)
            if plant != .closedForgotten {
                let party = CallParty(user: session.user, device: session.device, login: login)
                node.chat?.calls?.mail { [unowned self] desk, end in desk.opened(party, at: now, end) }
            }
            carryOut(place)
        }
    }

    func announceClosed(_ session: ChatSession, at node: Node, _ place: Int) {
        at(node, after: .microseconds(5)) { [unowned self] in
            guard let login = LoginEpoch(session.epoch) else { return }
            let key = SessionKey(user: session.user, device: session.device)
            if node.sessions[key]?.epoch == session.epoch { node.sessions[key] = nil }
            node.touched[key] = now
            node.cluster.closed(session.user, session.device, login, at: now)
            if plant != .closedForgotten {
                let party = CallParty(user: session.user, device: session.device, login: login)
                node.chat?.calls?.mail { [unowned self] desk, end in desk.closed(party, at: now, end) }
            }
            carryOut(place)
        }
    }

    // MARK: What happens at random

    /// Something that a user does.
    func chat() {
        let client = clients[Int.random(in: 0..<clients.count, using: &random)]
        let place = Int.random(in: 0..<nodes.count, using: &random)
        switch Int.random(in: 0..<40, using: &random) {
        case 0..<3: client.logIn(at: place)
        case 3: client.logOut()
        case 4: client.crash()
        case 5:
            client.breakOff(isPolite: Bool.random(using: &random))
            client.logIn(at: place)
        case 6..<10:
            let known = client.known.keys.sorted()
            if !known.isEmpty { client.markRead(known[Int.random(in: 0..<known.count, using: &random)]) }
        case 10..<12: changeMembers()
        case 12..<16:
            let others = clients.map(\.user).filter { $0 != client.user }
            client.phone.call(others[Int.random(in: 0..<others.count, using: &random)])
        default: write(client)
        }
    }

    private func write(_ client: ChatClient) {
        guard client.session != nil else { return }
        let others = clients.map(\.user).filter { $0 != client.user }
        let conversation: ConversationID?
        if !chatGroups.isEmpty, Bool.random(using: &random) {
            conversation = .group(chatGroups[Int.random(in: 0..<chatGroups.count, using: &random)])
        } else {
            conversation = .pair(client.user, others[Int.random(in: 0..<others.count, using: &random)])
        }
        guard let conversation else { return }
        for _ in 0..<(Int.random(in: 0..<6, using: &random) == 0 ? 5 : 1) {
            client.say([UInt8](repeating: 5, count: Int.random(in: 1...60, using: &random)), to: conversation)
        }
    }

    private func changeMembers() {
        guard !chatGroups.isEmpty, let node = nodes.first(where: { $0.state == .running }) else { return }
        let group = chatGroups[Int.random(in: 0..<chatGroups.count, using: &random)]
        let user = clients[Int.random(in: 0..<clients.count, using: &random)].user
        let isJoining = Bool.random(using: &random)
        changeMembers(of: group, adding: isJoining ? [user] : [], removing: isJoining ? [] : [user], by: node)
    }

    func changeMembers(of group: GroupID, adding: [UserID], removing: [UserID], by node: Node) {
        chatServer.transact(
            from: node, rows: { _ in [.group(group)] }, within: .seconds(3),
            { [unowned self] store, _, _ in
                guard let version = store.version(of: group) else { return }
                _ = store.changeMembers(of: group, judged: version, adding: adding, removing: removing)
                ledger.changed(.group(group), store.memberships(of: group))
            }, { _ in })
    }

    /// Something that goes wrong with the database.
    func disturbDatabase() {
        let server = chatServer
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let duration = Duration.milliseconds(Int64.random(in: 100...7000, using: &random))
            fault("the database stands still for \(duration.milliseconds) ms")
            server.stall(for: duration)
        case 1:
            guard let conversation = server.store.conversations.keys.sorted().last else { return }
            fault("somebody locks conversation \(conversation.rawValue)")
            server.lock(conversation, for: .milliseconds(Int64.random(in: 100...4000, using: &random)))
        default:
            let duration = Duration.milliseconds(Int64.random(in: 100...4000, using: &random))
            fault("calls to the database fail for \(duration.milliseconds) ms")
            server.beRough(for: duration)
        }
    }
}
