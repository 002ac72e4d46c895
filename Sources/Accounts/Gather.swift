/// Items that wait while a call for others is under way, and then go together: batches form by themselves under load,
/// and an idle service answers at once. A core.
struct Gather<Item> {
    private let maxWaiting: Int
    private let maxBatch: Int
    private var waiting: [Item] = []
    private var underWay = false

    init(maxWaiting: Int, maxBatch: Int) {
        self.maxWaiting = maxWaiting
        self.maxBatch = maxBatch
    }

    var count: Int { waiting.count }

    /// `false`: too many wait already.
    mutating func add(_ item: Item) -> Bool {
        guard waiting.count < maxWaiting else { return false }
        waiting.append(item)
        return true
    }

    /// The next batch, unless there is nothing or a call is under way. Follow with `finished`.
    mutating func take() -> [Item]? {
        guard !underWay, !waiting.isEmpty else { return nil }
        underWay = true
        let batch = Array(waiting.prefix(maxBatch))
        waiting.removeFirst(batch.count)
        return batch
    }

    mutating func finished() {
        underWay = false
    }
}
