import Primitives

/// The 16 bytes that name a send for ever (field 30 of IMMsgData): the run, the conversation and the ticket, so that a
/// resend finds its key again without keeping it.
struct ClientKey: Equatable {
    let run: UInt64
    let conversation: UInt32
    let ticket: UInt32

    init(run: UInt64, conversation: UInt32, ticket: UInt32) {
        self.run = run
        self.conversation = conversation
        self.ticket = ticket
    }

    init?(_ bytes: RawSpan) {
        guard bytes.byteCount == 16, let run = bytes.bigEndian(at: 0, as: UInt64.self),
            let conversation = bytes.bigEndian(at: 8, as: UInt32.self),
            let ticket = bytes.bigEndian(at: 12, as: UInt32.self)
        else { return nil }
        self.init(run: run, conversation: conversation, ticket: ticket)
    }

    func write(into writer: inout ByteWriter) {
        writer.clear()
        writer.append(bigEndian: run)
        writer.append(bigEndian: conversation)
        writer.append(bigEndian: ticket)
    }
}
