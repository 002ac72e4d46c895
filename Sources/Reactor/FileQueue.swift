import Primitives

/// Files that a connection is to send, in their order, and what was sent behind each of them.
final class FileQueue {
    final class Run {
        let file: File
        /// What is left of it.
        var range: Range<Int>
        var behind = OutputQueue()

        init(_ file: File, _ range: Range<Int>) {
            self.file = file
            self.range = range
        }
    }

    private var runs = Fifo<Run>()

    /// Bytes that are to be sent, of files and behind them.
    var byteCount: Int { (0..<runs.count).reduce(0) { $0 + runs[$1].range.count + Int(runs[$1].behind.byteCount) } }
    /// Bytes of them in memory.
    var heldByteCount: Int { (0..<runs.count).reduce(0) { $0 + Int(runs[$1].behind.byteCount) } }
    /// Files, and frames behind them.
    var frameCount: Int { (0..<runs.count).reduce(0) { $0 + 1 + Int(runs[$1].behind.frameCount) } }

    var first: Run? { runs.first }
    var last: Run? { runs.isEmpty ? nil : runs[runs.count - 1] }

    func append(_ file: File, _ range: Range<Int>) {
        runs.append(Run(file, range))
    }

    func removeFirst() {
        _ = runs.popFirst()
    }

    func release(to pool: BufferPool) {
        while let run = runs.popFirst() { run.behind.release(to: pool) }
    }
}
