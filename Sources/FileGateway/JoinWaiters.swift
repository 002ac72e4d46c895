/// Who waits until the parts of a file are joined. A core.
struct JoinWaiters<Waiter> {
    enum Entry: Equatable {
        /// The file is to be joined now.
        case first(Int)
        /// It is being joined.
        case later(Int)
        case tooMany
    }

    /// Files at once, and who may wait for one of them.
    private static var maxFiles: Int { 8 }
    private static var maxWaiting: Int { 8 }

    /// By files, which stay until they are joined, whoever has lost patience.
    private var waiting: [String: [Int: Waiter]] = [:]
    private var lastNumber = 0

    mutating func enter(_ file: String, _ waiter: Waiter) -> Entry {
        let others = waiting[file]
        guard others?.count ?? 0 < Self.maxWaiting, others != nil || waiting.count < Self.maxFiles else {
            return .tooMany
        }
        lastNumber += 1
        waiting[file, default: [:]][lastNumber] = waiter
        return others == nil ? .first(lastNumber) : .later(lastNumber)
    }

    /// One does not wait any longer. `nil`: its file has been joined before.
    mutating func leave(_ file: String, _ number: Int) -> Waiter? { waiting[file]?.removeValue(forKey: number) }

    /// The file is joined, or cannot be. Returns those who wait for it.
    mutating func end(_ file: String) -> [Waiter] { waiting.removeValue(forKey: file).map { Array($0.values) } ?? [] }
}
