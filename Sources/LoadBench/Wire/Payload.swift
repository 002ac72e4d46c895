import Primitives

/// What the body of a message says about itself, so that whoever sees it can tell which message it is, when it was
/// to be sent, and that no byte of it has changed; nothing about it needs to be remembered.
struct Payload: Equatable {
    static let minByteCount = 40
    private static let magic: UInt32 = 0x4756_4C42
    private static let digestByteCount = 8
    /// Fills bodies up to their size. Not constant, so that shifted or cut padding shows.
    private static let padding = (0..<4_096).map { UInt8(truncatingIfNeeded: mix64($0)) }

    let run: UInt64
    let conversation: UInt32
    /// Which device of the conversation sends it.
    let sender: UInt32
    let ticket: UInt32
    let scheduled: Instant

    init(run: UInt64, conversation: UInt32, sender: UInt32, ticket: UInt32, scheduled: Instant) {
        self.run = run
        self.conversation = conversation
        self.sender = sender
        self.ticket = ticket
        self.scheduled = scheduled
    }

    /// `nil` if the bytes are not exactly what `write` made.
    init?(_ body: RawSpan) {
        var reader = ByteReader(body)
        guard body.byteCount >= Self.minByteCount, reader.read() == Self.magic, let run: UInt64 = reader.read(),
            let conversation: UInt32 = reader.read(), let sender: UInt32 = reader.read(),
            let ticket: UInt32 = reader.read(), let scheduled: UInt64 = reader.read()
        else { return nil }
        let end = body.byteCount - Self.digestByteCount
        guard body.bigEndian(at: end) == Self.digest(body.extracting(0..<end)) else { return nil }
        self.init(
            run: run, conversation: conversation, sender: sender, ticket: ticket,
            scheduled: Instant(nanoseconds: scheduled))
    }

    /// Makes `writer` a body of `byteCount` bytes, which must be at least `minByteCount`.
    func write(into writer: inout ByteWriter, byteCount: Int) {
        writer.clear()
        writer.append(bigEndian: Self.magic)
        writer.append(bigEndian: run)
        writer.append(bigEndian: conversation)
        writer.append(bigEndian: sender)
        writer.append(bigEndian: ticket)
        writer.append(bigEndian: scheduled.nanoseconds)
        let end = byteCount - Self.digestByteCount
        while writer.count < end {
            writer.append(Self.padding.rawBytes.extracting(first: min(end - writer.count, Self.padding.count)))
        }
        writer.append(bigEndian: Self.digest(writer.bytes))
    }

    /// Catches any change that is not made on purpose; eight bytes at a step, since every message is hashed twice.
    private static func digest(_ bytes: RawSpan) -> UInt64 {
        var hash = UInt64(bytes.byteCount)
        var offset = 0
        while let word = bytes.bigEndian(at: offset, as: UInt64.self) {
            hash = ((hash ^ word) &* 0x9e37_79b9_7f4a_7c15)
            hash ^= hash >> 32
            offset &+= 8
        }
        while let byte = bytes.byte(at: offset) {
            hash = (hash ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
            offset &+= 1
        }
        return mix64(hash)
    }
}
