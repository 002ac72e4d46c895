public import Primitives

/// The 16 bytes that name a send for ever (field 30 of IMMsgData): the time, the run of a program, the conversation and
/// the ticket, so that a resend finds its key again without keeping it.
///
/// In the form of RFC 9562, version 7: keys that rise with time are found and stored faster (`SendKey`).
public struct ClientKey: Equatable, Sendable {
    /// Of the send, in unix milliseconds, of which 48 bits count; the same when it is repeated.
    public let time: UInt64
    /// Random, and another one each time a program is started; 12 bits of it count.
    public let run: UInt64
    public let conversation: UInt32
    /// Counts the sends; 30 bits of it count.
    public let ticket: UInt32

    private static let (timeMask, runMask, ticketMask) = (UInt64(1) << 48 - 1, UInt64(0xFFF), UInt32(1) << 30 - 1)

    public init(time: UInt64, run: UInt64, conversation: UInt32, ticket: UInt32) {
        self.time = time & Self.timeMask
        self.run = run & Self.runMask
        self.conversation = conversation
        self.ticket = ticket & Self.ticketMask
    }

    /// `nil` for anything but 16 bytes of this form.
    public init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let head: UInt64 = reader.read(), let tail: UInt64 = reader.read(), reader.isAtEnd,
            head >> 12 & 0xF == 7, tail >> 62 == 2
        else { return nil }
        self.init(
            time: head >> 16, run: head, conversation: UInt32(truncatingIfNeeded: tail >> 30),
            ticket: UInt32(truncatingIfNeeded: tail))
    }

    /// Replaces what was written before.
    public func write(into writer: inout ByteWriter) {
        writer.clear()
        writer.append(bigEndian: time << 16 | 7 << 12 | run)
        writer.append(bigEndian: UInt64(2) << 62 | UInt64(conversation) << 30 | UInt64(ticket))
    }
}
