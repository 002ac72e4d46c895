import Cluster
import Membership
import Reactor

/// The nodes that take clients, and which of them gets the next one: that with the fewest sessions.
///
/// It takes a moment until a client that was sent to a node counts among its sessions. Until then it is counted here,
/// so that a crowd does not go to one node; who never arrives is forgotten little by little.
struct Candidates {
    private struct Candidate {
        var status: PeerStatus
        var sent = Underway()

        var load: Int { Int(status.sessionCount) + sent.count }
    }

    /// Clients that were sent to a node and have not arrived.
    private struct Underway {
        private(set) var count = 0

        mutating func add() { count += 1 }

        mutating func counted(from before: UInt32, to now: UInt32) {
            let arrived = max(0, Int(now) - Int(before))
            count = max(0, count - arrived) * 3 / 4
        }
    }

    private var sentHere = Underway()
    private var sessionsHere: UInt32 = 0
    private var peers: [NodeID: Candidate] = [:]

    /// Other nodes that speak to this one.
    var peerCount: Int { peers.count }

    var hasOpenPeer: Bool { peers.values.contains { $0.status.takesClients } }

    mutating func setSessions(_ count: UInt32) {
        sentHere.counted(from: sessionsHere, to: count)
        sessionsHere = count
    }

    mutating func setPeers(_ statuses: [NodeID: PeerStatus]) {
        var updated: [NodeID: Candidate] = [:]
        for (node, status) in statuses {
            var candidate = peers[node] ?? Candidate(status: status)
            candidate.sent.counted(from: candidate.status.sessionCount, to: status.sessionCount)
            candidate.status = status
            updated[node] = candidate
        }
        peers = updated
    }

    /// All that take clients.
    func all(own: PeerStatus, isLocal: Bool) -> [PeerStatus] {
        ([own] + peers.sorted { $0.key < $1.key }.map(\.value.status))
            .filter { $0.takesClients && (isLocal || !$0.isOfEachMachine) }
    }

    /// The best node, which counts one more from now on; `nil` when none takes clients.
    /// - Parameter isLocal: the client is on this machine, and an address that only means something here will do.
    mutating func take(own: PeerStatus, isLocal: Bool = true) -> PeerStatus? {
        let open = peers.filter { $0.value.status.takesClients && (isLocal || !$0.value.status.isOfEachMachine) }
        let peer = open.min { ($0.value.load, $0.key) < ($1.value.load, $1.key) }
        let ownLoad = Int(own.sessionCount) + sentHere.count
        if own.takesClients, isLocal || !own.isOfEachMachine, peer.map({ ownLoad <= $0.value.load }) ?? true {
            sentHere.add()
            return own
        }
        guard let peer else { return nil }
        peers[peer.key]?.sent.add()
        return peer.value.status
    }
}

extension PeerStatus {
    fileprivate var takesClients: Bool { isReady && !isDraining }

    fileprivate var isOfEachMachine: Bool { Self.isOfEachMachine(clientHost) }

    /// An address where each machine finds itself: loopback, or what is good for listening only.
    static func isOfEachMachine(_ host: String) -> Bool {
        if host == "localhost" { return true }
        guard let address = SocketAddress(numeric: host, port: 0) else { return false }
        return address.isLoopback || address.isAny
    }
}
