import Synchronization

/// A number that one loop writes and anyone reads.
public struct LoopCounter: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    func add(_ amount: Int) {
        // One writer: a plain load and store is enough, and cheaper than an atomic addition.
        value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    public var current: Int { value.load(ordering: .relaxed) }
}

/// What a loop has done since it started, for the metrics page.
public final class LoopCounters: Sendable {
    public let turns = LoopCounter()
    public let accepted = LoopCounter()
    public let acceptPauses = LoopCounter()
    public let closed = LoopCounter()
    public let bytesReceived = LoopCounter()
    public let bytesSent = LoopCounter()
    public let framesQueued = LoopCounter()
    /// Steps of TLS handshakes that waited at the end of a turn, in each of these.
    public let handshakesPutOff = LoopCounter()
    /// Connections that were closed as too many waited for the first step of a handshake.
    public let handshakesDropped = LoopCounter()
    public let slowReaders = LoopCounter()
    public let mailReceived = LoopCounter()
    public let congestedTurns = LoopCounter()
}
