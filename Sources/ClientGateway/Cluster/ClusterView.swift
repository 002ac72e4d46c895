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
