import Primitives

/// Which requests for a page get a new one: as many as anybody has a use for. Those that come faster get the last one
/// once more, which is a fifth of a second old at most. A core.
struct PagePace {
    private static let limit = TokenBucket.Limit(rate: 5, burst: 10)

    private var bucket = TokenBucket()
    private var last: [UInt8]?

    init() {}

    /// The last page, if it will do. Otherwise a new one is to be made, and kept.
    mutating func page(at now: Instant) -> [UInt8]? {
        guard let last else { return nil }
        return bucket.take(Self.limit, at: now) == nil ? nil : last
    }

    mutating func keep(_ page: [UInt8]) { last = page }
}
