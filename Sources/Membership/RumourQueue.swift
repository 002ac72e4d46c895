/// News to be passed on a number of times, what was told least first (SWIM 4.1).
///
/// A rumour is only the name of what changed; the words are made from the table when it is told, so they are never
/// older than what the teller knows.
struct RumourQueue: Sendable {
    struct Subject: Hashable, Sendable {
        let node: NodeID
        /// With an accuser, this accusation; without, how the member stands.
        let accuser: NodeID?
    }

    private struct Rumour: Sendable {
        let subject: Subject
        /// Which telling of this subject: earlier ones in the tiers are void.
        let version: UInt32
    }

    /// By the number of times told.
    private var tiers: [[Rumour]] = []
    private var versions: [Subject: UInt32] = [:]
    private var nextVersion: UInt32 = 0

    var isEmpty: Bool { versions.isEmpty }
    var count: Int { versions.count }

    mutating func add(_ subject: Subject) {
        nextVersion &+= 1
        versions[subject] = nextVersion
        if tiers.isEmpty { tiers.append([]) }
        tiers[0].append(Rumour(subject: subject, version: nextVersion))
    }

    mutating func remove(_ subject: Subject) {
        versions[subject] = nil
    }

    /// Tells rumours until `tell` has no room for more (`full`), or all were told once.
    ///
    /// - Parameter tell: `false` for a rumour that is no longer true; it is forgotten.
    mutating func pass(limit: Int, full: () -> Bool, _ tell: (Subject) -> Bool) {
        var told: [(tier: Int, rumour: Rumour)] = []
        for tier in tiers.indices {
            var index = 0
            while index < tiers[tier].count, !full() {
                let rumour = tiers[tier][index]
                index += 1
                guard versions[rumour.subject] == rumour.version else { continue }
                if tell(rumour.subject) { told.append((tier + 1, rumour)) } else { versions[rumour.subject] = nil }
            }
            tiers[tier].removeFirst(index)
        }
        for (tier, rumour) in told {
            if tier >= limit {
                versions[rumour.subject] = nil
            } else {
                while tiers.count <= tier { tiers.append([]) }
                tiers[tier].append(rumour)
            }
        }
        while let last = tiers.last, last.isEmpty { tiers.removeLast() }
    }
}
