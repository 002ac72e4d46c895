public import Membership
public import Primitives
public import TalkProtocol

/// Keeps the presence tables of all nodes the same, without a lock or a vote: an entry is written by the node that
/// has the connection, which streams its changes to all others (Presence.docc/Presence.md).
///
/// A core: the shell passes in what happened and carries out the effects, in their order. All calls come from one
/// thread. The table is the only thing in it that is not a value; this is its writer. Frames from one peer must
/// arrive in the order in which they were sent; any of them may be lost, and the next summary then tells.
public struct PresenceReplication: ~Copyable {
    public let table: PresenceTable
    private(set) var stream: OwnStream
    private(set) var replicas: [NodeID: Replica] = [:]
    /// One for each node that ever was; node ids have 16 bits.
    private var lives: [NodeID: Life] = [:]
    private var sweep = Sweep()
    private var summaryDue: Instant
    private var purgeDue: Instant?
    private var content = FrameContent()
    private var frame = ByteWriter(capacity: 1024)
    private var counts = PresenceStatistics()

    /// The life of a node that may still be going on.
    private struct Life {
        /// Those below it are over.
        var floor: UInt64
        /// Frames may come, and a replica may be made, while the node is believed dead: it is hidden then.
        var isDead = false
    }

    /// `table` must be new.
    public init(_ table: PresenceTable, at now: Instant) {
        self.table = table
        stream = OwnStream(table.own)
        summaryDue = now + PresenceLimits.summaryInterval
    }
}

/// Sessions of this node. Different loops may report in any order: of one user and class the latest login stays.
extension PresenceReplication {
    /// A session was opened, or its status has changed.
    public mutating func opened(
        _ user: UserID, _ clientType: ClientType, _ status: UserStatType, _ login: LoginEpoch, at now: Instant,
        into effects: inout [PresenceEffect]
    ) {
        guard user.rawValue != 0 else { return }
        let hash = UserHash(user.rawValue)
        let content = SessionContent(clientType, status, login)
        let current = table.content(user.rawValue, hash, content.device, of: .own)
        if let current, current.login > login || current == content { return }
        guard case .written = table.upsert(user.rawValue, hash, content, of: .own) else {
            effects.append(.overrun(table.own))
            return
        }
        let op = SessionOp(user: user.rawValue, present: content)
        stream.changed(user.rawValue, hash, from: current, to: op, at: now, into: &effects)
        // A later login elsewhere may have become known before this one: nobody will tell of it again.
        var isSenior = true
        table.forEachEntry(of: user.rawValue, hash) { slot, other in
            guard slot != .own, other.device == content.device, !sweep.isCondemned(slot),
                let peer = table.origins.peer(slot)
            else { return }
            if Seniority(other.login, peer) > Seniority(login, table.own) { isSenior = false }
        }
        if !isSenior { effects.append(.supersede(user, content.device, upTo: login)) }
    }

    /// The session of this login has ended.
    public mutating func closed(
        _ user: UserID, _ device: DeviceClass, _ login: LoginEpoch, at now: Instant,
        into effects: inout [PresenceEffect]
    ) {
        let hash = UserHash(user.rawValue)
        guard let current = table.content(user.rawValue, hash, device, of: .own), current.login == login else { return }
        _ = table.remove(user.rawValue, hash, device, of: .own)
        let op = SessionOp(user: user.rawValue, absent: device)
        stream.changed(user.rawValue, hash, from: current, to: op, at: now, into: &effects)
    }
}

/// What happens to peers. Whatever is said about a life that is over changes nothing.
extension PresenceReplication {
    /// There is a link to the peer, with nothing of an earlier link in it.
    public mutating func linked(_ peer: Peer, at now: Instant, into effects: inout [PresenceEffect]) {
        guard admit(peer, at: now) else { return }
        replicas[peer.node]?.linkChanged()
        stream.linked(peer, at: now, into: &effects)
    }

    /// The link is gone; the peer may live.
    public mutating func unlinked(_ peer: Peer) {
        guard stream.isLinked(peer) else { return }
        stream.unlinked(peer.node)
        replicas[peer.node]?.linkChanged()
    }

    /// A frame to the peer could not be queued. It gets no more changes until it asks for a repair.
    public mutating func lagging(_ peer: Peer) {
        stream.lagging(peer)
    }

    /// The peer is believed dead: its sessions are hidden, and forgotten if that does not turn out to be wrong.
    public mutating func died(_ peer: Peer, at now: Instant) {
        guard admit(peer, at: now) else { return }
        lives[peer.node]?.isDead = true
        hide(peer.node, at: now)
        awaitPurge(of: peer.node, at: now)
    }

    /// The peer was not dead. What it did meanwhile comes out with its next summary.
    public mutating func revived(_ peer: Peer, at now: Instant, into effects: inout [PresenceEffect]) {
        guard admit(peer, at: now) else { return }
        lives[peer.node]?.isDead = false
        guard let replica = replicas[peer.node], !replica.isVisible else { return }
        sweep.cancelCall(of: replica.slot)
        table.origins.show(replica.slot)
        replicas[peer.node]?.show(into: &effects)
    }

    /// The peer said that it goes, after its last session was closed or not.
    public mutating func left(_ peer: Peer, at now: Instant) {
        guard admit(peer, at: now) else { return }
        end(peer.node, floor: peer.epoch.rawValue + 1, at: now)
    }

    /// There is a newer life of a node: the older ones are over, from the moment at which it is known.
    public mutating func superseded(by peer: Peer, at now: Instant) {
        _ = admit(peer, at: now)
    }

    /// `false` for a life that is over, and for this node. The first word of a newer life ends the older one here,
    /// before anything of the newer one can be in the table.
    private mutating func admit(_ peer: Peer, at now: Instant) -> Bool {
        let floor = lives[peer.node]?.floor ?? 0
        guard peer.node != table.own.node, peer.epoch.rawValue >= floor else { return false }
        if peer.epoch.rawValue > floor { end(peer.node, floor: peer.epoch.rawValue, at: now) }
        return true
    }

    private mutating func end(_ node: NodeID, floor: UInt64, at now: Instant) {
        retire(node, at: now)
        stream.unlinked(node)
        lives[node] = Life(floor: floor)
    }

    private mutating func hide(_ node: NodeID, at now: Instant) {
        guard let replica = replicas[node], replica.isVisible else { return }
        table.origins.hide(replica.slot)
        replicas[node]?.hide()
        sweep.call(replica.slot, of: replica.peer, in: table, at: now)
    }

    private mutating func awaitPurge(of node: NodeID, at now: Instant) {
        guard let replica = replicas[node], replica.purgeAt == nil else { return }
        let purgeAt = now + PresenceLimits.purgeDelay
        replicas[node]?.purgeAt = purgeAt
        purgeDue = min(purgeDue ?? .never, purgeAt)
    }

    /// Forgets what the node had.
    private mutating func retire(_ node: NodeID, at now: Instant) {
        hide(node, at: now)
        guard let replica = replicas.removeValue(forKey: node) else { return }
        sweep.condemn(replica.slot, in: table, at: now)
    }
}

/// Time, and frames.
extension PresenceReplication {
    public var statistics: PresenceStatistics {
        var statistics = counts
        statistics.bucketsSent = stream.bucketsSent
        statistics.sweeps = sweep.passes
        return statistics
    }

    /// What is here of a node's stream, this node's own included; `nil` for a life that is not known.
    public func state(of peer: Peer) -> StreamState? {
        if peer == table.own { return stream.state }
        guard let replica = replicas[peer.node], replica.peer == peer else { return nil }
        return replica.state(in: table)
    }

    /// When `tick` is to be called next. It may be called at any time, and should be at the end of a loop's turn that
    /// reported sessions.
    public var nextTick: Instant {
        min(
            min(summaryDue, stream.flushDue ?? .never),
            min(purgeDue ?? .never, sweep.due ?? .never))
    }

    public mutating func tick(at now: Instant, into effects: inout [PresenceEffect]) {
        if let due = stream.flushDue, due <= now { stream.flush(at: now, into: &effects) }
        if summaryDue <= now {
            summaryDue = now + PresenceLimits.summaryInterval
            stream.sendSummaries(at: now, into: &effects)
        }
        if let due = purgeDue, due <= now { purge(at: now) }
        if let due = sweep.due, due <= now { sweep.step(table, at: now, into: &effects) }
    }

    /// Appends the next frame of the repair that the peer has asked for. `false` when there is none.
    public mutating func nextRepairFrame(
        for peer: Peer, at now: Instant, into effects: inout [PresenceEffect]
    ) -> Bool {
        stream.nextRepairFrame(for: peer, from: table, at: now, into: &effects)
    }

    /// A frame came on the link to the peer.
    public mutating func received(
        _ bytes: RawSpan, from peer: Peer, at now: Instant, into effects: inout [PresenceEffect]
    ) {
        guard stream.isLinked(peer) else { return }
        var epoch: UInt64 = 0
        guard let received = content.read(bytes, epoch: &epoch) else {
            effects.append(.malformed(peer))
            return
        }
        if case .repairRequest(let request) = received {
            guard epoch == table.own.epoch.rawValue else { return }
            return stream.repairRequested(request, by: peer, at: now, into: &effects)
        }
        guard epoch == peer.epoch.rawValue, let index = replica(of: peer, at: now, into: &effects) else { return }
        var isInStep = true
        switch received {
        case .delta(let base):
            isInStep = replicas.values[index].apply(content.ops, base: base, to: table, into: &effects)
            if !isInStep { counts.gaps += 1 }
        case .summary(let state):
            isInStep = replicas.values[index].summarised(state, in: table)
            if !isInStep { counts.mismatches += 1 }
        case .repairBegin(let seq):
            replicas.values[index].repairBegan(seq: seq, at: now)
        case .buckets:
            counts.bucketsTaken += content.buckets.count
            replicas.values[index].bucketsCame(content, at: now, to: table, into: &effects)
        case .repairEnd:
            replicas.values[index].repairEnded()
        case .repairRequest, .unknown:
            break
        }
        if !isInStep, replicas.values[index].ask(at: now, &frame, into: &effects) { counts.repairsAsked += 1 }
    }

    /// The replica of a linked peer, which is made at its first frame. It can be seen from its first session on, as
    /// each of them is true when it comes.
    private mutating func replica(
        of peer: Peer, at now: Instant, into effects: inout [PresenceEffect]
    ) -> Dictionary<NodeID, Replica>.Index? {
        if let index = replicas.index(forKey: peer.node) { return index }
        guard let slot = table.origins.add(peer) else {
            effects.append(.overrun(peer))
            return nil
        }
        var replica = Replica(peer, slot)
        if let life = lives[peer.node], life.isDead {
            table.origins.hide(slot)
            replica.hide()
        }
        replicas[peer.node] = replica
        if !replica.isVisible { awaitPurge(of: peer.node, at: now) }
        return replicas.index(forKey: peer.node)
    }

    private mutating func purge(at now: Instant) {
        purgeDue = nil
        for (node, replica) in replicas.sorted(by: { $0.key < $1.key }) {
            guard let purgeAt = replica.purgeAt else { continue }
            if purgeAt <= now {
                retire(node, at: now)
            } else {
                purgeDue = min(purgeDue ?? .never, purgeAt)
            }
        }
    }
}
