import Primitives

/// Whom to probe next: everyone once in random order before anyone twice, so that no death waits longer than one
/// round (SWIM 4.3).
struct ProbeOrder: Sendable {
    private var order: [NodeID] = []
    private var next = 0

    /// A newcomer is taken into the round at hand, at a random place.
    mutating func insert(_ node: NodeID, _ random: inout SeededRandom) {
        let place = Int.random(in: next...order.count, using: &random)
        order.insert(node, at: place)
    }

    mutating func remove(_ node: NodeID) {
        guard let place = order.firstIndex(of: node) else { return }
        order.remove(at: place)
        if place < next { next -= 1 }
    }

    mutating func pick(_ random: inout SeededRandom) -> NodeID? {
        guard !order.isEmpty else { return nil }
        if next >= order.count {
            order.shuffle(using: &random)
            next = 0
        }
        defer { next += 1 }
        return order[next]
    }
}
