import Primitives

/// The lines that wait for the writer.
///
/// Policy when full: the newest line is dropped and counted. The oldest stay, because the beginning of a trouble says
/// more than its repetition.
///
/// `@unchecked Sendable`: every stored property but `monitor` and `capacity` is used only between `monitor.lock()` and
/// `monitor.unlock()`, and nobody holds the monitor for longer than it takes to copy a line or swap two buffers.
final class LogBuffer: @unchecked Sendable {
    private let monitor = Monitor()
    private let capacity: Int

    private var waiting = ByteWriter(capacity: 4_096)
    private var waitingLines: UInt64 = 0
    /// Lines offered in all, and lines of these that are written or lost: what `waitUntilFinished` compares.
    private var accepted: UInt64 = 0
    private var finished: UInt64 = 0
    /// Lines lost and not yet reported in the log.
    private var unreported: UInt64 = 0
    private var dropped: UInt64 = 0
    private var isClosed = false

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// What the writer is to write next.
    enum Work {
        /// `batch` now holds this many lines; `dropped` others were lost before it.
        case lines(UInt64, dropped: UInt64)
        /// Everything is written and nothing will follow.
        case end
    }

    var droppedInAll: UInt64 {
        monitor.lock()
        defer { monitor.unlock() }
        return dropped
    }

    /// Takes a line, its newline included, or drops it.
    func offer(_ line: borrowing RawSpan) {
        monitor.lock()
        defer { monitor.unlock() }
        guard line.byteCount <= capacity - waiting.count else {
            unreported += 1
            dropped += 1
            return
        }
        waiting.append(line)
        waitingLines += 1
        accepted += 1
        if waitingLines == 1 { monitor.wakeAll() }
    }

    /// Blocks until there are lines and swaps them into `batch`, which must be empty.
    func take(into batch: inout ByteWriter) -> Work {
        monitor.lock()
        defer { monitor.unlock() }
        while waitingLines == 0 && !isClosed { monitor.wait() }
        guard waitingLines > 0 else { return .end }
        swap(&waiting, &batch)
        defer {
            waitingLines = 0
            unreported = 0
        }
        return .lines(waitingLines, dropped: unreported)
    }

    /// Says that `lines` taken before are written, or lost because the descriptor refused them. `unreported` are
    /// earlier losses whose report was lost with them.
    func finish(_ lines: UInt64, areLost: Bool, unreported earlier: UInt64) {
        monitor.lock()
        defer { monitor.unlock() }
        finished += lines
        if areLost {
            unreported += lines + earlier
            dropped += lines
        }
        monitor.wakeAll()
    }

    func waitUntilFinished(within limit: Duration) -> Bool {
        monitor.lock()
        defer { monitor.unlock() }
        let goal = accepted
        let deadline = Monitor.deadline(in: limit)
        while finished < goal {
            guard monitor.wait(until: deadline) else { return finished >= goal }
        }
        return true
    }

    /// Lets the writer end once it has written what waits.
    func close() {
        monitor.lock()
        isClosed = true
        monitor.wakeAll()
        monitor.unlock()
    }
}
