import Primitives

/// The node is to let go of all its clients.
public struct DrainOrder: Equatable, Sendable {
    /// Clients per second, of the whole node: at least 1.
    public let rate: Int
    /// From now until the first one goes. Clients still come that were sent here before the others knew.
    public let notice: Duration

    public init(rate: Int, notice: Duration = .seconds(1)) {
        self.rate = max(1, rate)
        self.notice = notice
    }
}

/// Lets go of the clients of a loop a few at a time, so that they come back elsewhere at a pace that the other nodes
/// can bear. A core.
struct Drain {
    static let tick: Duration = .milliseconds(50)
    /// How long the acknowledgements of what a client has sent are awaited; without one it sends again, elsewhere.
    static let patience: Duration = .seconds(2)

    let order: DrainOrder
    private let limit: TokenBucket.Limit
    private let begin: Instant
    private var bucket = TokenBucket()

    init(_ order: DrainOrder, loops: Int, at now: Instant) {
        self.order = order
        begin = now + order.notice
        let rate = Double(order.rate) / Double(loops)
        // Two ticks: one that is late is made up for, more are not.
        limit = TokenBucket.Limit(rate: rate, burst: max(1, Int(rate / 10)))
    }

    func takesNewcomers(at now: Instant) -> Bool { now < begin }

    /// How many of `clients` go now.
    mutating func take(of clients: Int, at now: Instant) -> Int {
        guard now >= begin else { return 0 }
        var count = 0
        while count < clients, bucket.take(limit, at: now) == nil { count += 1 }
        return count
    }
}
