import Conversations
import Primitives

/// A packet for some sessions of a loop: u16 count, the sessions, the packet.
struct PacketMail: ~Escapable {
    static let maxSessions = Int(UInt16.max)

    /// To be read with `SessionAddress(reading:on:)`.
    let sessions: ByteReader
    let packet: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let count: UInt16 = reader.read(),
            let sessions = reader.readBytes(Int(count) * SessionAddress.byteCount)
        else { return nil }
        self.sessions = ByteReader(sessions)
        packet = reader.readRest()
    }

    static func write(_ packet: RawSpan, to sessions: ArraySlice<SessionAddress>, into writer: inout ByteWriter) {
        writer.append(bigEndian: UInt16(sessions.count))
        for session in sessions { session.write(into: &writer) }
        writer.append(packet)
    }
}
