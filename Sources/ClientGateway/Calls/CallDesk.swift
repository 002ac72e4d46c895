public import Membership
public import Primitives
public import TalkProtocol

/// The calls that sessions of a node make and get. A core, one for each node.
///
/// A call belongs to the node of its caller, its owner. There it is decided who has answered first, and there it ends.
/// The devices of the callee are its legs, each at the desk of its node. Owner and legs say once per second that they
/// are there: whoever hears nothing for `patience` ends what he has of the call, whatever has died or was lost between
/// them. So no call outlives a session or a node by more than that, and nothing else has to be certain.
///
/// Two who call each other at once: the call of the lower number stays.
public struct CallDesk {
    /// How often owner and legs speak to each other, and `ticked` is to be called while there are calls.
    public static let beat: Duration = .seconds(1)
    public static let patience: Duration = .seconds(4)
    /// Nobody lets it ring for longer.
    public static let longestRinging: Duration = .seconds(60)
    /// Of an SDP, with all candidates.
    public static let maxBodyBytes = 32 << 10

    /// A device of the callee, as the owner sees it.
    struct Leg: Hashable {
        let peer: Peer
        let party: CallParty
    }

    enum OwnPhase: Equatable {
        case ringing
        case talking(Leg, since: Instant)
    }

    /// A call whose caller is on this node.
    struct Own {
        let caller: CallParty
        let title: CallTitle
        let began: Instant
        /// Nodes where it was to ring.
        let rung: [NodeID]
        var phase = OwnPhase.ringing
        /// When each was heard of last.
        var legs: [Leg: Instant] = [:]
    }

    enum LegPhase: Equatable {
        case ringing
        /// It has taken the call, and the owner has not said that it was the first.
        case answered(CallAnswer)
        case talking
    }

    /// A call that has come to a session of this node.
    struct Incoming {
        let call: CallName
        let title: CallTitle
        var phase = LegPhase.ringing
        /// Of the owner.
        var heard: Instant
    }

    let me: Peer
    private var lastNumber: UInt64 = 0
    var own: [CallName: Own] = [:]
    /// By caller.
    var outgoing: [CallParty: CallName] = [:]
    private(set) var incoming: [CallParty: Incoming] = [:]
    /// The same by call: at most one device of each class.
    private(set) var legs: [CallName: [CallParty]] = [:]
    /// Who of a user's devices of a class has a call: a later session of the class ends it.
    private(set) var seats: [CallSeat: CallParty] = [:]

    /// - Parameter me: this life of the node.
    public init(_ me: Peer) {
        self.me = me
    }

    /// There is none: `ticked` need not be called.
    public var isEmpty: Bool { own.isEmpty && incoming.isEmpty }
    /// Calls of this node, and devices of it that ring or talk.
    public var counts: (own: Int, incoming: Int) { (own.count, incoming.count) }

    func isEngaged(_ party: CallParty) -> Bool { outgoing[party] != nil || incoming[party] != nil }

    /// In the same order each time.
    var ownNames: [CallName] { own.keys.sorted { $0.number < $1.number } }
    var incomingParties: [CallParty] {
        incoming.keys.sorted { ($0.user.rawValue, $0.device.rawValue) < ($1.user.rawValue, $1.device.rawValue) }
    }

    // MARK: What clients say

    /// A session calls somebody. Without effect if it has begun this call already.
    ///
    /// - Parameter body: at most `maxBodyBytes`.
    public mutating func call(
        _ title: CallTitle, by caller: CallParty, _ type: ClientType, body: [UInt8], at now: Instant,
        _ outlet: some CallOutlet
    ) {
        opened(caller, at: now, outlet)
        if let name = outgoing[caller], own[name]?.title == title { return }
        guard title.caller == caller.user, title.callee != title.caller, seats[caller.seat] == nil else {
            return outlet.send(.answer(title, CallAnswer(.impossible, type)), to: caller)
        }
        let here = outlet.parties(of: title.callee).isEmpty ? [] : [me.node]
        let nodes = here + outlet.nodes(holding: title.callee)
        guard !nodes.isEmpty else {
            outlet.send(.answer(title, CallAnswer(.away, type)), to: caller)
            return outlet.ended(CallRecord(title: title, outcome: .away, talked: .zero))
        }
        lastNumber += 1
        let name = CallName(me, lastNumber)
        own[name] = Own(caller: caller, title: title, began: now, rung: nodes)
        outgoing[caller] = name
        seats[caller.seat] = caller
        tell(nodes, .ring(title, type, body: body), of: name, at: now, outlet)
    }

    /// A session answers a call that rings. What has ended by then is over for it.
    public mutating func answer(
        _ answer: CallAnswer, by party: CallParty, from caller: UserID, number: UInt64, at now: Instant,
        _ outlet: some CallOutlet
    ) {
        guard let leg = incoming[party], leg.title.caller == caller, leg.title.number == number else {
            let title = CallTitle(caller: caller, callee: party.user, number: number)
            return outlet.send(.over(title), to: party)
        }
        guard leg.phase == .ringing else { return }
        if answer.isTaken { incoming[party]?.phase = .answered(answer) } else { _ = removeIncoming(party) }
        tell([leg.call.owner.node], .answered(party, answer), of: leg.call, at: now, outlet)
    }

    /// A session ends its call of this number, whichever side it is on. Without effect if it has none.
    public mutating func hangUp(number: UInt64, by party: CallParty, at now: Instant, _ outlet: some CallOutlet) {
        if let name = outgoing[party], own[name]?.title.number == number {
            end(name, .cancelled, at: now, outlet)
        } else if let leg = incoming[party], leg.title.number == number {
            _ = removeIncoming(party)
            let word: CallWord =
                leg.phase == .ringing ? .answered(party, CallAnswer(.refused, .windows)) : .left(party)
            tell([leg.call.owner.node], word, of: leg.call, at: now, outlet)
        }
    }

    /// A session is no more.
    public mutating func closed(_ party: CallParty, at now: Instant, _ outlet: some CallOutlet) {
        if let name = outgoing[party] { end(name, .cancelled, at: now, outlet) }
        if let leg = removeIncoming(party) {
            tell([leg.call.owner.node], .left(party), of: leg.call, at: now, outlet)
        }
    }

    /// A session has begun. One before it, of the same user and class, has nothing to say from here on.
    public mutating func opened(_ party: CallParty, at now: Instant, _ outlet: some CallOutlet) {
        if let earlier = seats[party.seat], earlier.login < party.login { closed(earlier, at: now, outlet) }
    }

    // MARK: What happens to others

    /// This life of a node is dead, has left, or was followed by another.
    public mutating func gone(_ peer: Peer, at now: Instant, _ outlet: some CallOutlet) {
        for name in ownNames {
            for leg in own[name]?.legs.keys.filter({ $0.peer == peer }) ?? [] { lost(leg, of: name, at: now, outlet) }
        }
        for party in incomingParties where incoming[party]?.call.owner == peer { over(party, outlet) }
    }

    /// To be called every `beat` while there are calls.
    public mutating func ticked(at now: Instant, _ outlet: some CallOutlet) {
        for name in ownNames { tick(name, at: now, outlet) }
        for party in incomingParties {
            guard let leg = incoming[party] else { continue }
            if now - leg.heard >= Self.patience {
                over(party, outlet)
                continue
            }
            var word = CallWord.alive(party)
            // The first time it may have been lost.
            if case .answered(let answer) = leg.phase { word = .answered(party, answer) }
            tell([leg.call.owner.node], word, of: leg.call, at: now, outlet)
        }
    }

    private mutating func tick(_ name: CallName, at now: Instant, _ outlet: some CallOutlet) {
        guard let call = own[name] else { return }
        for (leg, heard) in call.legs where now - heard >= Self.patience { lost(leg, of: name, at: now, outlet) }
        guard own[name] != nil else { return }
        if call.phase == .ringing {
            if now - call.began >= Self.longestRinging {
                return giveUp(name, .noAnswer, .noAnswer, at: now, outlet)
            }
            // Nobody was there any more when it was to ring.
            if own[name]?.legs.isEmpty == true, now - call.began >= Self.patience {
                return giveUp(name, .away, .away, at: now, outlet)
            }
        }
        tell(call.rung, .here, of: name, at: now, outlet)
    }

    // MARK: Ends

    /// A leg of a call of this node is no more.
    mutating func lost(_ leg: Leg, of name: CallName, at now: Instant, _ outlet: some CallOutlet) {
        guard let call = own[name], own[name]?.legs.removeValue(forKey: leg) != nil else { return }
        switch call.phase {
        case .ringing:
            if own[name]?.legs.isEmpty == true { giveUp(name, .away, .away, at: now, outlet) }
        case .talking(let other, since: _):
            if other == leg {
                outlet.send(.over(call.title), to: call.caller)
                end(name, .answered, at: now, outlet)
            }
        }
    }

    /// Answers for the callee.
    mutating func giveUp(
        _ name: CallName, _ code: CallAnswer.Code, _ outcome: CallRecord.Outcome, at now: Instant,
        _ outlet: some CallOutlet
    ) {
        guard let call = own[name] else { return }
        outlet.send(.answer(call.title, CallAnswer(code, .windows)), to: call.caller)
        end(name, outcome, at: now, outlet)
    }

    /// - Parameter outcome: unless somebody has answered.
    mutating func end(_ name: CallName, _ outcome: CallRecord.Outcome, at now: Instant, _ outlet: some CallOutlet) {
        guard let call = own.removeValue(forKey: name) else { return }
        outgoing[call.caller] = nil
        seats[call.caller.seat] = nil
        tell(call.rung, .over, of: name, at: now, outlet)
        switch call.phase {
        case .ringing: outlet.ended(CallRecord(title: call.title, outcome: outcome, talked: .zero))
        case .talking(_, let since):
            outlet.ended(CallRecord(title: call.title, outcome: .answered, talked: now - since))
        }
    }

    /// For a session that it has come to.
    mutating func over(_ party: CallParty, _ outlet: some CallOutlet) {
        guard let leg = removeIncoming(party) else { return }
        outlet.send(.over(leg.title), to: party)
    }

    mutating func addIncoming(_ call: Incoming, to party: CallParty) {
        incoming[party] = call
        legs[call.call, default: []].append(party)
        seats[party.seat] = party
    }

    private mutating func removeIncoming(_ party: CallParty) -> Incoming? {
        guard let call = incoming.removeValue(forKey: party) else { return nil }
        legs[call.call]?.removeAll { $0 == party }
        if legs[call.call]?.isEmpty == true { legs[call.call] = nil }
        seats[party.seat] = nil
        return call
    }

    /// The owner has spoken of the call that this device has.
    mutating func hear(_ party: CallParty, isTalking: Bool = false, at now: Instant) {
        incoming[party]?.heard = now
        if isTalking { incoming[party]?.phase = .talking }
    }

    /// To desks, among which may be this one.
    mutating func tell(
        _ nodes: [NodeID], _ word: CallWord, of call: CallName, at now: Instant, _ outlet: some CallOutlet
    ) {
        for node in nodes {
            if node == me.node {
                heard(word, of: call, from: me, at: now, outlet)
            } else {
                outlet.say(word, of: call, to: node)
            }
        }
    }
}
