public import Cluster
import Conversations
import Log
public import Membership
public import Metrics
import Presence
import Primitives
public import Reactor
import TalkProtocol
public import TopicBus

/// Between the gateways of this node and the other nodes. Confined to the cluster's loop.
public final class ClusterBridge {
    private unowned let loop: EventLoop
    private let shell: ClusterShell
    private let shared: Gateway.Shared
    /// Called when this process must not go on: a later life of the node exists.
    private let fenced: (NodeEpoch) -> Void
    private let echo: BusEcho
    /// Called with what an operator has told another node.
    private let ordered: (DrainOrder?) -> Void
    private var sweeps: HeadSweeps
    /// Other nodes that the database has heard of lately.
    private var lively: [Peer] = []
    private var grace = OfflineGrace()
    private var lateKicks = LateKicks()
    private let calls: CallPort
    private var isGraceTicking = false

    /// - Parameters:
    ///   - roundTrips: of messages between nodes.
    ///   - calls: counts those that ended in each way.
    ///   - log: of calls, on the same loop.
    public init(
        _ shell: ClusterShell, _ shared: Gateway.Shared, roundTrips: Histogram,
        calls outcomes: [CallRecord.Outcome: Counter], log: CallLog, on loop: EventLoop,
        ordered: @escaping (DrainOrder?) -> Void, fenced: @escaping (NodeEpoch) -> Void
    ) {
        self.ordered = ordered
        echo = BusEcho(shell, roundTrips, on: loop)
        calls = CallPort(shell, shared, outcomes, log: log, on: loop)
        self.loop = loop
        self.shell = shell
        self.shared = shared
        self.fenced = fenced
        sweeps = HeadSweeps(at: loop.now)
        shell.owner = self
        for kind in ClusterMail.allCases { loop.handleMail(kind: kind.rawValue, self) }
        scheduleSweep()
    }

    private var node: ClusterNode { shell.node }

    /// What the database knows of other nodes: how many there are, and which ones it has heard of lately.
    public func registered(_ count: Int, lively: [Peer]) {
        self.lively = lively
        shared.cluster.set(registered: count)
    }

    // MARK: From the gateways

    private func publish(_ bytes: RawSpan) -> Bool {
        guard let publication = Publication(bytes) else { return false }
        guard var targets = publication.nodes else {
            for member in node.swim.allMembers where member.isLive { publish(publication, to: member.node) }
            return true
        }
        while let target = targets.readNode() { publish(publication, to: target) }
        return true
    }

    private func publish(_ publication: Publication, to target: NodeID) {
        let (topic, key, body) = (publication.topic, publication.key, publication.body)
        let isTaken = node.mesh.publish(
            publication.isHint ? .hint : .reliable, on: .messages(for: key), topic, key: key, body, to: target)
        // Messages are in the database; notices that are lost with a node that stands still are read at login.
        if !isTaken, topic == .kick { lateKicks.add(.init(node: target, user: key, body: body.copied())) }
    }

    private func opened(_ session: SessionOpened) {
        let login = LoginEpoch(clamping: session.login)
        node.opened(session.user, session.clientType, session.status, login, at: loop.now)
        calls.opened(CallParty(user: session.user, device: session.clientType.deviceClass, login: login))
    }

    private func closed(_ session: SessionClosed) {
        let login = LoginEpoch(clamping: session.login)
        node.closed(session.user, session.device, login, at: loop.now)
        calls.closed(CallParty(user: session.user, device: session.device, login: login))
    }

    // MARK: To the gateways

    /// Where a conversation's messages are put in order.
    private func home(of conversation: ConversationID) -> Int {
        Conversations.home(of: conversation, loops: shared.loops, queues: shared.queuesPerLoop).loop
    }

    private func kick(_ user: UserID, _ device: DeviceClass, upTo login: Int64, _ reason: KickReasonType) {
        guard let entry = shared.online.presence(of: user)[device], entry.epoch <= login else { return }
        let kick = KickMail(session: entry.address, reason: reason)
        loop.post(.kick, to: Int(entry.address.loop)) { kick.write(into: &$0) }
    }

    private func changed(_ user: UserID) {
        let index = Gateway.teller(of: user, loops: shared.loops)
        loop.post(.presenceChanged, to: index) { $0.append(bigEndian: user.rawValue) }
    }

    private func sendLateKicks(after news: ClusterNews) {
        switch news {
        case .recovered(let peer):
            for kick in lateKicks.take(for: peer.node) {
                node.mesh.publish(
                    .reliable, on: .messages(for: kick.user), .kick, key: kick.user, kick.body.rawBytes,
                    to: peer.node)
            }
        case .died(let peer, crashed: _), .left(let peer): _ = lateKicks.take(for: peer.node)
        case .joined, .suspected, .revived, .linked, .unlinked, .degraded, .malformedPresence, .presenceOverrun: break
        }
    }

    private func awaitGrace() {
        guard !isGraceTicking, !grace.isEmpty else { return }
        isGraceTicking = true
        loop.schedule(after: OfflineGrace.tick) { [weak self] in
            guard let self else { return }
            isGraceTicking = false
            grace.take(at: loop.now, unless: hasPC).forEach(changed)
            awaitGrace()
        }
    }

    private var drainingPeer: Peer? {
        for (id, status) in node.statuses where status.isDraining { return node.swim[id]?.peer }
        return nil
    }

    private func hasPC(_ user: UserID) -> Bool {
        shared.online.presence(of: user).pc != nil || shared.cluster.status(of: user, on: .pc) != nil
    }

    private func doubt() {
        guard sweeps.doubted(at: loop.now) else { return }
        loop.schedule(after: HeadSweeps.doubtDelay) { [weak self] in
            if let self, let start = sweeps.doubtEnded() { look(since: start) }
        }
    }

    /// Lets all loops look for what was stored since then.
    private func look(since start: Instant) {
        for index in 0..<shared.loops {
            loop.post(.doubt, to: index) { $0.append(bigEndian: start.nanoseconds) }
        }
    }

    /// What nodes without a link store for users of this one can only be found, again and again; so can their logins.
    private func scheduleSweep() {
        loop.schedule(after: HeadSweeps.period) { [weak self] in
            guard let self else { return }
            let isApart = lively.contains { !self.node.mesh.isLinked($0) }
            if let start = sweeps.due(at: loop.now, isApart: isApart) { look(since: start) }
            if isApart { (0..<shared.loops).forEach { loop.post(.apart, to: $0) { _ in } } }
            scheduleSweep()
        }
    }
}

extension ClusterBridge: MailHandler {
    public func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        var reader = ByteReader(bytes)
        let isRead =
            switch ClusterMail(rawValue: kind) {
            case .publish: publish(bytes)
            case .opened: SessionOpened(reading: &reader).map(opened) != nil
            case .closed: SessionClosed(reading: &reader).map(closed) != nil
            case .call: CallMail(reading: &reader).map(calls.said) != nil
            case nil: false
            }
        precondition(isRead, "mail of kind \(kind) with \(bytes.byteCount) bytes cannot be read")
    }
}

extension ClusterBridge: ClusterOwner {
    public func received(_ topic: Topic, key: UInt64, _ body: RawSpan, from peer: Peer) {
        switch topic {
        case .message:
            guard let conversation = ConversationID(rawValue: key) else { return }
            post(.remoteMessage, key, body, from: peer, to: home(of: conversation))
        case .users: post(.remotePush, key, body, from: peer, to: Int(key % UInt64(shared.loops)))
        case .broadcast:
            guard let broadcast = Broadcast(body) else { return }
            for index in 0..<shared.loops {
                loop.post(.broadcast, to: index) { Broadcast.write(broadcast.audience, broadcast.packets, into: &$0) }
            }
        case .kick:
            guard let user = UInt32(exactly: key), let command = RemoteKick(body) else { return }
            kick(UserID(user), command.device, upTo: Int64(command.login.rawValue), command.reason)
        case .drain:
            if let command = RemoteDrain(body) { ordered(command.order) }
        case .echo: echo.received(body, from: peer)
        case .call: calls.heard(body, from: peer)
        case .question: post(.question, key, body, from: peer, to: Int(key % UInt64(shared.loops)))
        case .answer:
            var reader = ByteReader(body)
            guard let index = reader.read(UInt16.self).map(Int.init), index < shared.loops else { return }
            post(.answer, key, reader.readRest(), from: peer, to: index)
        default: break
        }
    }

    private func post(_ mail: Mail, _ key: UInt64, _ body: RawSpan, from peer: Peer, to index: Int) {
        loop.post(mail, to: index) { RemoteMail.write(key, body, from: peer.node, into: &$0) }
    }

    public func handle(_ effect: ClusterEffect) {
        switch effect {
        case .gossip, .dial, .close: break
        case .changed(let user):
            // Whom a node that is drained lets go is back in a moment on another one.
            if let peer = drainingPeer, !hasPC(user) {
                grace.hidden(peer, [user], at: loop.now)
                awaitGrace()
            } else {
                changed(user)
            }
        case .hidden(let peer, let users):
            grace.hidden(peer, users, at: loop.now)
            awaitGrace()
        case .shown(let peer):
            grace.shown(peer)
            awaitGrace()
        case .supersede(let user, let device, let login): kick(user, device, upTo: login, .duplicateUser)
        case .doubt: doubt()
        case .fenced(let epoch): fenced(epoch)
        case .news(let news):
            report(news)
            sendLateKicks(after: news)
            if case .died(let peer, crashed: _) = news { calls.gone(peer) }
            if case .left(let peer) = news { calls.gone(peer) }
        }
        shared.cluster.set(peers: node.swim.memberCount - 1)
    }

    private func report(_ news: ClusterNews) {
        let log = shared.log
        func note(_ event: StaticString, _ text: StaticString, _ peer: Peer) {
            log.info(event, text, ["peer": .int(Int(peer.node.rawValue)), "epoch": .int(Int(peer.epoch.rawValue))])
        }
        // Somebody should look after it.
        func warn(_ event: StaticString, _ text: StaticString, _ peer: Peer) {
            log.warn(event, text, ["peer": .int(Int(peer.node.rawValue)), "epoch": .int(Int(peer.epoch.rawValue))])
        }
        switch news {
        case .joined(let peer): note("node_joined", "a node is in the cluster", peer)
        case .suspected(let peer): note("node_suspected", "a node may be dead", peer)
        case .died(let peer, let crashed):
            warn(crashed ? "node_crashed" : "node_dead", "a node is held for dead", peer)
        case .revived(let peer): note("node_revived", "a node was not dead", peer)
        case .left(let peer): note("node_left", "a node has left", peer)
        case .linked(let peer): note("node_linked", "the bus to a node is there", peer)
        case .unlinked(let peer): note("node_unlinked", "the bus to a node is gone", peer)
        case .degraded(let peer): warn("node_degraded", "a node takes no messages", peer)
        case .recovered(let peer): note("node_recovered", "a node takes messages again", peer)
        case .malformedPresence(let peer): warn("presence_malformed", "a node sent what is no presence", peer)
        case .presenceOverrun(let peer): warn("presence_overrun", "there is no room for a node's sessions", peer)
        }
    }
}
