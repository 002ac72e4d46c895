import Cluster
import Membership
import Presence
import Primitives
import TopicBus

/// Someone in the same network, without the cluster's secret: sees and keeps what travels sealed.
struct Attacker {
    private static let memory = 64

    /// Datagrams, and which life took them.
    private(set) var datagrams: [(bytes: [UInt8], takenBy: Peer)] = []
    /// Beginnings of streams, from the side that dialed.
    private(set) var streams: [[UInt8]] = []
    private var latest: Connection.ID?
    private var next = 0

    mutating func sawTaken(_ bytes: [UInt8], by peer: Peer) {
        if datagrams.count < Self.memory {
            datagrams.append((bytes, peer))
        } else {
            datagrams[next % Self.memory] = (bytes, peer)
            next += 1
        }
    }

    mutating func saw(_ bytes: [UInt8], on id: Connection.ID, _ side: Connection.Side, at offset: Int) {
        guard side == .dialer else { return }
        if offset == 0 {
            latest = id
            streams.append(bytes)
            if streams.count > Self.memory { streams.removeFirst() }
        } else if latest == id, let last = streams.indices.last, streams[last].count < 4096 {
            streams[last] += bytes
        }
    }
}

/// S1: whatever strangers send changes nothing.
extension ClusterWorld {
    /// What a node believes.
    private struct Beliefs: Equatable {
        let table: UInt64
        let standings: [Standing]
        let links: [Bool]
        let sessions: [String]
        let statuses: [NodeID: PeerStatus]
    }

    private func beliefs(of node: Node) -> Beliefs {
        var sessions: [String] = []
        for user in users {
            node.cluster.table.forEachSession(of: user) { sessions.append("\(user) \($0)") }
        }
        return Beliefs(
            table: node.cluster.swim.tableHash, standings: node.cluster.swim.allMembers.map(\.standing),
            links: nodes.map { node.cluster.mesh.isLinked($0.me) }, sessions: sessions,
            statuses: node.cluster.statuses)
    }

    /// Sends one thing of each kind to a node. Only where everything is sealed.
    public func attack(_ place: Int) {
        let node = nodes[place]
        guard options.isSealed, node.state == .running else { return }
        fault("strangers write to \(node.name)")
        for datagram in forgedDatagrams(for: node) {
            let before = beliefs(of: node)
            let source = address(Int.random(in: 0..<nodes.count, using: &random))
            receive(.sealed(datagram), from: source, at: place)
            if beliefs(of: node) != before { violate(.s1, "a forged datagram changed \(node.name)") }
        }
        for stream in forgedStreams(for: node) {
            let link = node.cluster.accepted(at: now)
            let before = beliefs(of: node)
            let taken = node.cluster.received(link, stream.rawBytes, at: now) { peer, _, _, _ in
                self.violate(.s1, "a message of a stranger counts as one of \(peer) at \(node.name)")
            }
            if beliefs(of: node) != before { violate(.s1, "a forged stream changed \(node.name)") }
            if taken != nil { node.cluster.closed(link, refused: false, at: now) }
            carryOut(place)
        }
    }

    private func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }

    private func flipped(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var bytes = bytes
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return bytes
    }

    private func forgedDatagrams(for node: Node) -> [[UInt8]] {
        var forged = [noise(Int.random(in: 0..<1400, using: &random))]
        // Anyone's words, cut short or changed; its own, a second time.
        if !attacker.datagrams.isEmpty {
            let (bytes, _) = attacker.datagrams[Int.random(in: 0..<attacker.datagrams.count, using: &random)]
            forged.append(Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))))
            forged.append(flipped(bytes))
        }
        forged += attacker.datagrams.filter { $0.takenBy == node.me }.suffix(3).map(\.bytes)
        // A member of another cluster that shares the secret, about this one's members.
        let peer = nodes[Int.random(in: 0..<nodes.count, using: &random)].me
        let lie = GossipMessage(
            .gossip, from: peer.node, epoch: peer.epoch, incarnation: 1000, to: node.me.node,
            entries: [.dead(peer.node, peer.epoch, 999, crashed: true)])
        var writer = ByteWriter(capacity: 256)
        Self.seal("another cluster", salt: random.next()).seal(lie, into: &writer)
        forged.append(writer.bytes.copied())
        writer.clear()
        lie.encode(into: &writer)
        forged.append(writer.bytes.copied())
        return forged
    }

    private func forgedStreams(for node: Node) -> [[UInt8]] {
        var forged = [noise(Int.random(in: 0..<600, using: &random))]
        if !attacker.streams.isEmpty {
            let stream = attacker.streams[Int.random(in: 0..<attacker.streams.count, using: &random)]
            forged += [stream, flipped(stream), Array(stream.prefix(Int.random(in: 0...stream.count, using: &random)))]
        }
        // The hello of a member of another cluster, and one of someone who guesses the secret.
        let peer = nodes[Int.random(in: 0..<nodes.count, using: &random)].me
        for (cluster, secret) in [(UInt32(2), Self.secret), (1, [UInt8](repeating: 1, count: 32))] {
            let nonce = noise(32)
            let mesh = Mesh(
                peer, cluster: cluster, secret: secret, random: SeededRandom(seed: random.next())
            ) { nonce }
            mesh.memberIsUp(node.me, at: address(0), now: now)
            mesh.tick(at: now + .seconds(2))
            for case .dial(let link, _) in mesh.takeEffects() {
                var writer = ByteWriter(capacity: 256)
                mesh.connected(link, at: now)
                _ = mesh.output(link, at: now, into: &writer)
                // A proof that proves nothing, and a record.
                forged.append(writer.bytes.copied() + noise(200))
            }
        }
        return forged
    }
}
