public import DBProxy
public import Metrics
import Primitives
public import Reactor

/// Writes down calls, beside them: what a call does never waits for it. Confined to its loop.
public final class CallLog {
    private static let retry: Duration = .seconds(1)
    /// Between two looks for calls whose nodes are gone.
    private static let sweepPeriod: Duration = .seconds(10)

    private unowned let loop: EventLoop
    private let database: Database
    private let lost: Counter
    private var journal = CallJournal()
    private var isWaiting = false

    /// - Parameter lost: counts calls that there was no room for.
    public init(_ database: Database, lost: Counter, on loop: EventLoop) {
        self.loop = loop
        self.database = database
        self.lost = lost
        sweep()
    }

    func note(_ row: CallRow) {
        let before = journal.lost
        journal.note(row)
        lost.add(UInt64(journal.lost - before))
        write()
    }

    private func write() {
        if isWaiting { return }
        let rows = journal.take()
        guard !rows.isEmpty else { return }
        database.recordCalls(rows) { [weak self] result in
            guard let self else { return }
            if case .success = result {
                journal.ended(isWritten: true)
                return write()
            }
            journal.ended(isWritten: false)
            isWaiting = true
            loop.schedule(after: Self.retry) { [weak self] in
                self?.isWaiting = false
                self?.write()
            }
        }
    }

    /// By each node: whoever is left does it.
    private func sweep() {
        loop.schedule(after: Self.sweepPeriod) { [weak self] in
            guard let self else { return }
            database.endLostCalls { _ in }
            sweep()
        }
    }
}
