import Primitives

/// Asking whether members are there.
extension Swim {
    /// The probe of this period.
    struct Probe: Sendable {
        let node: NodeID
        let epoch: NodeEpoch
        let sequence: UInt32
        let sentAt: Instant
        /// For the direct answer.
        var directDeadline: Instant
        /// For any answer; `nil` before helpers were asked.
        var deadline: Instant?
        var helpers = 0
        var nacks = 0

        var nextDue: Instant { deadline ?? directDeadline }
    }

    /// A ping beside the probe of the period.
    struct Errand: Sendable {
        enum Purpose: Sendable {
            /// For another member, which gets the answer or a NACK.
            case relay(NodeID, MemberAddress, sequence: UInt32)
            /// Because there is a reason to believe that it is gone.
            case look
        }

        let node: NodeID
        let epoch: NodeEpoch
        let sequence: UInt32
        let deadline: Instant
        let purpose: Purpose

        var isLook: Bool {
            if case .look = purpose { return true }
            return false
        }
    }

    static let maxErrands = 256

    mutating func startProbe(at now: Instant, into effects: inout [Effect]) {
        probeDue = now + configuration.probePeriod * health.factor
        guard rank != .left, let node = order.pick(&random), let member = members[node] else { return }
        statistics.probes += 1
        let sequence = nextSequence()
        probe = Probe(
            node: node, epoch: member.standing.epoch, sequence: sequence, sentAt: now,
            directDeadline: now + ackTimeout * health.factor)
        send(.ping, to: node, sequence: sequence, into: &effects)
    }

    /// Three times what answers took lately, within bounds.
    var ackTimeout: Duration {
        let wanted = roundTrip * 3 + .milliseconds(10)
        return min(configuration.maxAckTimeout, max(configuration.minAckTimeout, wanted))
    }

    mutating func runProbe(at now: Instant, into effects: inout [Effect]) {
        guard var current = probe, now >= current.nextDue else { return }
        if current.deadline == nil {
            for helper in pickLive(configuration.indirectProbes, except: current.node) {
                send(.pingRequest, to: helper, sequence: current.sequence, subject: current.node, into: &effects)
                current.helpers += 1
                statistics.indirectProbes += 1
            }
            current.deadline = now + ackTimeout * (health.factor * 8) / 5
            probe = current
        } else {
            probe = nil
            probeFailed(current, at: now, into: &effects)
        }
    }

    private mutating func probeFailed(_ failed: Probe, at now: Instant, into effects: inout [Effect]) {
        statistics.failedProbes += 1
        guard let member = members[failed.node], member.standing.epoch == failed.epoch, member.isLive else { return }
        if overruledByBeat(member, at: now) { return }
        // Helpers that did not even send a NACK point at this node's own connection (Lifeguard, "LHA-Probe").
        if failed.nacks < failed.helpers || failed.helpers == 0 { health.worsen() }
        guard mayAccuse(at: now) else { return }
        accuse(failed.node, member.standing, by: me.node, refused: false, at: now, into: &effects)
    }

    /// One that is unwell leaves it to the others. If there is nobody it would stay so for ever, as only answers make
    /// it well again.
    private func mayAccuse(at now: Instant) -> Bool {
        !health.isPoor || live.allSatisfy { node in
            members[node]?.lastSign.map { now - $0 >= configuration.solitude } ?? true
        }
    }

    mutating func overruledByBeat(_ member: Member, at now: Instant) -> Bool {
        guard let beat = member.lastBeat, now - beat < configuration.beatLifetime else { return false }
        statistics.overruledByBeat += 1
        return true
    }

    mutating func answered(_ sequence: UInt32, by node: NodeID, at now: Instant, into effects: inout [Effect]) {
        if let current = probe, current.sequence == sequence, current.node == node {
            probe = nil
            health.improve()
            // Rises with the slowest answer at once and forgets it over some twenty probes.
            if current.deadline == nil { roundTrip = max(now - current.sentAt, roundTrip * 19 / 20) }
            return
        }
        guard let place = errands.firstIndex(where: { $0.sequence == sequence && $0.node == node }) else { return }
        let errand = errands.remove(at: place)
        if case .relay(let requester, let address, let sequence) = errand.purpose {
            send(.ack, to: requester, address, sequence: sequence, subject: node, into: &effects)
        }
    }

    mutating func helperIsWell(_ sequence: UInt32) {
        if probe?.sequence == sequence { probe?.nacks += 1 }
    }

    // MARK: Errands

    /// Pings for another member.
    mutating func help(
        _ requester: NodeID, at source: MemberAddress, probing node: NodeID, sequence: UInt32, now: Instant,
        into effects: inout [Effect]
    ) {
        guard let member = members[node], errands.count < Self.maxErrands else { return }
        let own = nextSequence()
        errands.append(
            Errand(
                node: node, epoch: member.standing.epoch, sequence: own,
                deadline: now + configuration.maxAckTimeout * 4 / 5,
                purpose: .relay(requester, source, sequence: sequence)))
        send(.ping, to: node, sequence: own, into: &effects)
    }

    /// Pings a member that may be gone, beside the probes.
    mutating func look(at node: NodeID, at now: Instant, into effects: inout [Effect]) {
        guard let member = members[node], errands.count < Self.maxErrands,
            !errands.contains(where: { $0.node == node && $0.isLook })
        else { return }
        let sequence = nextSequence()
        errands.append(
            Errand(
                node: node, epoch: member.standing.epoch, sequence: sequence,
                deadline: now + configuration.maxAckTimeout * (2 * health.factor), purpose: .look))
        send(.ping, to: node, sequence: sequence, into: &effects)
    }

    mutating func runErrands(at now: Instant, into effects: inout [Effect]) {
        var index = 0
        while index < errands.count {
            guard now >= errands[index].deadline else {
                index += 1
                continue
            }
            let errand = errands.remove(at: index)
            switch errand.purpose {
            case .relay(let requester, let address, let sequence):
                send(.nack, to: requester, address, sequence: sequence, subject: errand.node, into: &effects)
            case .look:
                guard let member = members[errand.node], member.standing.epoch == errand.epoch, member.isLive,
                    mayAccuse(at: now), !overruledByBeat(member, at: now)
                else { continue }
                accuse(errand.node, member.standing, by: me.node, refused: false, at: now, into: &effects)
            }
        }
    }

    // MARK: Strangers

    /// Tries someone who is dead, or whose address alone is known: a network that was cut rejoins by this.
    mutating func contactSomeone(at now: Instant, into effects: inout [Effect]) {
        guard rank != .left else {
            contactDue = .never
            return
        }
        let strangers = contacts.filter { place in
            !live.contains { members[$0]?.address?.sharesGossip(with: place) == true }
        }
        let dead = known.filter { members[$0]?.standing.rank == .dead && members[$0]?.address != nil }
        if strangers.isEmpty && live.isEmpty { hasJoined = true }
        contactDue = now + (live.isEmpty ? configuration.joinPeriod : configuration.contactPeriod)
        var choices = Array(0..<strangers.count + dead.count)
        choices.shuffle(using: &random)
        for choice in choices.prefix(live.isEmpty ? 16 : 1) {
            if choice < strangers.count {
                send(.ping, to: nil, strangers[choice], sequence: nextSequence(), into: &effects)
            } else {
                send(.ping, to: dead[choice - strangers.count], sequence: nextSequence(), into: &effects)
            }
        }
    }
}
