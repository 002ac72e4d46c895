import Reactor

/// Which derivation is next. A core.
struct DerivationQueues {
    private var known: FairQueue<SocketAddress.Host, Derivations.Job>
    private var others: FairQueue<SocketAddress.Host, Derivations.Job>
    private var turn = 0

    init(capacity: Int) {
        let perSite = max(1, capacity / 4)
        known = FairQueue(capacity: capacity, perOwner: perSite)
        others = FairQueue(capacity: capacity, perOwner: perSite)
    }

    var count: Int { known.count + others.count }

    mutating func append(_ job: Derivations.Job, of site: SocketAddress.Host, isKnown: Bool) -> Bool {
        isKnown ? known.append(job, of: site) : others.append(job, of: site)
    }

    mutating func popFirst() -> Derivations.Job? {
        turn = (turn + 1) % 4
        return turn == 0 ? others.popFirst() ?? known.popFirst() : known.popFirst() ?? others.popFirst()
    }
}
