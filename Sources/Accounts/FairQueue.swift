import Primitives

/// Waiting elements of many owners, who take turns: whoever brings many waits for himself. Bounded in all and for each
/// owner. A core.
struct FairQueue<Owner: Hashable & Sendable, Element> {
    private let capacity: Int
    private let capacityPerOwner: Int
    private var queues: [Owner: Fifo<Element>] = [:]
    /// Owners with something that waits, each once, the one whose turn it is in front.
    private var turns = Fifo<Owner>()
    private(set) var count = 0

    init(capacity: Int, perOwner: Int) {
        precondition(capacity > 0 && perOwner > 0, "a queue for \(capacity), \(perOwner) of each")
        self.capacity = capacity
        capacityPerOwner = perOwner
    }

    /// `false`: there is no room.
    mutating func append(_ element: Element, of owner: Owner) -> Bool {
        guard count < capacity else { return false }
        let waiting = queues[owner]?.count ?? 0
        guard waiting < capacityPerOwner else { return false }
        if waiting == 0 { turns.append(owner) }
        queues[owner, default: Fifo()].append(element)
        count += 1
        return true
    }

    /// The one that `popFirst` takes.
    var first: Element? { turns.first.flatMap { queues[$0]?.first } }

    mutating func popFirst() -> Element? {
        guard let owner = turns.popFirst(), let element = queues[owner]?.popFirst() else { return nil }
        if queues[owner]?.isEmpty == true { queues[owner] = nil } else { turns.append(owner) }
        count -= 1
        return element
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        let sum = queues.values.reduce(0) { $0 + $1.count }
        if sum != count { return "\(sum) elements wait, \(count) are counted" }
        if turns.count != queues.count { return "\(turns.count) turns for \(queues.count) owners" }
        if count > capacity { return "\(count) elements in room for \(capacity)" }
        let owner = queues.first { $0.value.isEmpty || $0.value.count > capacityPerOwner }
        return owner.map { "\($0.value.count) elements of one owner" }
    }
}
