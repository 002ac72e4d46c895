public import Membership
public import Presence
import Synchronization
public import TalkProtocol

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
