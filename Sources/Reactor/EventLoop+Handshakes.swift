import Primitives
import TLS

/// Handshakes of TLS take turns: a signature takes as long as a hundred packets, so whoever brings a thousand
/// handshakes at once waits for them himself, and not those who have a session already. Connections of the node's own
/// take none: nobody can bring a thousand of these.
extension EventLoop {
    /// Their steps in one turn. A connection needs two, the second of which is cheap.
    static let maxHandshakesPerTurn = 2
    /// Longest beginning of TLS that waits for its turn: the first message of a client, in one record.
    private static let maxUnreadBytes = TLSSession.maxRecordBytes + 512

    /// - Parameter unread: what has been read for it already.
    func awaitHandshake(_ stream: SealedStream, _ handle: ConnectionHandle, unread: [UInt8] = []) {
        if stream.isWaiting { return }
        guard unread.count <= Self.maxUnreadBytes else { return kill(handle, .inputTooLong) }
        stream.isWaiting = true
        stream.unread = unread
        guard let oldest = handshakes.wait(handle, hasBegun: stream.hasBegun), isOpen(oldest) else { return }
        counters.handshakesDropped.add(1)
        kill(oldest, .overtaken)
    }

    /// The steps of this turn. What is left waits, and keeps the loop awake.
    func continueHandshakes() {
        var steps = 0
        while steps < Self.maxHandshakesPerTurn, let handle = handshakes.next() {
            // Who has gone meanwhile takes nobody's turn.
            guard isOpen(handle), let stream = connections[handle.slot].tls else { continue }
            steps += 1
            let unread = stream.unread
            stream.isWaiting = false
            stream.hasBegun = true
            stream.unread = []
            if unread.isEmpty { receiveSealed(stream, handle) } else { open(unread.rawBytes, stream, handle) }
        }
        counters.handshakesPutOff.add(handshakes.count)
    }
}
