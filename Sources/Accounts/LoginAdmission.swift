import Primitives
import Reactor

/// Lets logins in at a bounded pace, the addresses taking turns: after a node has gone thousands of clients come at
/// once, and the database must not be where they queue. A core.
struct LoginAdmission<Element> {
    enum Next {
        case admitted(Element)
        /// It has waited for too long to be judged in time.
        case tooLate(Element)
        /// The next one has its turn after so long.
        case later(Duration)
        case none
    }

    var limit: TokenBucket.Limit
    private let patience: Duration
    private var bucket = TokenBucket()
    private var queue: FairQueue<SocketAddress.Host, (element: Element, arrived: Instant)>

    /// - Parameters:
    ///   - patience: who has waited for longer is not let in.
    ///   - capacity: who comes when so many wait is not let in, nor who comes when half as many wait from his address.
    init(_ limit: TokenBucket.Limit, patience: Duration, capacity: Int) {
        self.limit = limit
        self.patience = patience
        queue = FairQueue(capacity: capacity, perOwner: max(1, capacity / 2))
    }

    var count: Int { queue.count }

    /// `false`: there are too many. Otherwise follow with `next` until there is none.
    mutating func add(_ element: Element, from site: SocketAddress.Host, at now: Instant) -> Bool {
        queue.append((element, now), of: site)
    }

    mutating func next(at now: Instant) -> Next {
        guard let first = queue.first else { return .none }
        if now - first.arrived > patience { return queue.popFirst().map { .tooLate($0.element) } ?? .none }
        if let wait = bucket.take(limit, at: now) { return .later(min(wait, first.arrived + patience - now)) }
        return queue.popFirst().map { .admitted($0.element) } ?? .none
    }
}
