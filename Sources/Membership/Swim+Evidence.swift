import Primitives

/// What is said about members, and what follows from it.
extension Swim {
    mutating func learn(_ entry: GossipMessage.Entry, at now: Instant, into effects: inout [Effect]) {
        switch entry {
        case .alive(let node, let epoch, let incarnation, let address):
            learnAlive(node, Standing(epoch, incarnation, .alive), address, at: now, into: &effects)
        case .suspect(let node, let epoch, let incarnation, let accuser, let refused):
            let standing = Standing(epoch, incarnation, .suspect)
            if isAboutMe(node, standing, at: now, into: &effects) { return }
            accuse(node, standing, by: accuser, refused: refused, at: now, into: &effects)
        case .dead(let node, let epoch, let incarnation, let crashed):
            learnDeath(node, Standing(epoch, incarnation, .dead), crashed: crashed, at: now, into: &effects)
        case .left(let node, let epoch, let incarnation):
            learnEnd(node, Standing(epoch, incarnation, .left), crashed: false, at: now, into: &effects)
        }
    }

    /// Answers what is said about this node itself.
    private mutating func isAboutMe(
        _ node: NodeID, _ standing: Standing, at now: Instant, into effects: inout [Effect]
    ) -> Bool {
        guard node == me.node else { return false }
        // What earlier lives did is not this one's business.
        if standing.epoch < me.epoch || rank == .left { return true }
        if standing.epoch > me.epoch || standing.rank == .left {
            effects.append(.superseded(by: standing.epoch))
            return true
        }
        let isEcho = standing.rank == .alive && standing.incarnation <= incarnation
        if isEcho || standing.incarnation < incarnation { return true }
        statistics.refutations += 1
        if standing.rank != .alive { health.worsen() }
        tableHash ^= Standing(me.epoch, incarnation, rank).hash(of: me.node)
        incarnation = standing.incarnation &+ 1
        tableHash ^= Standing(me.epoch, incarnation, rank).hash(of: me.node)
        lastChange = now
        spread(me.node, at: now)
        return true
    }

    mutating func learnAlive(
        _ node: NodeID, _ standing: Standing, _ address: MemberAddress, at now: Instant, into effects: inout [Effect]
    ) {
        if isAboutMe(node, standing, at: now, into: &effects) { return }
        guard let before = members[node] else {
            return insert(Member(node: node, standing: standing, address: address, since: now), at: now, into: &effects)
        }
        if before.address == nil, before.standing.epoch == standing.epoch { members[node]?.address = address }
        guard before.standing < standing else {
            if before.isLive { announceLife(after: before, into: &effects) }
            return
        }
        members[node]?.address = address
        if before.standing.epoch == standing.epoch, before.standing.rank == .dead { noteFlap(node, at: now) }
        change(node, to: standing, at: now)
        announceLife(after: before, into: &effects)
    }

    /// Says that a member is there, if that is news. One that is known by what others say of its end has no address
    /// yet: nobody could reach it, and it is announced when it has one.
    private mutating func announceLife(after before: Member, into effects: inout [Effect]) {
        guard let member = members[before.node], member.address != nil else { return }
        if before.standing.epoch < member.standing.epoch || !before.wasAnnounced {
            members[before.node]?.wasAnnounced = true
            let isLater = before.standing.epoch < member.standing.epoch
            effects.append(.joined(member, insteadOf: isLater ? before.peer : nil))
        } else if !before.isLive {
            statistics.revivals += 1
            effects.append(.revived(member.peer))
        }
    }

    private mutating func insert(_ member: Member, at now: Instant, into effects: inout [Effect]) {
        let place = known.partitioningIndex { $0 >= member.node }
        known.insert(member.node, at: place)
        members[member.node] = member
        tableHash ^= member.standing.hash(of: member.node)
        lastChange = now
        spread(member.node, at: now)
        guard member.isLive else { return }
        enlist(member.node)
        announceLife(after: member, into: &effects)
    }

    /// Someone says that a member may be dead.
    mutating func accuse(
        _ node: NodeID, _ accused: Standing, by accuser: NodeID, refused: Bool, at now: Instant,
        into effects: inout [Effect]
    ) {
        let standing = Standing(accused.epoch, accused.incarnation, .suspect)
        // Of a life that is not known nothing can be asked: the table that is pulled will tell.
        guard let member = members[node], member.standing <= standing, member.standing.epoch == accused.epoch else {
            return
        }
        let isNew = member.standing < standing
        if isNew {
            statistics.suspicions += 1
            let shortest = configuration.shortestSuspicion(
                members: memberCount, flaps: flaps(of: member, at: now))
            // In a small cluster there may be nobody left to confirm.
            let wanted = min(configuration.confirmations, max(0, memberCount - 2 - 1))
            members[node]?.suspicion = Suspicion(
                at: now, shortest: shortest, longest: shortest * configuration.suspicionRange, wanted: wanted)
            change(node, to: standing, at: now)
            if !member.isLive { announceLife(after: member, into: &effects) }
            if members[node]?.wasAnnounced == true { effects.append(.suspected(member.peer)) }
        }
        let isNews = members[node]?.suspicion?.accuse(accuser, refused: refused) == true
        if isNews { spread(node, accuser: accuser, at: now) }
        if isCrashed(node) {
            die(node, crashed: true, at: now, into: &effects)
        } else if isNew, accuser != me.node, Int.random(in: 0..<memberCount, using: &random) < configuration.solicited {
            look(at: node, at: now, into: &effects)
        }
    }

    /// Two observers were refused, or the only one there is was refused twice.
    private func isCrashed(_ node: NodeID) -> Bool {
        guard let member = members[node], let suspicion = member.suspicion else { return false }
        return suspicion.refused.count >= 2 || memberCount == 2 && member.refusals >= 2
    }

    /// Someone else says that a member is dead. Whoever has heard it just now knows better, and lets it answer: when
    /// two halves of a cluster meet, each holds the other for dead. A crash was proven.
    private mutating func learnDeath(
        _ node: NodeID, _ standing: Standing, crashed: Bool, at now: Instant, into effects: inout [Effect]
    ) {
        guard !crashed, let member = members[node], member.isLive, member.standing.epoch == standing.epoch,
            member.standing < standing, isPresent(member, at: now)
        else { return learnEnd(node, standing, crashed: crashed, at: now, into: &effects) }
        accuse(node, standing, by: me.node, refused: false, at: now, into: &effects)
        look(at: node, at: now, into: &effects)
    }

    private func isPresent(_ member: Member, at now: Instant) -> Bool {
        guard let last = member.lastSign else { return false }
        return now - last < configuration.beatLifetime
    }

    private mutating func learnEnd(
        _ node: NodeID, _ standing: Standing, crashed: Bool, at now: Instant, into effects: inout [Effect]
    ) {
        if isAboutMe(node, standing, at: now, into: &effects) { return }
        guard let before = members[node] else {
            return insert(Member(node: node, standing: standing, address: nil, since: now), at: now, into: &effects)
        }
        guard before.standing < standing else { return }
        members[node]?.crashed = crashed
        change(node, to: standing, at: now)
        announceEnd(of: before, as: standing, crashed: crashed, into: &effects)
    }

    /// The sender itself says that it goes.
    mutating func leaves(
        _ node: NodeID, _ epoch: NodeEpoch, _ incarnation: Incarnation, at now: Instant, into effects: inout [Effect]
    ) {
        learnEnd(node, Standing(epoch, incarnation, .left), crashed: false, at: now, into: &effects)
    }

    mutating func endSuspicions(at now: Instant, into effects: inout [Effect]) {
        for node in suspects {
            guard let member = members[node], let suspicion = member.suspicion, now >= suspicion.deadline else {
                continue
            }
            if overruledByBeat(member, at: now) {
                members[node]?.suspicion?.extend(by: configuration.probePeriod)
            } else {
                die(node, crashed: false, at: now, into: &effects)
            }
        }
    }

    private mutating func die(_ node: NodeID, crashed: Bool, at now: Instant, into effects: inout [Effect]) {
        guard let before = members[node] else { return }
        let standing = Standing(before.standing.epoch, before.standing.incarnation, .dead)
        members[node]?.crashed = crashed
        change(node, to: standing, at: now)
        announceEnd(of: before, as: standing, crashed: crashed, into: &effects)
    }

    private mutating func announceEnd(
        of before: Member, as standing: Standing, crashed: Bool, into effects: inout [Effect]
    ) {
        // A life that was never known here ended: what is known is an earlier one, and that is over as well.
        if before.standing.epoch < standing.epoch {
            if before.standing.rank != .left { effects.append(.left(before.peer)) }
            return
        }
        if standing.rank == .left {
            effects.append(.left(before.peer))
        } else if before.isLive {
            statistics.deaths += 1
            effects.append(.died(before.peer, crashed: crashed))
        }
    }

    // MARK: The table

    private mutating func change(_ node: NodeID, to standing: Standing, at now: Instant) {
        guard let before = members[node] else { return }
        tableHash ^= before.standing.hash(of: node) ^ standing.hash(of: node)
        lastChange = now
        members[node]?.standing = standing
        members[node]?.since = now
        if before.standing.epoch < standing.epoch {
            members[node]?.flaps = 0
            members[node]?.wasAnnounced = false
            members[node]?.lastHeard = nil
            members[node]?.lastBeat = nil
        }
        if standing.rank == .suspect {
            if before.standing.rank != .suspect { suspects.append(node) }
        } else if before.standing.rank == .suspect {
            suspects.removeAll { $0 == node }
            members[node]?.suspicion = nil
            if standing.rank == .alive { statistics.refutedSuspicions += 1 }
        }
        if standing.rank != .suspect {
            members[node]?.refusals = 0
            spread(node, at: now)
        }
        if before.isLive, !standing.rank.isLive {
            live.removeAll { $0 == node }
            order.remove(node)
            // Alone: most likely it is this node that is cut off, and the way back is to be found soon.
            if live.isEmpty { contactDue = min(contactDue, now + configuration.joinPeriod) }
        } else if !before.isLive, standing.rank.isLive {
            enlist(node)
        }
    }

    private mutating func enlist(_ node: NodeID) {
        live.append(node)
        order.insert(node, &random)
    }

    /// Passes the news on, beginning now.
    mutating func spread(_ node: NodeID, accuser: NodeID? = nil, at now: Instant) {
        rumours.add(RumourQueue.Subject(node: node, accuser: accuser))
        if gossipDue == .never { gossipDue = now }
    }

    private mutating func noteFlap(_ node: NodeID, at now: Instant) {
        guard let member = members[node] else { return }
        let flaps = flaps(of: member, at: now) + 1
        statistics.flaps += 1
        members[node]?.flaps = flaps
        members[node]?.lastFlap = now
    }

    private func flaps(of member: Member, at now: Instant) -> Int {
        let forgotten = (now - member.lastFlap).nanoseconds / max(1, configuration.flapDecay.nanoseconds)
        return max(0, member.flaps - Int(clamping: forgotten))
    }
}

extension [NodeID] {
    /// The first place where `belongs` holds, in an array where it holds for all places after one for which it does.
    func partitioningIndex(_ belongs: (NodeID) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
