import Synchronization

/// A number that one loop writes and anyone reads.
package struct LoopCounter: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    func add(_ amount: Int) {
        // One writer: a plain load and store is enough, and cheaper than an atomic addition.
        value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    package var current: Int { value.load(ordering: .relaxed) }
}

/// What a loop has done since it started, for the metrics page.
package final class LoopCounters: Sendable {
    package let turns = LoopCounter()
    package let accepted = LoopCounter()
    package let acceptPauses = LoopCounter()
    package let closed = LoopCounter()
    package let bytesReceived = LoopCounter()
    package let bytesSent = LoopCounter()
    package let framesQueued = LoopCounter()
    package let slowReaders = LoopCounter()
    package let mailReceived = LoopCounter()
    package let congestedTurns = LoopCounter()
}
