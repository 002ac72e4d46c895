public import DBProxy

/// What is too old to be kept.
public struct RetentionRule: Sendable, Equatable {
    /// Unix seconds: messages from before go.
    public let messagesBefore: Int64
    /// The same for everything else; `nil` leaves it.
    public let restBefore: Int64?
    /// The same for pictures and files; `nil` leaves them.
    public let blobsBefore: Int64?

    public init(messagesBefore: Int64, restBefore: Int64?, blobsBefore: Int64? = nil) {
        self.messagesBefore = messagesBefore
        self.restBefore = restBefore
        self.blobsBefore = blobsBefore
    }
}

/// What was deleted, or would be.
public struct RetentionSum: Sendable, Equatable {
    public internal(set) var conversations = 0
    public internal(set) var messages = 0
    /// As they were stored, without indexes.
    public internal(set) var bytes = 0
    public internal(set) var rows: [AgedTable: Int] = [:]
    public internal(set) var blobs = 0
    public internal(set) var blobBytes = 0
}

extension Administrator {
    private static let conversationsPerPage = 500
    /// Each costs the database as much as some dozens of messages.
    private static let conversationsPerBatch = 50
    /// Messages of one transaction. Nobody can write to their conversations until it ends, after some ten milliseconds.
    private static let messagesPerBatch = 2_000
    private static let rowsPerBatch = 1_000
    /// Nodes hold the locks that a batch needs for milliseconds, but do so all the time.
    private static let attempts = 10

    /// Deletes what is old, the oldest first, in many short transactions: stopped half-way, it has done half of it.
    /// - Parameter isTrial: only counts.
    public func retain(
        _ rule: RetentionRule, isTrial: Bool, progress: (RetentionSum) -> Void = { _ in }
    ) throws(AdministrationError) -> RetentionSum {
        var sum = RetentionSum()
        var last = Int64.min
        while true {
            let after = last
            let page = try database.call {
                $0.agedConversations(
                    before: rule.messagesBefore, after: after, limit: Self.conversationsPerPage, $1)
            }
            try retain(page.filter(\.isAged).map(\.id), rule, isTrial: isTrial, &sum, progress)
            guard page.count == Self.conversationsPerPage, let next = page.last?.id else { break }
            last = next
        }
        try retainBlobs(rule, isTrial: isTrial, &sum, progress)
        guard let time = rule.restBefore else { return sum }
        for table in AgedTable.allCases {
            var count = 0
            repeat {
                count = try persist { (database) throws(AdministrationError) in
                    try database.call {
                        $0.agedRows(table, before: time, limit: Self.rowsPerBatch, deletes: !isTrial, $1)
                    }
                }
                sum.rows[table, default: 0] += count
                progress(sum)
            } while !isTrial && count == Self.rowsPerBatch
        }
        return sum
    }

    private func retainBlobs(
        _ rule: RetentionRule, isTrial: Bool, _ sum: inout RetentionSum, _ progress: (RetentionSum) -> Void
    ) throws(AdministrationError) {
        guard let time = rule.blobsBefore else { return }
        var found: BlobSum
        repeat {
            found = try persist { (database) throws(AdministrationError) in
                try database.call {
                    $0.agedBlobs(before: time, limit: Self.rowsPerBatch, deletes: !isTrial, $1)
                }
            }
            sum.blobs += found.count
            sum.blobBytes += found.byteCount
            progress(sum)
        } while !isTrial && found.count == Self.rowsPerBatch
    }

    private func retain(
        _ conversations: [Int64], _ rule: RetentionRule, isTrial: Bool, _ sum: inout RetentionSum,
        _ progress: (RetentionSum) -> Void
    ) throws(AdministrationError) {
        sum.conversations += conversations.count
        var open = conversations.map { (id: $0, behind: Int32(0)) }
        while !open.isEmpty {
            // They share a batch; those that need more come again.
            let batch = Array(open.prefix(Self.conversationsPerBatch))
            let share = Self.messagesPerBatch / batch.count
            let found = try persist { (database) throws(AdministrationError) in
                try database.call {
                    $0.agedMessages(of: batch, before: rule.messagesBefore, limit: share, deletes: !isTrial, $1)
                }
            }
            for part in found {
                sum.messages += Int(part.count)
                sum.bytes += Int(part.bytes)
            }
            open.removeFirst(batch.count)
            open = found.filter { $0.count == share }.map { ($0.conversation, $0.last) } + open
            progress(sum)
        }
    }

    /// Again where somebody else held a lock: nothing was done then.
    private func persist<Value>(
        _ body: (BlockingDatabase) throws(AdministrationError) -> Value
    ) throws(AdministrationError) -> Value {
        for _ in 1..<Self.attempts {
            do {
                return try body(database)
            } catch .database(.refused(let state)) where state.remedy == .retryNow || state.remedy == .retryOnce {
                continue
            }
        }
        return try body(database)
    }
}
