import DBProxy
import Primitives

/// What is to be written of calls, each with what is known of it last. A core.
///
/// No call waits for it, and none is written twice: a row has a name, and what was written under it is written over.
struct CallJournal {
    /// What waits while the database is away; beyond it the oldest go, and are counted.
    static let capacity = 20_000
    /// Of one statement.
    private static let batch = 500

    private var waiting: [[UInt8]: CallRow] = [:]
    /// By their names, the oldest first.
    private var order = Fifo<[UInt8]>()
    /// On their way into the database.
    private var written: [CallRow] = []
    private(set) var lost = 0

    var count: Int { waiting.count + written.count }

    mutating func note(_ row: CallRow) {
        if waiting.updateValue(row, forKey: row.name) != nil { return }
        order.append(row.name)
        guard waiting.count > Self.capacity, let oldest = order.popFirst() else { return }
        waiting[oldest] = nil
        lost += 1
    }

    /// What is to be written now: nothing while something is on its way.
    mutating func take() -> [CallRow] {
        guard written.isEmpty else { return [] }
        while written.count < Self.batch, let name = order.popFirst() {
            if let row = waiting.removeValue(forKey: name) { written.append(row) }
        }
        return written
    }

    /// What was taken is written, or nobody knows: then it is written again, unless more is known of it by now.
    mutating func ended(isWritten: Bool) {
        let rows = written
        written = []
        guard !isWritten else { return }
        for row in rows where waiting[row.name] == nil { note(row) }
    }
}
