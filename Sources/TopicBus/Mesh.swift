public import Membership
public import Primitives

/// The connections of this node to all others, and what travels on them (TopicBus.docc/TopicBus.md).
///
/// A core: the shell opens and closes sockets, hands in their bytes, and fetches what is to be sent. A message is
/// repeated until the peer has confirmed it, and handed over once, for as long as both nodes live; what a node cannot
/// take is left to the database, of which the bus is only the fast path.
public final class Mesh {
    public struct Configuration: Sendable {
        public var isSealed = true
        /// Unconfirmed messages for one peer. Beyond it the peer is degraded.
        public var maxPeerBytes = 64 << 20
        public var maxPeerFrames = 200_000
        /// For all peers together.
        public var maxTotalBytes = 512 << 20
        /// Of each lane: frames of class `state`, and of class `hint`.
        public var maxStateBytes = 1 << 20
        public var maxHintBytes = 4 << 20
        /// Connections that have not proved who they are.
        public var maxStrangers = 64
        public var beatPeriod: Duration = .milliseconds(300)
        public var quietBeatPeriod: Duration = .seconds(1)
        /// A connection that brings nothing for so long is closed.
        public var maxSilence: Duration = .seconds(3)
        /// Nothing moves for so long: the peer is degraded.
        public var maxStall: Duration = .seconds(2)

        public init() {}
    }

    public enum Effect {
        case dial(LinkID, MemberAddress)
        case close(LinkID)
        /// The control lane is there; state may be sent.
        case linked(Peer)
        /// The control lane is gone. `unexpected` unless the peer had said goodbye.
        case unlinked(Peer, unexpected: Bool)
        /// Its address refuses connections.
        case refused(Peer)
        case beat(Peer)
        case degraded(Peer)
        case recovered(Peer)
        /// It could not send everything that it had for this node: look into the database.
        case missedMessages(from: Peer)
    }

    /// Receives messages while `received` runs. The body is valid during the call only.
    public typealias Receiver = (_ peer: Peer, _ topic: Topic, _ key: UInt64, _ body: RawSpan) -> Void

    public let me: Peer
    let configuration: Configuration
    let cluster: UInt32
    let secret: [UInt8]
    var random: SeededRandom
    /// Draws a nonce; the core has no randomness of its own that would do for secrets.
    let nonce: () -> [UInt8]

    /// For walks in a fixed order: a run must not depend on how a dictionary is laid out.
    var peerList: [BusPeer] = []
    var peers: [NodeID: BusPeer] = [:]
    var linkList: [BusLink] = []
    var links: [LinkID: BusLink] = [:]
    /// Links with something to send, each once.
    public internal(set) var pending: [LinkID] = []
    var lastLink: UInt64 = 0
    let total = Cell(BusBacklog())
    var effects: [Effect] = []
    let frames = ScratchWriter(capacity: 128 << 10)
    let opened = ScratchWriter(capacity: 128 << 10)
    /// What each beat on the control lane carries; the receiver gets it as a message on this topic.
    public var beatBody: [UInt8] = []
    public static let beatTopic = Topic(rawValue: 0)

    /// - Parameters:
    ///   - secret: the cluster's.
    ///   - nonce: yields 32 random bytes.
    public init(
        _ me: Peer, cluster: UInt32, secret: [UInt8], configuration: Configuration = Configuration(),
        random: SeededRandom, nonce: @escaping () -> [UInt8]
    ) {
        self.me = me
        self.cluster = cluster
        self.secret = secret
        self.configuration = configuration
        self.random = random
        self.nonce = nonce
    }

    /// A peer and its connections hold each other.
    deinit {
        for state in peerList {
            for lane in Lane.allCases { state[lane].link = nil }
        }
    }

    // MARK: Members

    /// A life of a node is there, or there again.
    public func memberIsUp(_ peer: Peer, at address: MemberAddress, now: Instant) {
        if let known = peers[peer.node] {
            guard known.peer.epoch <= peer.epoch else { return }
            if known.peer == peer {
                known.address = address
                if !known.isLive { revive(known) }
                return schedule(known, now: now)
            }
            remove(known)
        }
        let state = BusPeer(peer, at: address, total: total)
        peers[peer.node] = state
        peerList.insert(state, at: peerList.firstIndex { $0.peer.node > peer.node } ?? peerList.count)
        schedule(state, now: now)
    }

    /// It was wrongly held for dead. Its connections may have lived on: they must tell it of what it missed.
    private func revive(_ state: BusPeer) {
        state.isLive = true
        state[.control].sender.oweSkip()
        if let link = state[.control].link { markPending(link) }
    }

    /// It is held for dead: what it was to get is left to the database.
    public func memberIsDown(_ peer: Peer) {
        guard let state = peers[peer.node], state.peer == peer else { return }
        state.isLive = false
        for lane in Lane.allCases {
            state.changeLog(lane) { $0.abandon() }
            state[lane].dialDue = .never
        }
    }

    /// It has left, or a later life has come: nothing of it is needed any more.
    public func memberIsGone(_ peer: Peer) {
        guard let state = peers[peer.node], state.peer == peer else { return }
        remove(state)
    }

    private func remove(_ state: BusPeer) {
        peers[state.peer.node] = nil
        peerList.removeAll { $0 === state }
        for lane in Lane.allCases {
            state.changeLog(lane) { $0.abandon() }
            state[lane].dialDue = .never
            if let link = state[lane].link { end(link.id) }
            if let link = state[lane].dialing { end(link) }
            state[lane].link = nil
            state[lane].dialing = nil
        }
    }

    /// The lower number dials; the other one helps if nothing comes.
    private func schedule(_ state: BusPeer, now: Instant) {
        for lane in Lane.allCases where state[lane].link == nil && state[lane].dialing == nil {
            let due = me.node < state.peer.node ? now : now + .seconds(1)
            state[lane].dialDue = min(state[lane].dialDue, due)
        }
    }

    // MARK: Messages

    public func isLinked(_ peer: Peer) -> Bool {
        peers[peer.node].map { $0.peer == peer && $0[.control].link != nil } ?? false
    }

    /// Bytes that wait on a lane for which there is no resend.
    public func stateBacklog(_ peer: Peer) -> Int {
        peers[peer.node].map { $0[.control].loose.byteCount } ?? 0
    }

    /// Queues a message. `false` if it was refused: the peer is unknown, dead or degraded, or cannot take more state,
    /// or the body is longer than 512 KiB, as with a list of members that a cache has made up.
    /// State and hints also go to who is held for dead, as long as there is a connection: should the verdict be wrong,
    /// presence is right at once.
    @discardableResult
    public func publish(
        _ delivery: DeliveryClass, on lane: Lane, _ topic: Topic, key: UInt64, _ body: RawSpan, to node: NodeID
    ) -> Bool {
        guard let state = peers[node] else { return false }
        let size = BusFrame.headerByteCount + body.byteCount
        switch delivery {
        case .reliable:
            guard body.byteCount <= BusFrame.maxBodyBytes, state.isLive, !state.isDegraded, hasRoom(state, for: size)
            else {
                state.statistics.refused += 1
                state.owesCatchUp = true
                return false
            }
            state.changeLog(lane) { $0.append(topic, key: key, body) }
        case .state:
            guard body.byteCount <= BusFrame.maxBodyBytes, state[lane].link != nil,
                state[lane].loose.byteCount + size <= configuration.maxStateBytes
            else {
                state.statistics.refusedState += 1
                return false
            }
            state[lane].loose.append(.message, topic, key: key, body)
        case .hint:
            guard body.byteCount <= BusFrame.maxBodyBytes, state[lane].link != nil else {
                state.statistics.droppedHints += 1
                return false
            }
            state[lane].loose.dropOldest(for: size, limit: configuration.maxHintBytes)
            state[lane].loose.append(.message, topic, key: key, body)
        }
        state.statistics.messagesSent += 1
        if let link = state[lane].link { markPending(link) }
        return true
    }

    private func hasRoom(_ state: BusPeer, for size: Int) -> Bool {
        if state.backlog.bytes + size <= configuration.maxPeerBytes,
            state.backlog.frames < configuration.maxPeerFrames,
            total.value.bytes + size <= configuration.maxTotalBytes
        {
            return true
        }
        degrade(state)
        return false
    }

    func degrade(_ state: BusPeer) {
        guard !state.isDegraded else { return }
        state.isDegraded = true
        state.statistics.degradations += 1
        effects.append(.degraded(state.peer))
    }

    /// Says goodbye on all connections, so that their end alarms nobody.
    public func leave() {
        for state in peerList {
            guard let link = state[.control].link else { continue }
            state[.control].loose.append(.goodbye, Topic(rawValue: 0), key: 0, RawSpan())
            markPending(link)
        }
    }

    /// What happened since the last call, for the shell to carry out.
    public func takeEffects() -> [Effect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    // MARK: What is known

    public func statistics(of node: NodeID) -> BusStatistics? {
        guard let state = peers[node] else { return nil }
        var statistics = state.statistics
        for lane in Lane.allCases {
            statistics.duplicates += state[lane].receiver.duplicates
            statistics.droppedHints += state[lane].loose.dropped
            statistics.lanes[lane] = state[lane].statistics
        }
        return statistics
    }

    public func isDegraded(_ node: NodeID) -> Bool { peers[node]?.isDegraded ?? false }

    /// Unconfirmed messages and their bytes.
    public func backlog(of node: NodeID) -> (frames: Int, bytes: Int) {
        peers[node].map { ($0.backlog.frames, $0.backlog.bytes) } ?? (0, 0)
    }

    func markPending(_ link: BusLink) {
        guard !link.isPending else { return }
        link.isPending = true
        pending.append(link.id)
    }

    /// Closes a connection from this side.
    func end(_ id: LinkID) {
        guard links.removeValue(forKey: id) != nil else { return }
        linkList.removeAll { $0.id == id }
        pending.removeAll { $0 == id }
        effects.append(.close(id))
    }
}
