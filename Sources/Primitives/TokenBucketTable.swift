/// Rates of many, by key, in bounded memory.
///
/// A bucket that has had time to fill says no more than none, so whoever was not seen for that long is forgotten: two
/// generations of buckets, and when the younger one is old or full the other goes. With more keys than there is room
/// for, those not seen for longest start anew.
public struct TokenBucketTable<Key: Hashable & Sendable>: Sendable {
    private let limit: TokenBucket.Limit
    private let capacity: Int
    private var young: [Key: TokenBucket] = [:]
    private var old: [Key: TokenBucket] = [:]
    private var turned = Instant(nanoseconds: 0)
    /// Keys that were forgotten for want of room.
    public private(set) var crowdedOut = 0

    /// - Parameter capacity: keys of a generation; there are at most twice as many.
    public init(_ limit: TokenBucket.Limit, capacity: Int) {
        precondition(capacity > 0, "a table of \(capacity) buckets")
        self.limit = limit
        self.capacity = capacity
    }

    public var count: Int { young.count + old.count }

    /// How long until there is a token; `nil` if there is one.
    public func wait(_ key: Key, at now: Instant) -> Duration? {
        var bucket = young[key] ?? old[key] ?? TokenBucket()
        return bucket.take(limit, at: now)
    }

    /// Takes a token; `false` if there is none.
    @discardableResult
    public mutating func take(_ key: Key, at now: Instant) -> Bool {
        turn(at: now, adding: young[key] == nil)
        var bucket = young[key] ?? old.removeValue(forKey: key) ?? TokenBucket()
        let isTaken = bucket.take(limit, at: now) == nil
        young[key] = bucket
        return isTaken
    }

    private mutating func turn(at now: Instant, adding: Bool) {
        let isOld = now - turned >= limit.timeToFill
        guard isOld || (adding && young.count >= capacity) else { return }
        if !isOld { crowdedOut += old.count }
        old = young
        young = [:]
        turned = now
    }
}
