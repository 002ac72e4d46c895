import Primitives

/// What a node did between two looks at its statistics.
struct NodeRates {
    private let before: JSON
    private let now: JSON
    private let milliseconds: Int

    init(_ before: JSON, _ now: JSON, over time: Duration) {
        self.before = before
        self.now = now
        milliseconds = max(1, Int(time.milliseconds))
    }

    /// Since it has started again, counts are smaller than before.
    private var hasRestarted: Bool { before["epoch"]?.integer != now["epoch"]?.integer }

    func level(_ gauge: String) -> Int { now["gauges"]?[gauge]?.integer ?? 0 }

    func perSecond(_ counter: String) -> Int {
        let old = hasRestarted ? 0 : before["counters"]?[counter]?.integer ?? 0
        return max(0, (now["counters"]?[counter]?.integer ?? 0) - old) * 1000 / milliseconds
    }

    /// The bound below which such a share of the cases lies, in microseconds; `nil`: there were none.
    func quantile(_ share: Double, of latency: String) -> Int? {
        let spread = now["latency"]?[latency]
        let old = hasRestarted ? [] : before["latency"]?[latency]?["counts"]?.items.compactMap(\.integer) ?? []
        let counts = (spread?["counts"]?.items.compactMap(\.integer) ?? []).enumerated().map { index, count in
            max(0, count - (index < old.count ? old[index] : 0))
        }
        let bounds = spread?["bounds_us"]?.items.compactMap(\.integer) ?? []
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if Double(seen) >= share * Double(total) { return index < bounds.count ? bounds[index] : bounds.last }
        }
        return bounds.last
    }
}
