public import Conversations
import DBProxy
public import Membership
import Metrics
public import Presence
public import Primitives
import Reactor
import Synchronization
public import TalkProtocol
import TopicBus

/// Users who are on other nodes: reached over the bus, seen in the presence map.
extension Gateway {
    // MARK: What is seen

    /// A user is there when a PC of his is, on any node (P9).
    func shownStatus(of user: UserID) -> UserStatType {
        online.presence(of: user).pc?.status ?? shared.cluster.status(of: user, on: .pc) ?? .offline
    }

    func isOnline(_ user: UserID, _ device: DeviceClass) -> Bool {
        online.presence(of: user)[device] != nil || shared.cluster.status(of: user, on: device) != nil
    }

    // MARK: To other nodes

    var clusterLoop: Int { shared.loops }

    /// To other nodes; to all of them without `nodes`.
    func publish(
        _ topic: Topic, key: UInt64, asHint: Bool = false, to nodes: [NodeID], _ body: (inout ByteWriter) -> Void
    ) {
        loop.post(.publish, to: clusterLoop) { writer in
            Publication.write(topic, key: key, asHint: asHint, to: nodes, into: &writer, body)
        }
    }

    func announceOpened(_ session: Session, _ status: UserStatType) {
        let opened = SessionOpened(
            user: session.user, clientType: session.clientType, status: status, login: session.epoch)
        loop.post(.opened, to: clusterLoop) { opened.write(into: &$0) }
    }

    func announceClosed(_ session: Session) {
        let closed = SessionClosed(user: session.user, device: session.device, login: session.epoch)
        loop.post(.closed, to: clusterLoop) { closed.write(into: &$0) }
    }

    /// A packet for the sessions of users, wherever they are, but one.
    func pushEverywhere(
        _ packet: RawSpan, to users: [UserID], _ audience: Audience = .everyone, except origin: SessionAddress?,
        asHint: Bool = false
    ) {
        push(packet, to: users, audience, except: origin)
        let nodes = shared.cluster.nodes(holding: users)
        guard let first = users.first, !nodes.isEmpty else { return }
        publish(.users, key: UInt64(first.rawValue), asHint: asHint, to: nodes) { writer in
            RemotePush.write(audience, users, packet, into: &writer)
        }
    }

    /// Packets for every session of the cluster, or for those of PCs.
    func broadcastEverywhere(_ packets: RawSpan, to audience: Audience) {
        broadcast(packets, to: audience)
        guard shared.cluster.hasPeers else { return }
        publish(.broadcast, key: 0, to: []) { writer in
            Broadcast.write(audience, packets, into: &writer)
        }
    }

    /// Ends the session of a user and class, on whichever node it is.
    func kickEverywhere(_ user: UserID, _ device: DeviceClass, _ reason: KickReasonType) {
        if let entry = online.presence(of: user)[device] { kick(entry.address, reason) }
        for session in shared.cluster.sessions(of: user, on: device) {
            let kick = RemoteKick(device: device, reason: reason, login: session.login)
            publish(.kick, key: UInt64(user.rawValue), to: [session.peer.node]) { kick.write(into: &$0) }
        }
    }

    /// Ends a session that was seen in the presence map. Its client knows no better word for it than another login.
    public func end(_ user: UserID, _ device: DeviceClass, login: LoginEpoch, at node: NodeID) {
        if node == shared.cluster.table.own.node {
            if let entry = online.presence(of: user)[device], entry.epoch <= Int64(login.rawValue) {
                kick(entry.address, .duplicateUser)
            }
            return
        }
        let kick = RemoteKick(device: device, reason: .duplicateUser, login: login)
        publish(.kick, key: UInt64(user.rawValue), to: [node]) { kick.write(into: &$0) }
    }

    /// Passes an operator's order on.
    public func pass(_ order: DrainOrder?, to node: NodeID) {
        publish(.drain, key: 0, to: [node]) { RemoteDrain(order).write(into: &$0) }
    }

    public var mayHaveOtherNodes: Bool { shared.cluster.mayHaveOthers }

    public var users: [UserID] { roster.pcs.map(\.user) + roster.mobiles.map(\.user) }

    public func hasSession(of users: [UserID], openedBefore instant: Instant) -> Bool {
        online.hasSession(of: users, openedBefore: instant)
    }

    public func horizon(of users: [UserID]) -> Int64? { online.horizon(of: users) }

    public func forward(_ packet: RawSpan, of message: MessageName, to users: [UserID]) {
        if shared.deviceHolders.areThere { judge(message, for: users, by: Self.sender(of: packet)) }
        let nodes = shared.cluster.nodes(holding: users)
        guard !nodes.isEmpty else { return }
        let sender = Self.sender(of: packet)
        for node in nodes { note(.sent(to: node), of: message, by: sender) }
        publish(.message, key: message.conversation.rawValue, to: nodes) { writer in
            RemoteMessage.write(message.id, users, packet, into: &writer)
        }
    }

    // MARK: From other nodes

    // What a later version may write otherwise is passed by, unlike mail of this process.

    func readRemoteMessage(_ bytes: RawSpan) -> Bool {
        guard let remote = RemoteMail(bytes) else { return false }
        guard let conversation = ConversationID(rawValue: remote.key), let message = RemoteMessage(remote.body) else {
            return true
        }
        note(.arrived, of: MessageName(conversation, message.id), by: Self.sender(of: message.packet))
        conversations.arrived(message.packet, of: conversation, id: message.id, for: message.users)
        return true
    }

    func readRemotePush(_ bytes: RawSpan) -> Bool {
        guard let remote = RemoteMail(bytes) else { return false }
        if let message = RemotePush(remote.body) {
            push(message.packet, to: message.users, message.audience, except: nil)
        }
        return true
    }
}

/// What the gateways of a node know of the rest of the cluster. Any thread may read it.
public final class ClusterView: Sendable {
    /// Where all users are.
    public let table: PresenceTable
    private let others = Atomic<Int>(0)
    private let mayHaveOthersUnseen = Atomic<Bool>(true)

    public init(_ table: PresenceTable) {
        self.table = table
    }

    /// Whether there is any other node: what is only for others is not done without.
    public var hasPeers: Bool { others.load(ordering: .relaxed) > 0 }

    /// Whether others may store messages. One that is seen no more, or not yet, may do so nevertheless.
    public var mayHaveOthers: Bool { hasPeers || mayHaveOthersUnseen.load(ordering: .relaxed) }

    /// What the database knows of other nodes: those that it has heard of within a week and that did not say goodbye.
    /// Until it is asked there may be some.
    public func set(registered count: Int) {
        mayHaveOthersUnseen.store(count > 0, ordering: .relaxed)
    }

    public func set(peers count: Int) {
        others.store(count, ordering: .relaxed)
    }

    /// Other nodes that hold a session of one of these users, each once.
    public func nodes(holding users: [UserID]) -> [NodeID] {
        guard hasPeers else { return [] }
        var nodes: [NodeID] = []
        for user in users {
            table.forEachPeer(of: user) { peer in
                if peer != table.own, !nodes.contains(peer.node) { nodes.append(peer.node) }
            }
        }
        return nodes
    }

    /// The user's sessions of a class on other nodes: one, except while two logins meet.
    func sessions(of user: UserID, on device: DeviceClass) -> [PresentSession] {
        var sessions: [PresentSession] = []
        forEachSession(of: user, on: device) { sessions.append($0) }
        return sessions
    }

    /// How the user's latest session of a class on another node is shown; `nil` if there is none.
    func status(of user: UserID, on device: DeviceClass) -> UserStatType? {
        var latest: PresentSession?
        forEachSession(of: user, on: device) { session in
            if latest.map({ $0.login < session.login }) ?? true { latest = session }
        }
        return latest?.status
    }

    private func forEachSession(of user: UserID, on device: DeviceClass, _ body: (PresentSession) -> Void) {
        guard hasPeers else { return }
        table.forEachSession(of: user) { session in
            if session.device == device, session.peer != table.own { body(session) }
        }
    }
}
