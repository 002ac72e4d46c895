import Primitives

/// How far this node trusts its own timers: 0 fully, 8 hardly (Lifeguard, "Local Health Multiplier").
struct LocalHealth: Sendable {
    static let worst = 8

    private(set) var score = 0

    /// Factor for every timeout of a probe.
    var factor: Int { score + 1 }

    /// Too unwell to accuse anyone on its own.
    var isPoor: Bool { score >= 4 }

    mutating func worsen(by amount: Int = 1) {
        score = min(Self.worst, score + max(0, amount))
    }

    mutating func improve() {
        score = max(0, score - 1)
    }
}
