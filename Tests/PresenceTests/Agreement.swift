import Membership
import Primitives
import TalkProtocol

@testable import Presence

extension SimulatedNode {
    private func forEachEntry(of peer: Peer, _ users: ClosedRange<UInt32>, _ body: (UInt32, SessionContent) -> Void) {
        guard let slot = table.origins.slot(of: peer) else { return }
        for user in users {
            table.forEachEntry(of: user, UserHash(user)) { if $0 == slot { body(user, $1) } }
        }
    }

    private func entries(of peer: Peer, _ users: ClosedRange<UInt32>) -> Set<String> {
        var found: Set<String> = []
        forEachEntry(of: peer, users) { found.insert("\($0): \($1.rawValue)") }
        return found
    }

    private func root(of peer: Peer, _ users: ClosedRange<UInt32>) -> UInt64 {
        var root: UInt64 = 0
        forEachEntry(of: peer, users) { root ^= UserHash($0).digest($1) }
        return root
    }

    /// Where this node and an origin think that they hold the same (R4), do they? And are the digests kept right?
    func disagreements(with origins: [SimulatedNode], about users: ClosedRange<UInt32>) -> [String] {
        var found: [String] = []
        if core.stream.digest.root != root(of: peer, users) { found.append("\(peer): wrong digest of itself") }
        for origin in origins where origin !== self {
            guard let replica = core.replicas[origin.peer.node], replica.peer == origin.peer else { continue }
            let state = replica.state(in: table)
            if state.root != root(of: origin.peer, users) { found.append("\(peer): wrong digest of \(origin.peer)") }
            guard state == origin.core.stream.state else { continue }
            if entries(of: origin.peer, users) != origin.entries(of: origin.peer, users) {
                found.append("\(peer) agrees with \(origin.peer) about different contents")
            }
        }
        return found
    }

    /// Whose streams this node has not got to the end of.
    func behind(_ origins: [SimulatedNode]) -> [Peer] {
        origins.filter { origin in
            origin !== self && core.replicas[origin.peer.node]?.state(in: table) != origin.core.stream.state
        }.map(\.peer)
    }
}
