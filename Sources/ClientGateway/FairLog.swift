import Primitives

/// The newest of what many have left, in bounded memory: the oldest goes for what is new, and of who has his share his
/// own oldest. So nobody can make the log forget what others did. A core.
struct FairLog<Owner: Hashable & Sendable, Element: Sendable>: Sendable {
    private struct Entry {
        var element: Element
        var at: Instant
        /// Whose it is: a place in `shares`.
        var share: Int32
        /// Of all, in the order of time; -1 is none.
        var older: Int32 = -1
        var newer: Int32 = -1
        /// Of the same owner.
        var newerOfOwner: Int32 = -1
    }

    private struct Share {
        var owner: Owner
        var oldest: Int32 = -1
        var newest: Int32 = -1
        /// 0: it is nobody's, and may be given to somebody.
        var count = 0
        /// The newest that went for what the same owner did.
        var forgotten: Instant?
    }

    private let capacity: Int
    private let capacityPerOwner: Int
    private var entries: [Entry] = []
    private var shares: [Share] = []
    private var freeShares: [Int32] = []
    private var places: [Owner: Int32] = [:]
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
        let share = share(of: owner)
        let slot: Int32
        if shares[share].count >= capacityPerOwner {
            slot = shares[share].oldest
            shares[share].forgotten = entries[Int(slot)].at
            unlink(slot)
        } else if entries.count < capacity {
            slot = Int32(entries.count)
        } else {
            slot = oldest
            forgotten = entries[Int(slot)].at
            unlink(slot)
            // Who has nothing else is forgotten; not the one who leaves something now.
            let loser = Int(entries[Int(slot)].share)
            if shares[loser].count == 0, loser != share { forget(loser) }
        }
        let entry = Entry(element: element, at: now, share: Int32(share))
        if Int(slot) == entries.count { entries.append(entry) } else { entries[Int(slot)] = entry }
        link(slot, share)
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
        let own = shares.filter { $0.count > 0 && isConcerned($0.owner) }.compactMap(\.forgotten).max()
        return [forgotten, own].compactMap(\.self).max()
    }

    // What one does follows what the same one did, so the last share is looked for first.
    private mutating func share(of owner: Owner) -> Int {
        if newest >= 0 {
            let last = Int(entries[Int(newest)].share)
            if shares[last].owner == owner { return last }
        }
        if let place = places[owner] { return Int(place) }
        let place: Int
        if let free = freeShares.popLast() {
            place = Int(free)
            shares[place] = Share(owner: owner)
        } else {
            place = shares.count
            shares.append(Share(owner: owner))
        }
        places[owner] = Int32(place)
        return place
    }

    private mutating func forget(_ share: Int) {
        places[shares[share].owner] = nil
        freeShares.append(Int32(share))
    }

    /// Takes the oldest entry of its owner out of all lists.
    private mutating func unlink(_ slot: Int32) {
        let entry = entries[Int(slot)]
        if entry.older >= 0 { entries[Int(entry.older)].newer = entry.newer } else { oldest = entry.newer }
        if entry.newer >= 0 { entries[Int(entry.newer)].older = entry.older } else { newest = entry.older }
        shares[Int(entry.share)].oldest = entry.newerOfOwner
        shares[Int(entry.share)].count -= 1
    }

    private mutating func link(_ slot: Int32, _ share: Int) {
        if newest >= 0 { entries[Int(newest)].newer = slot } else { oldest = slot }
        entries[Int(slot)].older = newest
        newest = slot
        if shares[share].count == 0 {
            shares[share].oldest = slot
        } else {
            entries[Int(shares[share].newest)].newerOfOwner = slot
        }
        shares[share].newest = slot
        shares[share].count += 1
    }
}
