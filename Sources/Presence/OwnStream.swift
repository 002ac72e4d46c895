import Membership
import Primitives

/// What this node tells the others: its own sessions as a numbered stream of changes, from nothing at its start.
///
/// There is no ring of past changes. A peer that missed some compares digests and gets the buckets that differ, which
/// costs little more, and is the same way for a lost frame, a long partition, a fault and a new node. A core.
struct OwnStream: ~Copyable {
    let peer: Peer
    private(set) var seq: UInt64 = 0
    private(set) var digest = Digest()
    private(set) var sessionCount = 0
    /// In the order in which they were linked.
    var links: [Link] = []
    /// In repairs of others.
    var bucketsSent = 0

    /// Type, epoch, number.
    private static let batchCountOffset = 17
    /// The frame of the changes that have a number and have not been sent.
    private var batch = ByteWriter(capacity: 1024)
    private var batchCount: UInt16 = 0
    private var lastFlush: Instant?
    var frame = ByteWriter(capacity: 1024)

    /// What a peer gets.
    struct Link {
        let peer: Peer
        /// Not while the peer lags behind: it asks for a repair at the next summary, and that makes up for them.
        var takesDeltas = true
        var repair: RepairRun?
    }

    init(_ peer: Peer) {
        self.peer = peer
    }

    var state: StreamState {
        StreamState(seq: seq, root: digest.root, count: UInt32(clamping: sessionCount))
    }

    /// When the changes that wait are to be sent; `nil` when there are none.
    var flushDue: Instant? {
        guard batchCount > 0 else { return nil }
        return lastFlush.map { $0 + PresenceLimits.flushInterval } ?? Instant(nanoseconds: 0)
    }

    /// A session came, changed, or went: it is in the table already.
    mutating func changed(
        _ user: UInt32, _ hash: UserHash, from old: SessionContent?, to new: SessionOp, at now: Instant,
        into effects: inout [PresenceEffect]
    ) {
        if let old {
            digest.toggle(hash, old)
            sessionCount -= 1
        }
        if let content = new.content {
            digest.toggle(hash, content)
            sessionCount += 1
        }
        seq += 1
        if batchCount == 0 {
            batch.begin(.delta, peer)
            batch.append(bigEndian: seq - 1)
            batch.append(bigEndian: UInt16(0))
        }
        new.write(into: &batch)
        batchCount += 1
        if batch.count + SessionOp.maxByteCount > PresenceLimits.frameByteCount { flush(at: now, into: &effects) }
    }

    /// Sends the changes that wait. Comes before every frame that shows a state: each of them is then true for the
    /// number that the changes before it in the lane lead to.
    mutating func flush(at now: Instant, into effects: inout [PresenceEffect]) {
        guard batchCount > 0 else { return }
        batch.overwrite(bigEndian: batchCount, at: Self.batchCountOffset)
        batchCount = 0
        lastFlush = now
        let bytes = batch.bytes.copied()
        for link in links where link.takesDeltas { effects.append(.send(bytes, to: link.peer)) }
    }

    mutating func sendSummaries(at now: Instant, into effects: inout [PresenceEffect]) {
        flush(at: now, into: &effects)
        let bytes = stateFrame(.summary)
        for link in links { effects.append(.send(bytes, to: link.peer)) }
    }

    /// The first thing on a new link is a summary: the peer learns what it has missed before it gets more.
    mutating func linked(_ peer: Peer, at now: Instant, into effects: inout [PresenceEffect]) {
        unlinked(peer.node)
        flush(at: now, into: &effects)
        links.append(Link(peer: peer))
        effects.append(.send(stateFrame(.summary), to: peer))
    }

    /// Whatever life of the node the link led to.
    mutating func unlinked(_ node: NodeID) {
        links.removeAll { $0.peer.node == node }
    }

    mutating func lagging(_ peer: Peer) {
        guard let index = link(peer) else { return }
        links[index].takesDeltas = false
        links[index].repair = nil
    }

    func isLinked(_ peer: Peer) -> Bool { link(peer) != nil }

    func link(_ peer: Peer) -> Int? { links.firstIndex { $0.peer == peer } }

    mutating func stateFrame(_ kind: Frame.Kind) -> [UInt8] {
        let state = state
        frame.begin(kind, peer)
        frame.append(state)
        return frame.bytes.copied()
    }
}
