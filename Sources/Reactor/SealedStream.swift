import Primitives
import TLS

/// The TLS of one connection: its session, and what is sealed and waits for the socket.
///
/// Plaintext waits in the connection's own queue, under the limits of its service; only as much is sealed ahead as one
/// write takes, so the two together are bounded by those limits and `maxSealedAhead`.
final class SealedStream {
    /// Sealed bytes beyond which nothing more is sealed: the socket takes no more than this in one call anyway.
    static let maxSealedAhead = 64 << 10

    var session: TLSSession
    var output = OutputQueue()
    /// close_notify is on its way.
    var hasEnded = false
    /// Its handshake waits for those of others.
    let takesTurns: Bool
    /// The first step of its handshake was done.
    var hasBegun = false
    /// A step of its handshake is among those that take turns.
    var isWaiting = false
    /// What was read for that step.
    var unread: [UInt8] = []

    init(_ session: consuming TLSSession, takesTurns: Bool) {
        self.session = session
        self.takesTurns = takesTurns
    }
}
