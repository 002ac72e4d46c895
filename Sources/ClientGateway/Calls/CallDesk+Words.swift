public import Membership
public import Primitives
import TalkProtocol

/// What desks say to each other.
extension CallDesk {
    /// - Parameter peer: who says it. Only the owner of a call speaks for it.
    public mutating func heard(
        _ word: CallWord, of call: CallName, from peer: Peer, at now: Instant, _ outlet: some CallOutlet
    ) {
        switch word {
        case .ring(let title, let type, let body):
            guard peer == call.owner else { return }
            ring(call, title, type, body, at: now, outlet)
        case .connected(let party):
            guard peer == call.owner else { return }
            for other in parties(in: call) {
                if other == party { hear(party, isTalking: true, at: now) } else { over(other, outlet) }
            }
        case .over:
            guard peer == call.owner else { return }
            for party in parties(in: call) { over(party, outlet) }
        case .here:
            guard peer == call.owner else { return }
            for party in parties(in: call) { hear(party, at: now) }
        case .alive(let party):
            guard isHere(call, peer, at: now, outlet) else { return }
            legSpoke(Leg(peer: peer, party: party), of: call, at: now, outlet)
        case .answered(let party, let answer):
            guard isHere(call, peer, at: now, outlet) else { return }
            answered(Leg(peer: peer, party: party), answer, of: call, at: now, outlet)
        case .busy:
            guard own[call]?.phase == .ringing else { return }
            giveUp(call, .busy, .busy, at: now, outlet)
        case .left(let party): lost(Leg(peer: peer, party: party), of: call, at: now, outlet)
        }
    }

    // MARK: At the callee's

    private func parties(in call: CallName) -> [CallParty] { legs[call] ?? [] }

    private mutating func ring(
        _ call: CallName, _ title: CallTitle, _ type: ClientType, _ body: [UInt8], at now: Instant,
        _ outlet: some CallOutlet
    ) {
        let parties = outlet.parties(of: title.callee)
        // A session may be here before it was told of.
        for party in parties { opened(party, at: now, outlet) }
        // Both call each other: one of the two calls stays, and both sides know which.
        let crossing = parties.compactMap { outgoing[$0] }.filter {
            own[$0]?.phase == .ringing && own[$0]?.title.callee == title.caller
        }
        if !crossing.isEmpty, title.callee.rawValue < title.caller.rawValue { return }
        for name in crossing {
            guard let crossed = own[name] else { continue }
            outlet.send(.over(crossed.title), to: crossed.caller)
            end(name, .cancelled, at: now, outlet)
        }
        if parties.contains(where: isEngaged) {
            return tell([call.owner.node], .busy, of: call, at: now, outlet)
        }
        for party in parties {
            addIncoming(Incoming(call: call, title: title, heard: now), to: party)
            outlet.send(.ring(title, type, body: body), to: party)
        }
        for party in parties { tell([call.owner.node], .alive(party), of: call, at: now, outlet) }
    }

    // MARK: At the owner's

    /// Whoever speaks of a call that is not there hears that it is over.
    private mutating func isHere(
        _ call: CallName, _ peer: Peer, at now: Instant, _ outlet: some CallOutlet
    ) -> Bool {
        if own[call] != nil { return true }
        if call.owner == me { tell([peer.node], .over, of: call, at: now, outlet) }
        return false
    }

    private mutating func legSpoke(_ leg: Leg, of name: CallName, at now: Instant, _ outlet: some CallOutlet) {
        guard let call = own[name] else { return }
        switch call.phase {
        case .ringing: own[name]?.legs[leg] = now
        case .talking(let first, since: _):
            if first == leg {
                own[name]?.legs[leg] = now
            } else {
                tell([leg.peer.node], .connected(first.party), of: name, at: now, outlet)
            }
        }
    }

    private mutating func answered(
        _ leg: Leg, _ answer: CallAnswer, of name: CallName, at now: Instant, _ outlet: some CallOutlet
    ) {
        guard let call = own[name] else { return }
        switch call.phase {
        case .ringing:
            outlet.send(.answer(call.title, answer), to: call.caller)
            guard answer.isTaken else { return end(name, .refused, at: now, outlet) }
            own[name]?.phase = .talking(leg, since: now)
            own[name]?.legs = [leg: now]
            tell(call.rung, .connected(leg.party), of: name, at: now, outlet)
        case .talking(let first, since: _):
            if first == leg { own[name]?.legs[leg] = now }
            if first == leg || answer.isTaken {
                tell([leg.peer.node], .connected(first.party), of: name, at: now, outlet)
            }
        }
    }

    /// For tests: what is not as it must be between two inputs, if anything.
    public func checkInvariants() -> String? {
        if outgoing.count != own.count { return "\(outgoing.count) callers, \(own.count) calls" }
        for (name, call) in own {
            if outgoing[call.caller] != name { return "\(name) is not the call of its caller" }
            if incoming[call.caller] != nil { return "\(call.caller) calls, and is called" }
            if case .talking(let leg, since: _) = call.phase, call.legs[leg] == nil || call.legs.count != 1 {
                return "\(name) talks with one of \(call.legs.count) legs"
            }
            if name.owner != me { return "\(name) is not of this node" }
        }
        if seats.count != outgoing.count + incoming.count {
            return "\(seats.count) seats, \(outgoing.count) callers, \(incoming.count) callees"
        }
        for (seat, party) in seats where party.seat != seat || !isEngaged(party) { return "nobody sits on \(seat)" }
        if legs.values.reduce(0, { $0 + $1.count }) != incoming.count { return "\(incoming.count) legs, not by call" }
        for (call, parties) in legs where !parties.allSatisfy({ incoming[$0]?.call == call }) {
            return "a leg of \(call) has another call"
        }
        for (party, leg) in incoming where leg.title.callee != party.user {
            return "\(party) has a call for \(leg.title.callee)"
        }
        return nil
    }
}
