import Cluster
import DBProxy
import Membership
import NodeAdmin
import Presence
import Primitives
import Reactor
import TalkProtocol
import TopicBus

/// What the cluster's loop last said of itself, for pages and metrics.
struct ClusterReport: Sendable {
    var nodes: [NodeRecord] = []
    var buses: [BusRecord] = []
    var members = 1
    var suspects = 0
    var localHealth = 0
    var membership = Swim.Statistics()
    var gossip = GossipTraffic()
    var visibleSessions = 0
    var presenceBytes = 0
    var presence = PresenceStatistics()
    var cluster = ClusterStatistics()
    var busStatistics: [(node: String, of: BusStatistics)] = []

    init() {}

    /// - Parameters:
    ///   - place: of this node.
    ///   - registry: what the database knows of the others.
    init(_ shell: ClusterShell, _ own: PeerStatus, _ place: NodePlace, _ registry: RegistryWatch, at now: Instant) {
        let (node, swim, names) = (shell.node, shell.node.swim, registry.names)
        gossip = shell.gossipTraffic
        presence = node.presenceStatistics
        cluster = node.statistics
        members = swim.memberCount
        localHealth = swim.localHealth
        membership = swim.statistics
        visibleSessions = node.table.sessionCount
        presenceBytes = node.table.byteCount
        nodes = [
            NodeRecord(
                id: Int(node.me.node.rawValue), name: place.name,
                epoch: Int(node.me.epoch.rawValue), incarnation: Int(swim.ownIncarnation), state: "alive",
                address: swim.address.gossipText, millisecondsInState: 0, flaps: 0, accusers: [], isSelf: true,
                isLinked: true, status: NodeRecord.Status(own),
                presence: node.presenceState(of: node.me).map(NodeRecord.Presence.init))
        ]
        for member in swim.allMembers {
            if member.standing.rank == .suspect { suspects += 1 }
            nodes.append(
                NodeRecord(
                    id: Int(member.node.rawValue), name: names[member.node.rawValue] ?? "",
                    epoch: Int(member.standing.epoch.rawValue), incarnation: Int(member.standing.incarnation),
                    state: "\(member.standing.rank)", address: member.address?.gossipText ?? "",
                    millisecondsInState: Int((now - member.since).milliseconds), flaps: member.flaps,
                    accusers: member.accusers.map { Int($0.rawValue) }, isSelf: false,
                    isLinked: node.mesh.isLinked(member.peer),
                    status: node.statuses[member.node].map(NodeRecord.Status.init),
                    presence: node.presenceState(of: member.peer).map(NodeRecord.Presence.init)))
            guard let statistics = node.mesh.statistics(of: member.node) else { continue }
            buses.append(BusRecord(node.mesh, member.peer, statistics))
            busStatistics.append(("\(member.node)", statistics))
        }
        for other in registry.places where NodeID(rawValue: other.number).flatMap({ swim[$0] }) == nil {
            // One that has just started has a moment to be heard.
            if other.isLively, !registry.unheard.contains(other.number) { continue }
            nodes.append(NodeRecord(other))
        }
    }
}

extension NodeRecord {
    /// A node that only the database knows.
    fileprivate init(_ place: NodePlace) {
        self.init(
            id: Int(place.number), name: place.name, epoch: Int(clamping: place.epoch), incarnation: 0,
            state: place.isLively ? "unheard" : "missing", address: "\(place.host):\(place.gossipPort)",
            millisecondsInState: place.secondsUnseen * 1000, flaps: 0, accusers: [], isSelf: false, isLinked: false,
            status: nil, presence: nil)
    }
}

extension NodeRecord.Status {
    /// Before it listens, a node has no address.
    init(_ status: PeerStatus) {
        self.init(
            isReady: status.isReady, isDraining: status.isDraining, sessions: Int(status.sessionCount),
            clientAddress: status.clientPort == 0 ? "" : "\(status.clientHost):\(status.clientPort)")
    }
}

extension NodeRecord.Presence {
    fileprivate init(_ state: StreamState) {
        self.init(sessions: Int(state.count), position: Int(clamping: state.seq), digest: state.root)
    }
}

extension BusRecord {
    fileprivate init(_ mesh: Mesh, _ peer: Peer, _ statistics: BusStatistics) {
        let backlog = mesh.backlog(of: peer.node)
        self.init(
            node: Int(peer.node.rawValue), epoch: Int(peer.epoch.rawValue), isLinked: mesh.isLinked(peer),
            isDegraded: mesh.isDegraded(peer.node),
            counters: [
                ("messages_sent", statistics.messagesSent), ("messages_received", statistics.messagesReceived),
                ("bytes_sent", statistics.bytesSent), ("bytes_received", statistics.bytesReceived),
                ("duplicates", statistics.duplicates), ("refused", statistics.refused),
                ("connections", statistics.connections), ("unconfirmed_messages", backlog.frames),
                ("unconfirmed_bytes", backlog.bytes),
            ])
    }
}

extension MemberAddress {
    /// For people.
    fileprivate var gossipText: String {
        let host: SocketAddress.Host =
            high == 0 && low >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high: high, low: low)
        return SocketAddress(host: host, port: gossipPort).description
    }
}
