public import Membership
public import Presence
public import Primitives
public import TalkProtocol
public import TopicBus

/// One node of the cluster: membership, presence and bus, and how they inform each other.
///
/// A core, made of cores: the shell owns the sockets, the simulator a world without any. All calls come from one
/// thread; each is followed by `takeEffects`.
public final class ClusterNode {
    public static let presenceTopic = Topic(rawValue: 1)
    /// Presence repairs leave so much room on their lane for what is newer.
    private static let repairBacklog = 64 << 10

    public let me: Peer
    public private(set) var swim: Swim
    public let mesh: Mesh
    public var table: PresenceTable { presence.table }
    private var presence: PresenceReplication
    /// The last word of each linked peer about itself.
    public private(set) var statuses: [NodeID: PeerStatus] = [:]
    public private(set) var statistics = ClusterStatistics()
    public var presenceStatistics: PresenceStatistics { presence.statistics }
    private var repairs: [Peer] = []
    private var effects: [ClusterEffect] = []
    private var swimEffects: [Swim.Effect] = []
    private var presenceEffects: [PresenceEffect] = []

    public init(_ swim: Swim, mesh: Mesh, table: PresenceTable, at now: Instant) {
        me = swim.me
        self.swim = swim
        self.mesh = mesh
        presence = PresenceReplication(table, at: now)
    }

    /// What happened since the last call, in order.
    public func takeEffects() -> [ClusterEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// What this node tells of itself with each beat.
    public func announce(_ status: PeerStatus) {
        mesh.beatBody = status.encoded
    }

    // MARK: Membership

    public func setContacts(_ places: [MemberAddress], at now: Instant) {
        swim.setContacts(places, at: now)
    }

    public func received(_ message: GossipMessage, from source: MemberAddress, at now: Instant) {
        swim.received(message, from: source, at: now, into: &swimEffects)
        relay(at: now)
    }

    /// Says goodbye. Keep ticking for a moment, then stop.
    public func leave(at now: Instant) {
        mesh.leave()
        swim.leave(at: now, into: &swimEffects)
        relay(at: now)
    }

    // MARK: Sessions of this node

    public func opened(
        _ user: UserID, _ clientType: ClientType, _ status: UserStatType, _ login: LoginEpoch, at now: Instant
    ) {
        presence.opened(user, clientType, status, login, at: now, into: &presenceEffects)
        relay(at: now)
    }

    public func closed(_ user: UserID, _ device: DeviceClass, _ login: LoginEpoch, at now: Instant) {
        presence.closed(user, device, login, at: now, into: &presenceEffects)
        relay(at: now)
    }

    /// For tests: what is not as it must be between two calls, if anything.
    ///
    /// - Parameter readsTable: also the whole table of presence.
    public func checkInvariants(readsTable: Bool) -> String? {
        swim.checkInvariants() ?? mesh.checkInvariants() ?? (readsTable ? presence.checkInvariants() : nil)
    }

    /// What is here of the sessions of a node, this one included; `nil` for a life that is not known.
    public func presenceState(of peer: Peer) -> StreamState? {
        presence.state(of: peer)
    }

    // MARK: The bus

    public func connected(_ link: LinkID, at now: Instant) {
        mesh.connected(link, at: now)
    }

    public func accepted(at now: Instant) -> LinkID {
        let link = mesh.accepted(at: now)
        relay(at: now)
        return link
    }

    public func closed(_ link: LinkID, refused: Bool, at now: Instant) {
        mesh.closed(link, refused: refused, at: now)
        relay(at: now)
    }

    /// Returns how many bytes were taken; `nil` if the connection must be closed. Messages that are not the
    /// cluster's own go to `receive`.
    public func received(
        _ link: LinkID, _ bytes: RawSpan, at now: Instant, _ receive: Mesh.Receiver
    ) -> Int? {
        let taken = mesh.received(link, bytes, at: now) { peer, topic, key, body in
            switch topic {
            case Self.presenceTopic: presence.received(body, from: peer, at: now, into: &presenceEffects)
            case Mesh.beatTopic: statuses[peer.node] = PeerStatus(body)
            // Of the others nothing here depends on.
            default: return receive(peer, topic, key, body)
            }
            // A message that follows must find what this one told.
            relay(at: now)
        }
        relay(at: now)
        return taken
    }

    // MARK: Time

    public var nextDue: Instant { min(swim.nextDue, mesh.nextDue, presence.nextTick) }

    public func tick(at now: Instant) {
        if now >= swim.nextDue { swim.tick(at: now, into: &swimEffects) }
        relay(at: now)
        mesh.tick(at: now)
        if now >= presence.nextTick { presence.tick(at: now, into: &presenceEffects) }
        relay(at: now)
    }

    /// Lets repairs use the room that their lanes have. To be called when output was written.
    public func pumpRepairs(at now: Instant) {
        for peer in repairs where !pumpRepair(of: peer, at: now) {
            repairs.removeAll { $0 == peer }
            // What it did not know of until now may have taken long to send.
            if mesh.isLinked(peer) { doubt(.repairedView(peer)) }
        }
    }

    /// Whether it goes on when there is room again.
    private func pumpRepair(of peer: Peer, at now: Instant) -> Bool {
        while mesh.isLinked(peer) {
            if mesh.stateBacklog(peer) >= Self.repairBacklog { return true }
            guard presence.nextRepairFrame(for: peer, at: now, into: &presenceEffects) else { return false }
            relayPresence(at: now)
        }
        return false
    }

    // MARK: What one part learns, the others are told

    private func relay(at now: Instant) {
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            if !swimEffects.isEmpty {
                isQuiet = false
                relayMembership(at: now)
            }
            for effect in mesh.takeEffects() {
                isQuiet = false
                relayBus(effect, at: now)
            }
            if !presenceEffects.isEmpty {
                isQuiet = false
                relayPresence(at: now)
            }
        }
        pumpRepairs(at: now)
    }

    private func relayMembership(at now: Instant) {
        let batch = swimEffects
        swimEffects.removeAll(keepingCapacity: true)
        for effect in batch {
            switch effect {
            case .send(let message, let address): effects.append(.gossip(message, to: address))
            case .joined(let member, let earlier):
                if let earlier { mesh.memberIsGone(earlier) }
                statuses[member.node] = nil
                presence.superseded(by: member.peer, at: now)
                if let address = member.address { mesh.memberIsUp(member.peer, at: address, now: now) }
                effects.append(.news(.joined(member.peer)))
            case .suspected(let peer): effects.append(.news(.suspected(peer)))
            case .died(let peer, let crashed):
                presence.died(peer, at: now)
                mesh.memberIsDown(peer)
                effects.append(.news(.died(peer, crashed: crashed)))
                doubt(.death(peer))
            case .revived(let peer):
                presence.revived(peer, at: now, into: &presenceEffects)
                if let address = swim[peer.node]?.address { mesh.memberIsUp(peer, at: address, now: now) }
                effects.append(.news(.revived(peer)))
            case .left(let peer):
                presence.left(peer, at: now)
                mesh.memberIsGone(peer)
                statuses[peer.node] = nil
                effects.append(.news(.left(peer)))
                doubt(.death(peer))
            case .superseded(let epoch): effects.append(.fenced(by: epoch))
            }
        }
    }

    private func relayBus(_ effect: Mesh.Effect, at now: Instant) {
        switch effect {
        case .dial(let link, let address): effects.append(.dial(link, address))
        case .close(let link): effects.append(.close(link))
        case .linked(let peer):
            presence.linked(peer, at: now, into: &presenceEffects)
            effects.append(.news(.linked(peer)))
            doubt(.newLink(peer))
        case .unlinked(let peer, let unexpected):
            presence.unlinked(peer)
            statuses[peer.node] = nil
            if unexpected { swim.busLost(peer, at: now, into: &swimEffects) }
            effects.append(.news(.unlinked(peer)))
            doubt(.lostLink(peer))
        case .refused(let peer): swim.busRefused(peer, at: now, into: &swimEffects)
        case .beat(let peer): swim.busHeard(peer, at: now)
        case .degraded(let peer): effects.append(.news(.degraded(peer)))
        case .recovered(let peer): effects.append(.news(.recovered(peer)))
        case .missedMessages(let peer): doubt(.overload(peer))
        }
    }

    private func relayPresence(at now: Instant) {
        let batch = presenceEffects
        presenceEffects.removeAll(keepingCapacity: true)
        for effect in batch {
            switch effect {
            case .send(let frame, let peer):
                let isTaken = mesh.publish(
                    .state, on: .control, Self.presenceTopic, key: 0, frame.rawBytes, to: peer.node)
                if !isTaken {
                    statistics.presenceLags += 1
                    presence.lagging(peer)
                }
            case .repairWaiting(let peer):
                if !repairs.contains(peer) { repairs.append(peer) }
                doubt(.repairedView(peer))
            case .changed(let user): effects.append(.changed(user))
            case .hidden(let peer, let users): effects.append(.hidden(peer, pcs: users))
            case .shown(let peer): effects.append(.shown(peer))
            case .supersede(let user, let device, let login):
                statistics.superseded += 1
                effects.append(.supersede(user, device, upTo: Int64(login.rawValue)))
            case .malformed(let peer):
                statistics.malformedPresence += 1
                effects.append(.news(.malformedPresence(peer)))
            case .overrun(let peer):
                statistics.presenceOverruns += 1
                effects.append(.news(.presenceOverrun(peer)))
            }
        }
    }

    private func doubt(_ doubt: Doubt) {
        statistics.doubts[doubt.reason, default: 0] += 1
        effects.append(.doubt(doubt))
    }
}
