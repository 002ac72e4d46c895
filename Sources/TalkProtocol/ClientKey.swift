public import Primitives

/// The 16 bytes that name a send for ever (field 30 of IMMsgData): the run of a program, the conversation and the
/// ticket, so that a resend finds its key again without keeping it.
public struct ClientKey: Equatable, Sendable {
    /// Random, and another one each time a program is started.
    public let run: UInt64
    public let conversation: UInt32
    /// Counts the sends.
    public let ticket: UInt32

    public init(run: UInt64, conversation: UInt32, ticket: UInt32) {
        self.run = run
        self.conversation = conversation
        self.ticket = ticket
    }

    /// `nil` for anything but 16 bytes.
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 16, let run = bytes.bigEndian(at: 0, as: UInt64.self),
            let conversation = bytes.bigEndian(at: 8, as: UInt32.self),
            let ticket = bytes.bigEndian(at: 12, as: UInt32.self)
        else { return nil }
        self.init(run: run, conversation: conversation, ticket: ticket)
    }

    /// Replaces what was written before.
    public func write(into writer: inout ByteWriter) {
        writer.clear()
        writer.append(bigEndian: run)
        writer.append(bigEndian: conversation)
        writer.append(bigEndian: ticket)
    }
}
