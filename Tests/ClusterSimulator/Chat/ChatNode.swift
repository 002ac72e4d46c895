import ClientGateway
import Cluster
import Conversations
import DBProxy
import Membership
import Presence
import Primitives
import TalkProtocol
import TopicBus

/// What a node of a world has beside its cluster loop: loops with clients, and the sessions that they share.
final class ChatNode {
    static let loopCount = 2
    static let queuesPerLoop = 2

    let online = OnlineSessions()
    let view: ClusterView
    fileprivate(set) var loops: [ChatLoop] = []
    var sweeps: HeadSweeps
    /// To and from clients of this node.
    var links: [ChatLink] = []
    private(set) var calls: CallEnd?

    init(_ world: ClusterWorld, _ node: Node, at place: Int) {
        view = ClusterView(node.cluster.table)
        sweeps = HeadSweeps(at: world.now)
        loops = (0..<Self.loopCount).map { ChatLoop(world, node, self, place, index: $0) }
        calls = CallEnd(world, node, self, place)
    }

    func home(of conversation: ConversationID) -> (loop: ChatLoop, queue: Int) {
        let home = Conversations.home(of: conversation, loops: Self.loopCount, queues: Self.queuesPerLoop)
        return (loops[home.loop], home.queue)
    }

    /// A device of the user is connected anew, and its session here has not ended.
    func hasAbandonedSession(of user: UserID) -> Bool {
        links.contains { $0.isOpenThere && $0.session?.user == user && $0.client.link !== $0 }
    }

    func lookForMissed(since start: Instant) {
        for loop in loops { loop.mail { $0.doubted(since: start) } }
    }
}

/// One session: the end of a client's connection that is on a node.
final class ChatSession {
    let user: UserID
    let clientType: ClientType
    let epoch: Int64
    let horizon: Int64
    let address: SessionAddress
    let link: ChatLink
    /// Pushed last.
    var last: [ConversationID: MessageID] = [:]

    init(
        _ user: UserID, _ clientType: ClientType, epoch: Int64, horizon: Int64, _ address: SessionAddress,
        _ link: ChatLink
    ) {
        self.user = user
        self.clientType = clientType
        self.epoch = epoch
        self.horizon = horizon
        self.address = address
        self.link = link
    }

    var device: DeviceClass { clientType.deviceClass }
}

/// A connection between a client and a node: what is sent comes in order, until it breaks.
final class ChatLink {
    static let delay: Duration = .microseconds(100)

    unowned let client: ChatClient
    unowned let node: Node
    let loop: ChatLoop
    /// Whether each end believes in it.
    var isOpenHere = true
    var isOpenThere = true
    /// Of the node, which keeps it.
    weak var session: ChatSession?

    init(_ client: ChatClient, _ node: Node, _ loop: ChatLoop) {
        self.client = client
        self.node = node
        self.loop = loop
    }
}

extension ClusterWorld {
    // MARK: Time of nodes

    func later(_ delay: Duration, _ work: @escaping () -> Void) { queue.add(.later(work), at: now + delay) }

    /// Happens on the node, if that lives; when it moves again, if it stands still.
    func at(_ node: Node, after delay: Duration, _ work: @escaping () -> Void) {
        later(delay) { [unowned self] in perform(on: node, work) }
    }

    private func perform(on node: Node, _ work: @escaping () -> Void) {
        switch node.state {
        case .running: work()
        case .paused: node.deferred.append(work)
        case .down: break
        }
    }

    // MARK: Its cluster loop

    /// Lets a node take clients.
    func openDoors(of node: Node, at place: Int) {
        guard server != nil else { return }
        let chat = ChatNode(self, node, at: place)
        node.chat = chat
        for loop in chat.loops { at(node, after: Delivery.tickPeriod) { loop.tick() } }
        chat.calls?.tick()
        scheduleSweep(node)
    }

    private func scheduleSweep(_ node: Node) {
        at(node, after: HeadSweeps.period) { [unowned self] in
            guard let chat = node.chat else { return }
            if !databaseIsAway {
                chat.view.set(registered: nodes.count { $0.number != node.number && !($0.isLeaving || $0.isRetired) })
            }
            let isApart = nodes.contains { isLively($0) && $0 !== node && !node.cluster.mesh.isLinked($0.me) }
            if let start = chat.sweeps.due(at: now, isApart: isApart) { chat.lookForMissed(since: start) }
            scheduleSweep(node)
        }
    }

    /// As the register of nodes in the database says it.
    private func isLively(_ node: Node) -> Bool {
        guard !node.isLeaving, now - node.startedAt > .seconds(3) else { return false }
        return node.state == .running || now - node.stillSince < .seconds(12)
    }

    func doubt(_ node: Node) {
        guard let chat = node.chat, chat.sweeps.doubted(at: now) else { return }
        at(node, after: HeadSweeps.doubtDelay) {
            if let start = node.chat?.sweeps.doubtEnded() { node.chat?.lookForMissed(since: start) }
        }
    }

    /// Another node says that it has stored a message.
    func received(_ message: RawSpan, of key: UInt64, at node: Node) {
        guard let chat = node.chat, let conversation = ConversationID(rawValue: key), let read = RemoteMessage(message)
        else { return }
        let (id, users, packet) = (read.id, read.users, read.packet.copied())
        chat.home(of: conversation).loop.mail { $0.arrived(packet, of: MessageName(conversation, id), for: users) }
    }

    func publish(_ packet: [UInt8], of message: MessageName, to users: [UserID], _ peers: [NodeID], from place: Int) {
        var writer = ByteWriter()
        RemoteMessage.write(message.id, users, packet.rawBytes, into: &writer)
        let key = message.conversation.rawValue
        for peer in peers {
            nodes[place].cluster.mesh.publish(
                .reliable, on: .messages(for: key), .message, key: key, writer.bytes, to: peer)
        }
        carryOut(place)
    }

    func supersede(_ key: SessionKey, upTo login: Int64, at node: Node) {
        guard let entry = node.chat?.online.presence(of: key.user)[key.device], entry.epoch <= login else { return }
        if loginEpochs[key] == entry.epoch {
            violate(.k2, "\(key.user) \(key.device) lost its only valid session at \(node.name)")
        }
        node.chat?.loops[Int(entry.address.loop)].mail { $0.end(entry.address) }
    }

    /// The process is gone, or its machine: clients learn of it soon, or when nothing is heard any more.
    func closeDoors(of node: Node) {
        for link in node.chat?.links ?? [] {
            link.isOpenThere = false
            let notice: Duration = .milliseconds(Int64.random(in: 1...5000, using: &random))
            later(notice) { link.client.lostConnection(link) }
        }
        node.chat = nil
    }
}
