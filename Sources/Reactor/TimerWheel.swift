import Primitives

/// One deadline per connection, for a million connections: a hashed wheel with links inside the records.
///
/// Moving a deadline later only writes a number; the wheel notices when the old slot comes round. A
/// deadline fires up to one tick late, never early. A core.
struct TimerWheel: ~Copyable {
    /// Kept in each record. `due` counts ticks since the wheel started; 0 means "no deadline".
    struct Links {
        var due: UInt32 = 0
        fileprivate var bucket: Int32 = -1
        fileprivate var next: UInt32 = .max
        fileprivate var previous: UInt32 = .max
    }

    static let tick: Duration = .milliseconds(100)
    private static let tickNanoseconds: UInt64 = 100_000_000
    private static let bucketCount: UInt32 = 512

    private let start: Instant
    private(set) var current: UInt32 = 0
    private var buckets = [UInt32](repeating: .max, count: Int(bucketCount))

    init(start: Instant) {
        self.start = start
    }

    /// When the next tick is due.
    var nextTick: Instant { Instant(nanoseconds: start.nanoseconds + UInt64(current + 1) * Self.tickNanoseconds) }

    /// Sets or moves the deadline of `slot`; `nil` removes it.
    mutating func set(_ due: Instant?, for slot: UInt32, in slab: Slab<Connection>) {
        guard let due else {
            slab[slot].timer.due = 0
            return
        }
        let elapsed = due.nanoseconds &- min(start.nanoseconds, due.nanoseconds)
        let tick = UInt32(clamping: (elapsed + Self.tickNanoseconds - 1) / Self.tickNanoseconds)
        let target = max(tick, current + 1)
        let linked = slab[slot].timer.bucket >= 0
        let sooner = target < slab[slot].timer.due || slab[slot].timer.due == 0
        slab[slot].timer.due = target
        if linked && !sooner { return }
        if linked { unlink(slot, in: slab) }
        link(slot, in: slab)
    }

    /// A record that leaves the slab must leave the wheel first.
    mutating func forget(_ slot: UInt32, in slab: Slab<Connection>) {
        if slab[slot].timer.bucket >= 0 { unlink(slot, in: slab) }
        slab[slot].timer.due = 0
    }

    /// Moves on to `now` and appends the slots whose deadline has passed.
    mutating func advance(to now: Instant, in slab: Slab<Connection>, expired: inout [UInt32]) {
        while nextTick <= now {
            current += 1
            var slot = buckets[Int(current % Self.bucketCount)]
            while slot != .max {
                let next = slab[slot].timer.next
                let due = slab[slot].timer.due
                unlink(slot, in: slab)
                if due == 0 {
                    // The deadline was taken back.
                } else if due <= current {
                    slab[slot].timer.due = 0
                    expired.append(slot)
                } else {
                    link(slot, in: slab)
                }
                slot = next
            }
        }
    }

    /// A deadline beyond the wheel's horizon waits in the last bucket and is linked again from there.
    private mutating func link(_ slot: UInt32, in slab: Slab<Connection>) {
        let ahead = min(slab[slot].timer.due - current, Self.bucketCount - 1)
        let bucket = Int((current + ahead) % Self.bucketCount)
        let first = buckets[bucket]
        slab[slot].timer.bucket = Int32(bucket)
        slab[slot].timer.next = first
        slab[slot].timer.previous = .max
        if first != .max { slab[first].timer.previous = slot }
        buckets[bucket] = slot
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants(in slab: Slab<Connection>) -> String? {
        var linked: Set<UInt32> = []
        for (bucket, first) in buckets.enumerated() {
            var (slot, previous) = (first, UInt32.max)
            while slot != .max {
                let links = slab[slot].timer
                if links.bucket != bucket || links.previous != previous { return "slot \(slot) is linked wrongly" }
                if !linked.insert(slot).inserted { return "slot \(slot) is linked twice" }
                (previous, slot) = (slot, links.next)
            }
        }
        for slot in slab.handles.map(\.slot) where linked.contains(slot) != (slab[slot].timer.bucket >= 0) {
            return "slot \(slot) says bucket \(slab[slot].timer.bucket)"
        }
        let lost = slab.handles.first { slab[$0.slot].timer.due > 0 && !linked.contains($0.slot) }
        return lost.map { "\($0) has a deadline that nobody will see" }
    }

    private mutating func unlink(_ slot: UInt32, in slab: Slab<Connection>) {
        let links = slab[slot].timer
        if links.previous != .max {
            slab[links.previous].timer.next = links.next
        } else {
            buckets[Int(links.bucket)] = links.next
        }
        if links.next != .max { slab[links.next].timer.previous = links.previous }
        slab[slot].timer.bucket = -1
    }
}
