import Primitives

/// The newest of what many have left, in bounded memory: the oldest goes for what is new, and of who has his share his
/// own oldest. So nobody can make the log forget what others did. A core.
struct FairLog<Owner: Hashable & Sendable, Element: Sendable>: Sendable {
    private struct Entry {
        var element: Element
        var at: Instant
        var owner: Owner
        /// Of all, in the order of time; -1 is none.
        var older: Int32 = -1
        var newer: Int32 = -1
        /// Of the same owner.
        var newerOfOwner: Int32 = -1
    }

    private struct Share {
        var oldest: Int32
        var newest: Int32
        var count = 1
        /// The newest that went for what the same owner did.
        var forgotten: Instant?
    }

    private let capacity: Int
    private let capacityPerOwner: Int
    private var entries: [Entry] = []
    private var shares: [Owner: Share] = [:]
    private var oldest: Int32 = -1
    private var newest: Int32 = -1
    /// The newest that went for its age.
    private var forgotten: Instant?

    init(capacity: Int, perOwner: Int) {
        precondition(
            perOwner > 0 && perOwner <= capacity && capacity <= Int32.max, "a log of \(capacity), \(perOwner) of each")
        self.capacity = capacity
        capacityPerOwner = perOwner
    }

    mutating func append(_ element: Element, of owner: Owner, at now: Instant) {
        let entry = Entry(element: element, at: now, owner: owner)
        let slot: Int32
        if let share = shares[owner], share.count >= capacityPerOwner {
            shares[owner]?.forgotten = entries[Int(share.oldest)].at
            slot = take(share.oldest)
            entries[Int(slot)] = entry
        } else if entries.count < capacity {
            slot = Int32(entries.count)
            entries.append(entry)
        } else {
            forgotten = entries[Int(oldest)].at
            slot = take(oldest)
            entries[Int(slot)] = entry
        }
        link(slot, owner)
    }

    /// The oldest first.
    func filter(_ isWanted: (Element) -> Bool) -> [Element] {
        var found: [Element] = []
        var slot = oldest
        while slot >= 0 {
            let entry = entries[Int(slot)]
            if isWanted(entry.element) { found.append(entry.element) }
            slot = entry.newer
        }
        return found
    }

    /// Up to when something of these owners may be missing; `nil`: nothing is.
    func forgotten(of isConcerned: (Owner) -> Bool) -> Instant? {
        let own = shares.filter { isConcerned($0.key) }.compactMap(\.value.forgotten).max()
        return [forgotten, own].compactMap(\.self).max()
    }

    /// Takes the oldest entry of its owner out of all lists. An owner without entries is forgotten with it.
    private mutating func take(_ slot: Int32) -> Int32 {
        let entry = entries[Int(slot)]
        if entry.older >= 0 { entries[Int(entry.older)].newer = entry.newer } else { oldest = entry.newer }
        if entry.newer >= 0 { entries[Int(entry.newer)].older = entry.older } else { newest = entry.older }
        if entry.newerOfOwner >= 0 {
            shares[entry.owner]?.oldest = entry.newerOfOwner
            shares[entry.owner]?.count -= 1
        } else {
            shares[entry.owner] = nil
        }
        return slot
    }

    private mutating func link(_ slot: Int32, _ owner: Owner) {
        if newest >= 0 { entries[Int(newest)].newer = slot } else { oldest = slot }
        entries[Int(slot)].older = newest
        newest = slot
        guard let share = shares[owner] else { return shares[owner] = Share(oldest: slot, newest: slot) }
        entries[Int(share.newest)].newerOfOwner = slot
        shares[owner]?.newest = slot
        shares[owner]?.count += 1
    }
}
