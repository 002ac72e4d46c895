import Cluster
import Membership

/// The nodes that take clients, and which of them gets the next one: that with the fewest sessions.
///
/// Between two beats a node does not say how many have come; those that were sent there are counted here, so that a
/// crowd does not go to one node.
struct Candidates {
    private struct Candidate {
        let status: PeerStatus
        var sent = 0

        var load: Int { Int(status.sessionCount) + sent }
    }

    /// Clients that were sent to this node since it last counted its sessions.
    private var sentHere = 0
    private var peers: [NodeID: Candidate] = [:]

    /// Other nodes that speak to this one.
    var peerCount: Int { peers.count }

    mutating func sessionsCounted() {
        sentHere = 0
    }

    mutating func setPeers(_ statuses: [NodeID: PeerStatus]) {
        peers = statuses.mapValues { Candidate(status: $0) }
    }

    /// The best node, which counts one more from now on; `nil` when none takes clients.
    mutating func take(own: PeerStatus) -> PeerStatus? {
        let open = peers.filter { $0.value.status.takesClients }
        let peer = open.min { ($0.value.load, $0.key) < ($1.value.load, $1.key) }
        let ownLoad = Int(own.sessionCount) + sentHere
        if own.takesClients, peer.map({ ownLoad <= $0.value.load }) ?? true {
            sentHere += 1
            return own
        }
        guard let peer else { return nil }
        peers[peer.key]?.sent += 1
        return peer.value.status
    }
}

extension PeerStatus {
    fileprivate var takesClients: Bool { isReady && !isDraining }
}
