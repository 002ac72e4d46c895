import Membership

/// Ends of sessions that were commanded while their node took no messages: it gets them when it is well again, as the
/// user was told that it is done. Bounded: what does not fit is as good as a command that was never given. A core.
struct LateKicks {
    struct Kick: Equatable {
        let node: NodeID
        let user: UInt64
        let body: [UInt8]
    }

    static let capacity = 10_000

    private var kicks: [Kick] = []

    mutating func add(_ kick: Kick) {
        if kicks.count < Self.capacity { kicks.append(kick) }
    }

    /// Those for a node, which are no longer held; also when the node is gone and its sessions with it.
    mutating func take(for node: NodeID) -> [Kick] {
        defer { kicks.removeAll { $0.node == node } }
        return kicks.filter { $0.node == node }
    }
}
