import Membership
import Primitives
import TalkProtocol

/// Goes through the table in small steps, as reading it at once would hold up everything else (7 ns for each session).
/// Tells whose PCs were at a node that has disappeared, clears away what will not be seen again, and frees its slots.
///
/// One pass over the table serves any number of slots. Those that come while a pass runs wait for the next one. A core.
struct Sweep {
    private struct Work {
        /// Their users are to be told of.
        var called: [(slot: OriginSlot, peer: Peer)] = []
        /// Their entries are to be removed.
        var condemned = Set4096()

        var isEmpty: Bool { called.isEmpty && condemned.isEmpty }
    }

    private var passing = Work()
    private var waiting = Work()
    private var nextSegment = 0
    private(set) var due: Instant?
    /// Passes over the whole table.
    private(set) var passes = 0

    func isCondemned(_ slot: OriginSlot) -> Bool {
        passing.condemned.contains(slot.index) || waiting.condemned.contains(slot.index)
    }

    /// Tells of the users whose sessions were hidden with those of the peer.
    mutating func call(_ slot: OriginSlot, of peer: Peer, in table: PresenceTable, at now: Instant) {
        if table.origins.sessionCount(slot) == 0 { return }
        waiting.called.append((slot, peer))
        if due == nil { due = now }
    }

    /// Its sessions can be seen again: nobody is told of any more.
    mutating func cancelCall(of slot: OriginSlot) {
        passing.called.removeAll { $0.slot == slot }
        waiting.called.removeAll { $0.slot == slot }
    }

    /// The slot must be hidden, and must not be written to any more.
    mutating func condemn(_ slot: OriginSlot, in table: PresenceTable, at now: Instant) {
        if table.origins.sessionCount(slot) == 0 {
            cancelCall(of: slot)
            return table.origins.release(slot)
        }
        waiting.condemned.insert(slot.index)
        if due == nil { due = now }
    }

    mutating func step(_ table: PresenceTable, at now: Instant, into effects: inout [PresenceEffect]) {
        if nextSegment == 0 { swap(&passing, &waiting) }
        let end = min(nextSegment + PresenceLimits.segmentsPerSweepStep, PresenceLimits.segments)
        for (slot, peer) in passing.called {
            let users = table.users(of: slot, on: .pc, in: nextSegment..<end)
            if !users.isEmpty { effects.append(.hidden(peer, pcs: users)) }
        }
        if !passing.condemned.isEmpty {
            for segment in nextSegment..<end { table.sweep(segment, of: passing.condemned) }
        }
        nextSegment = end
        due = now + PresenceLimits.sweepInterval
        if end < PresenceLimits.segments { return }
        passing.condemned.forEach { table.origins.release(OriginSlot(rawValue: UInt16(truncatingIfNeeded: $0))) }
        passing = Work()
        nextSegment = 0
        passes += 1
        if waiting.isEmpty { due = nil }
    }
}
