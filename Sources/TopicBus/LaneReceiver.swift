import Primitives

/// The receiving side of one lane from one life of a peer: each message once, in order.
struct LaneReceiver {
    private static let maxUnackedFrames = 256
    private static let maxUnackedBytes: UInt64 = 1 << 20
    static let ackDelay: Duration = .milliseconds(20)

    /// Everything up to here was handled.
    private(set) var have: UInt64 = 0
    private(set) var duplicates = 0
    /// Bytes of the peer's log that were handled. Where the log stands is the peer's word: it may be any number.
    private var consumed: UInt64 = 0
    private var ackedSequence: UInt64 = 0
    private var ackedBytes: UInt64 = 0
    private var ackDue = Instant.never

    enum Verdict {
        case deliver
        case duplicate
        /// Something between is missing: the connection is of no use.
        case gap
    }

    mutating func received(_ frame: BusFrame, at now: Instant) -> Verdict {
        if frame.sequence <= have {
            duplicates += 1
            // The peer did not get the last confirmation.
            ackDue = min(ackDue, now)
            return .duplicate
        }
        guard frame.sequence == have &+ 1 else { return .gap }
        have = frame.sequence
        consumed &+= UInt64(frame.byteCount)
        let isMuch =
            have &- ackedSequence >= Self.maxUnackedFrames || consumed &- ackedBytes >= Self.maxUnackedBytes
        ackDue = min(ackDue, isMuch ? now : now + Self.ackDelay)
        return .deliver
    }

    /// The peer has abandoned everything up to `sequence`, where its log stood at `offset`.
    mutating func skip(to sequence: UInt64, offset: UInt64, at now: Instant) {
        guard sequence > have else { return }
        have = sequence
        consumed = max(consumed, offset)
        ackDue = min(ackDue, now)
    }

    /// On a new connection the peer first learns what it may send: the last confirmation may be lost with the old one.
    mutating func connectionOpened(at now: Instant) {
        ackDue = now
    }

    /// When a confirmation must go out; `never` if there is nothing to confirm.
    var nextDue: Instant { ackDue }

    var owesAck: Bool { ackDue != .never }

    mutating func writeAck(into writer: inout ByteWriter) {
        BusFrame.write(.ack, sequence: have, key: consumed &+ LaneSender.window, into: &writer)
        ackedSequence = have
        ackedBytes = consumed
        ackDue = .never
    }
}
