import Primitives

/// The sending side of one lane to one life of a peer: a log of the messages that it has not confirmed.
///
/// Connections come and go; the log stays and is sent again from where the peer is.
struct LaneSender: ~Copyable {
    static let window: UInt64 = 8 << 20
    private static let chunkBytes = 64 << 10
    private static let maxSpares = 4

    /// Whole frames, so that one chunk is one record on the wire.
    private final class Chunk {
        let bytes = ScratchWriter(capacity: chunkBytes)
        var offset: UInt64 = 0
        var firstSequence: UInt64 = 0
        var lastSequence: UInt64 = 0

        var end: UInt64 { offset + UInt64(bytes.writer.count) }

        func read(from start: Int, _ body: (RawSpan) -> Void) {
            let bytes = bytes
            let all = bytes.writer.bytes
            body(all.extracting(droppingFirst: start))
        }

        /// Where in the log the message of this number stands.
        func offset(of sequence: UInt64) -> UInt64 {
            let bytes = bytes
            var reader = ByteReader(bytes.writer.bytes)
            for _ in firstSequence..<max(firstSequence, sequence) {
                guard let frame = BusFrame(reading: &reader), reader.skip(frame.bodyByteCount) else { break }
            }
            return offset + UInt64(reader.offset)
        }
    }

    private var chunks = Fifo<Chunk>()
    private var spares: [Chunk] = []
    private var lastChunk: Chunk?
    private var nextSequence: UInt64 = 1
    private(set) var acked: UInt64 = 0
    /// Where the log begins, where its next byte goes, and where the next one to be sent stands.
    private var begin: UInt64 = 0
    private var end: UInt64 = 0
    private var sent: UInt64 = 0
    /// The last message that was sent on the present connection, or is confirmed.
    private var sentThrough: UInt64 = 0
    private var credit = window
    /// The peer must be told that it will not get all messages.
    private(set) var mustSkip = false
    private(set) var statistics = LaneStatistics()

    /// Messages that are not confirmed.
    var frameCount: Int { Int(nextSequence - 1 - acked) }
    /// Bytes that the log holds.
    var byteCount: Int { Int(end - begin) }

    var hasUnsent: Bool { sent < end }
    /// There is something to send, and the peer's window is closed.
    var isStalled: Bool { hasUnsent && sent >= credit }

    mutating func append(_ topic: Topic, key: UInt64, _ body: RawSpan) {
        let needed = BusFrame.headerByteCount + body.byteCount
        let chunk: Chunk
        if let last = lastChunk, last.bytes.writer.count + needed <= Self.chunkBytes {
            chunk = last
        } else {
            chunk = spares.popLast() ?? Chunk()
            chunk.bytes.writer.clear(keeping: Self.chunkBytes)
            chunk.offset = end
            chunk.firstSequence = nextSequence
            chunks.append(chunk)
            lastChunk = chunk
        }
        BusFrame.write(.message, topic: topic, sequence: nextSequence, key: key, body: body, into: &chunk.bytes.writer)
        chunk.lastSequence = nextSequence
        nextSequence += 1
        let wasStalled = isStalled
        end += UInt64(needed)
        if isStalled, !wasStalled { statistics.creditWaits += 1 }
    }

    /// There is something that may be sent now.
    var canSend: Bool { hasUnsent && !isStalled }

    /// Hands out what comes next, at most one chunk; `false` if there is nothing, or no credit.
    mutating func take(_ body: (RawSpan) -> Void) -> Bool {
        guard canSend else { return false }
        var index = chunks.count - 1
        while index > 0, chunks[index].offset > sent { index -= 1 }
        let chunk = chunks[index]
        chunk.read(from: Int(sent - chunk.offset), body)
        sent = chunk.end
        sentThrough = chunk.lastSequence
        if isStalled { statistics.creditWaits += 1 }
        return true
    }

    /// The peer has handled everything up to `sequence` and lets the log be sent up to `credit`.
    /// `false` if it speaks of what was never sent.
    mutating func acknowledge(_ sequence: UInt64, credit newCredit: UInt64) -> Bool {
        guard sequence < nextSequence else { return false }
        credit = max(credit, newCredit)
        acked = max(acked, sequence)
        while let first = chunks.first, first.lastSequence <= acked, first.end <= sent {
            _ = chunks.popFirst()
            if lastChunk === first { lastChunk = nil }
            if spares.count < Self.maxSpares { spares.append(first) }
        }
        begin = chunks.first?.offset ?? end
        return true
    }

    /// A new connection: the peer has `have` and wants what follows. `false` if that was never sent.
    mutating func rewind(to have: UInt64) -> Bool {
        guard have < nextSequence else { return false }
        sent = end
        if have < acked {
            // What lies between was abandoned.
            mustSkip = true
        } else {
            _ = acknowledge(have, credit: credit)
        }
        for index in 0..<chunks.count where chunks[index].lastSequence > have {
            sent = chunks[index].offset(of: have + 1)
            break
        }
        // What was abandoned is not sent again.
        let first = max(have, acked)
        if sentThrough > first { statistics.resent += Int(sentThrough - first) }
        sentThrough = first
        return true
    }

    /// Forgets everything that is not confirmed. The peer is told when it is there again.
    mutating func abandon() {
        guard frameCount > 0 else { return }
        statistics.skipped += frameCount
        acked = nextSequence - 1
        begin = end
        sent = end
        sentThrough = acked
        chunks.removeAll()
        spares.removeAll()
        lastChunk = nil
        mustSkip = true
    }

    /// Messages for the peer were left to the database. It is told so when it can be, whatever connection that takes.
    mutating func oweSkip() {
        mustSkip = true
    }

    /// For tests: what is not as it must be between two calls, if anything.
    func checkInvariants() -> String? {
        var next = begin
        for index in 0..<chunks.count {
            if chunks[index].offset != next { return "a chunk begins at \(chunks[index].offset), not at \(next)" }
            next = chunks[index].end
        }
        if next != end { return "the chunks end at \(next), the log at \(end)" }
        if sent < begin || sent > end { return "\(sent) is sent of \(begin) to \(end)" }
        if acked >= nextSequence { return "\(acked) is confirmed, \(nextSequence) comes next" }
        return frameCount == 0 || end > begin ? nil : "\(frameCount) messages in no bytes"
    }

    /// Tells the peer which messages it will not get. First thing on a connection after `abandon`.
    mutating func writeSkip(into writer: inout ByteWriter) {
        guard mustSkip else { return }
        mustSkip = false
        BusFrame.write(.catchUp, sequence: acked, key: begin, into: &writer)
    }
}

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
