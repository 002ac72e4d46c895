import Primitives

/// Names a scheduled call; cancelling one that has run is harmless.
public struct TimerID: Hashable, Sendable {
    fileprivate let serial: UInt64
}

/// One-shot timers in a binary heap: for the few deadlines that need to be exact (database calls, protocol ticks).
/// Connections use `TimerWheel`. A core.
struct TimerHeap: ~Copyable {
    private struct Entry {
        let due: Instant
        let serial: UInt64

        func isBefore(_ other: Entry) -> Bool {
            due != other.due ? due < other.due : serial < other.serial
        }
    }

    private var heap: [Entry] = []
    private var calls: [UInt64: () -> Void] = [:]
    private var lastSerial: UInt64 = 0

    init() {}

    /// Entries in memory, cancelled ones included.
    var waitingEntries: Int { heap.count }

    /// When the first timer is due. A cancelled one may make this too early, never too late.
    var nextDue: Instant? { heap.first?.due }

    mutating func schedule(at due: Instant, _ call: @escaping () -> Void) -> TimerID {
        lastSerial += 1
        calls[lastSerial] = call
        heap.append(Entry(due: due, serial: lastSerial))
        siftUp(heap.count - 1)
        return TimerID(serial: lastSerial)
    }

    mutating func cancel(_ timer: TimerID) {
        calls[timer.serial] = nil
        // Cancelled entries are skipped when they come up; when most are, it is worth sweeping them out.
        if heap.count > 64, heap.count > calls.count * 4 { removeCancelled() }
    }

    /// The next call that is due at `now`, or `nil`.
    mutating func popDue(at now: Instant) -> (() -> Void)? {
        while let first = heap.first, first.due <= now {
            removeFirst()
            if let call = calls.removeValue(forKey: first.serial) { return call }
        }
        return nil
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        for child in heap.indices.dropFirst() where heap[child].isBefore(heap[(child - 1) / 2]) {
            return "entry \(child) of \(heap.count) is due before the one above it"
        }
        let serials = Set(heap.map(\.serial))
        if serials.count != heap.count { return "a timer stands twice in the heap" }
        return calls.keys.allSatisfy(serials.contains) ? nil : "a call waits that no entry will make"
    }

    private mutating func removeCancelled() {
        let alive = heap.filter { calls[$0.serial] != nil }
        heap.removeAll(keepingCapacity: true)
        for entry in alive {
            heap.append(entry)
            siftUp(heap.count - 1)
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[smallest]) { smallest = child }
            }
            if smallest == parent { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }
}
