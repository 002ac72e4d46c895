import Primitives

/// Which of many events that are alike are worth a line in the log: the first one, and each ten seconds how many there
/// were since. A core.
struct LineLimit<Event: Hashable> {
    private static var period: Duration { .seconds(10) }
    /// Kinds that are remembered. With one more all begin anew.
    private static var maxKinds: Int { 256 }

    private var kinds: [Event: (next: Instant, count: Int)] = [:]

    /// How many events of this kind a line speaks for; `nil`: no line now.
    mutating func happened(_ event: Event, at now: Instant) -> Int? {
        if kinds.count >= Self.maxKinds, kinds[event] == nil { kinds = [:] }
        let kind = kinds[event] ?? (now, 0)
        let isDue = now >= kind.next
        kinds[event] = isDue ? (now + Self.period, 0) : (kind.next, kind.count + 1)
        return isDue ? kind.count + 1 : nil
    }
}
