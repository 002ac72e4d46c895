import Membership
public import Presence
import Synchronization
import TalkProtocol

/// What the gateways of a node know of the rest of the cluster. Any thread may read it.
public final class ClusterView: Sendable {
    /// Where all users are.
    public let table: PresenceTable
    private let others = Atomic<Int>(0)

    public init(_ table: PresenceTable) {
        self.table = table
    }

    /// Whether there is any other node: what is only for others is not done without.
    var hasPeers: Bool { others.load(ordering: .relaxed) > 0 }

    func set(peers count: Int) {
        others.store(count, ordering: .relaxed)
    }

    /// Other nodes that hold a session of one of these users, each once.
    func nodes(holding users: [UserID]) -> [NodeID] {
        guard hasPeers else { return [] }
        var nodes: [NodeID] = []
        for user in users {
            table.forEachPeer(of: user) { peer in
                if peer != table.own, !nodes.contains(peer.node) { nodes.append(peer.node) }
            }
        }
        return nodes
    }

    /// How the user's latest session of a class on another node is shown; `nil` if there is none.
    func status(of user: UserID, on device: DeviceClass) -> UserStatType? {
        guard hasPeers else { return nil }
        var latest: PresentSession?
        table.forEachSession(of: user) { session in
            guard session.device == device, session.peer != table.own else { return }
            if latest.map({ $0.login < session.login }) ?? true { latest = session }
        }
        return latest?.status
    }
}
