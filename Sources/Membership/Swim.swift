public import Primitives

/// Who is in the cluster: SWIM (Das, Gupta, Motivala 2002) with Lifeguard (Dadgar, Phillips, Currey 2017) and some
/// additions (Membership.docc/Membership.md).
///
/// A core: the shell hands in datagrams, what it sees on the bus, and the time, and carries out the effects.
/// What it adds to the papers:
/// - lives of a node are numbered by PostgreSQL, so a later life beats everything said about earlier ones;
/// - every message carries a hash of the sender's table: who differs for too long pulls the table;
/// - a new suspicion asks some members to look for themselves, instead of waiting for their next probe;
/// - beats on the bus outweigh lost datagrams, and two refused connections outweigh the wait for an answer;
/// - the suspicion of a member that came back from the dead lasts longer.
public struct Swim: Sendable {
    public enum Effect: Sendable {
        case send(GossipMessage, to: MemberAddress)
        /// A life that was not known. `insteadOf`: an earlier life of the same node, which is over.
        case joined(Member, insteadOf: Peer?)
        case suspected(Peer)
        /// `crashed`: its process is gone, as refused connections prove.
        case died(Peer, crashed: Bool)
        /// It was wrongly held for dead.
        case revived(Peer)
        case left(Peer)
        /// A later life of this node's number exists, or this one was used before: stop, or start again beyond it.
        case superseded(by: NodeEpoch)
    }

    public struct Statistics: Sendable {
        public var probes = 0
        /// Members that were asked to probe for this node.
        public var indirectProbes = 0
        public var failedProbes = 0
        /// Probes that failed while the bus said that the member is well.
        public var overruledByBeat = 0
        public var suspicions = 0
        /// Suspicions of others that turned out to be wrong.
        public var refutedSuspicions = 0
        /// Times that this node had to say that it lives.
        public var refutations = 0
        public var deaths = 0
        public var revivals = 0
        /// Revivals in one life of a member: the next suspicion of it lasts longer.
        public var flaps = 0
        public var pulls = 0
        public var lateTicks = 0

        public init() {}
    }

    public let configuration: SwimConfiguration
    public let me: Peer
    public let address: MemberAddress
    public internal(set) var statistics = Statistics()

    var incarnation: Incarnation = 0
    var rank = Rank.alive
    /// Another member's table was taken over, or there is no other member to be found.
    public internal(set) var hasJoined = false

    var members: [NodeID: Member] = [:]
    /// All known, in order.
    var known: [NodeID] = []
    /// Those that take part, without this one, in no order.
    var live: [NodeID] = []
    var suspects: [NodeID] = []
    /// XOR over all members and this one.
    public internal(set) var tableHash: UInt64
    var lastChange: Instant
    var mismatchSince: Instant?
    /// When to look whether tables still differ.
    var compareDue = Instant.never

    var rumours = RumourQueue()
    var order = ProbeOrder()
    var health = LocalHealth()
    var random: SeededRandom
    /// Begins elsewhere in each life: an answer that was recorded in an earlier one answers nothing in this.
    var sequence: UInt32
    var roundTrip: Duration = .milliseconds(20)
    var probe: Probe?
    var errands: [Errand] = []
    var pull: Pull?
    /// Where someone may be: from the database and from the configuration.
    var contacts: [MemberAddress] = []

    var probeDue: Instant
    var gossipDue = Instant.never
    var contactDue: Instant

    /// - Parameter random: seeds every choice; the same seed and the same inputs give the same effects.
    public init(
        _ me: Peer, at address: MemberAddress, configuration: SwimConfiguration = SwimConfiguration(),
        random: SeededRandom, now: Instant
    ) {
        self.me = me
        self.address = address
        self.configuration = configuration
        self.random = random
        sequence = UInt32(truncatingIfNeeded: mix64(me.epoch.rawValue))
        lastChange = now
        probeDue = now + configuration.probePeriod
        contactDue = now
        tableHash = Standing(me.epoch, 0, .alive).hash(of: me.node)
        rumours.add(RumourQueue.Subject(node: me.node, accuser: nil))
    }

    // MARK: What is known

    /// Everyone known, also the dead, without this node.
    public var allMembers: [Member] { known.compactMap { members[$0] } }

    public subscript(node: NodeID) -> Member? { members[node] }

    /// Live members with this one.
    public var memberCount: Int { live.count + 1 }

    public var localHealth: Int { health.score }

    public var ownIncarnation: Incarnation { incarnation }

    public func isLive(_ peer: Peer) -> Bool {
        guard let member = members[peer.node] else { return false }
        return member.isLive && member.standing.epoch == peer.epoch
    }

    /// When `tick` wants to be called next; never before that.
    public var nextDue: Instant {
        var due = min(min(probeDue, gossipDue), min(contactDue, compareDue))
        if let probe { due = min(due, probe.nextDue) }
        if let pull { due = min(due, pull.deadline) }
        for errand in errands { due = min(due, errand.deadline) }
        for node in suspects { due = min(due, members[node]?.suspicion?.deadline ?? .never) }
        return due
    }

    /// Members about whom a beat on the bus could change what happens next.
    public var attentive: [NodeID] {
        (probe.map { [$0.node] } ?? []) + errands.filter(\.isLook).map(\.node) + suspects
    }

    // MARK: Inputs

    /// Places where members may be. Replaces what was said before.
    public mutating func setContacts(_ places: [MemberAddress], at now: Instant) {
        contacts = places.filter { !$0.sharesGossip(with: address) }
        if live.isEmpty { contactDue = now }
    }

    /// Says goodbye to as many as one round reaches, and to the rest through them. Keep ticking for a moment.
    public mutating func leave(at now: Instant, into effects: inout [Effect]) {
        guard rank != .left else { return }
        tableHash ^= Standing(me.epoch, incarnation, rank).hash(of: me.node)
        rank = .left
        tableHash ^= Standing(me.epoch, incarnation, rank).hash(of: me.node)
        spread(me.node, at: now)
        for node in pickLive(16) { send(.leave, to: node, into: &effects) }
    }

    /// A beat of this life arrived on the bus.
    public mutating func busHeard(_ peer: Peer, at now: Instant) {
        guard members[peer.node]?.standing.epoch == peer.epoch else { return }
        members[peer.node]?.lastBeat = now
    }

    /// The bus to this life broke: look at once.
    public mutating func busLost(_ peer: Peer, at now: Instant, into effects: inout [Effect]) {
        guard isLive(peer) else { return }
        members[peer.node]?.lastBeat = nil
        look(at: peer.node, at: now, into: &effects)
    }

    /// The address of this life refused a connection: nothing listens there any more.
    public mutating func busRefused(_ peer: Peer, at now: Instant, into effects: inout [Effect]) {
        guard isLive(peer), let standing = members[peer.node]?.standing else { return }
        members[peer.node]?.refusals += 1
        accuse(peer.node, standing, by: me.node, refused: true, at: now, into: &effects)
    }

    /// Handles everything that is due.
    public mutating func tick(at now: Instant, into effects: inout [Effect]) {
        noteLateness(now - nextDue)
        runProbe(at: now, into: &effects)
        runErrands(at: now, into: &effects)
        repeatPull(at: now, into: &effects)
        endSuspicions(at: now, into: &effects)
        if now >= probeDue { startProbe(at: now, into: &effects) }
        if now >= gossipDue { gossip(at: now, into: &effects) }
        if now >= compareDue { compareAgain(at: now, into: &effects) }
        if now >= contactDue { contactSomeone(at: now, into: &effects) }
    }

    /// A node that stood still must not blame the others for it: its timeouts passed while it could not listen.
    private mutating func noteLateness(_ lateness: Duration) {
        guard lateness > .milliseconds(100) else { return }
        statistics.lateTicks += 1
        health.worsen(by: lateness > .seconds(1) ? 2 : 1)
        guard lateness > configuration.maxAckTimeout * 2 else { return }
        probe = nil
        errands.removeAll { $0.isLook }
        for node in suspects { members[node]?.suspicion?.extend(by: lateness) }
    }

    // MARK: Messages

    mutating func nextSequence() -> UInt32 {
        sequence &+= 1
        return sequence
    }

    /// To a member, where it says it is, with as much news as fits.
    mutating func send(
        _ kind: GossipMessage.Kind, to node: NodeID, sequence: UInt32 = 0, subject: NodeID? = nil,
        into effects: inout [Effect]
    ) {
        guard let address = members[node]?.address else { return }
        send(kind, to: node, address, sequence: sequence, subject: subject, into: &effects)
    }

    mutating func send(
        _ kind: GossipMessage.Kind, to node: NodeID?, _ address: MemberAddress, sequence: UInt32 = 0,
        subject: NodeID? = nil, into effects: inout [Effect]
    ) {
        var message = message(kind, to: node, sequence: sequence)
        message.subject = subject
        fill(&message)
        effects.append(.send(message, to: address))
    }

    func message(_ kind: GossipMessage.Kind, to node: NodeID?, sequence: UInt32) -> GossipMessage {
        GossipMessage(
            kind, from: me.node, epoch: me.epoch, incarnation: incarnation, sequence: sequence, to: node,
            tableHash: tableHash)
    }

    /// First who this is, for someone who may not know, and what the receiver must refute (Lifeguard's buddy system);
    /// then the news.
    private mutating func fill(_ message: inout GossipMessage) {
        let receiver = message.receiver
        let member = receiver.flatMap { members[$0] }
        var entries: [GossipMessage.Entry] = []
        if member?.isLive != true { entries.append(describeMyself()) }
        if let member, member.standing.rank != .alive { entries += describe(member) }
        var room = configuration.maxMessageBytes - GossipMessage.headerByteCount
        for entry in entries { room -= entry.byteCount }
        // Moved out for the time of the call: the rumours are told from the rest of this value.
        var rumours = rumours
        self.rumours = RumourQueue()
        rumours.pass(
            limit: configuration.transmissions(members: memberCount),
            full: { room < 2 + GossipMessage.aliveByteCount }
        ) { subject in
            guard let entry = describe(subject) else { return false }
            if subject.node != receiver || subject.accuser != nil {
                entries.append(entry)
                room -= entry.byteCount
            }
            return true
        }
        self.rumours = rumours
        message.entries = entries
    }

    /// What a rumour says now; `nil` if there is nothing left to say.
    private func describe(_ subject: RumourQueue.Subject) -> GossipMessage.Entry? {
        if subject.node == me.node { return describeMyself() }
        guard let member = members[subject.node] else { return nil }
        let standing = member.standing
        guard let accuser = subject.accuser else {
            return standing.rank == .suspect ? nil : describe(member).last
        }
        guard standing.rank == .suspect, let suspicion = member.suspicion else { return nil }
        return .suspect(
            member.node, standing.epoch, standing.incarnation, accuser: accuser,
            refused: suspicion.refused.contains(accuser))
    }

    func describeMyself() -> GossipMessage.Entry {
        rank == .left ? .left(me.node, me.epoch, incarnation) : .alive(me.node, me.epoch, incarnation, address)
    }

    /// Enough to bring someone who knows nothing to the same standing.
    func describe(_ member: Member) -> [GossipMessage.Entry] {
        let (node, standing) = (member.node, member.standing)
        let (epoch, incarnation) = (standing.epoch, standing.incarnation)
        var entries: [GossipMessage.Entry] = []
        if let address = member.address { entries.append(.alive(node, epoch, incarnation, address)) }
        switch standing.rank {
        case .alive: break
        case .suspect:
            let accuser = member.suspicion?.accusers.first ?? me.node
            entries.append(.suspect(node, epoch, incarnation, accuser: accuser, refused: false))
        case .dead: entries.append(.dead(node, epoch, incarnation, crashed: member.crashed))
        case .left: entries.append(.left(node, epoch, incarnation))
        }
        return entries
    }
}
