import Primitives

/// Clears away, in small steps, what slots that will not be seen again have left in the table, and frees them.
///
/// One pass over the table clears for any number of slots. Those that come while a pass runs wait for the next one.
struct Sweep {
    private var passing = Set4096()
    private var waiting = Set4096()
    private var nextSegment = 0
    private(set) var due: Instant?
    /// Passes over the whole table.
    private(set) var passes = 0

    func isCondemned(_ slot: OriginSlot) -> Bool { passing.contains(slot.index) || waiting.contains(slot.index) }

    /// The slot must be hidden, and must not be written to any more.
    mutating func condemn(_ slot: OriginSlot, in table: PresenceTable, at now: Instant) {
        if table.origins.sessionCount(slot) == 0 { return table.origins.release(slot) }
        waiting.insert(slot.index)
        if due == nil { due = now }
    }

    mutating func step(_ table: PresenceTable, at now: Instant) {
        if nextSegment == 0 { swap(&passing, &waiting) }
        let end = min(nextSegment + PresenceLimits.segmentsPerSweepStep, PresenceLimits.segments)
        for segment in nextSegment..<end { table.sweep(segment, of: passing) }
        nextSegment = end
        due = now + PresenceLimits.sweepInterval
        if end < PresenceLimits.segments { return }
        passing.forEach { table.origins.release(OriginSlot(rawValue: UInt16(truncatingIfNeeded: $0))) }
        passing = Set4096()
        nextSegment = 0
        passes += 1
        if waiting.isEmpty { due = nil }
    }
}
