import Conversations
import Primitives

/// A send for a lane of another loop: u16 lane, the send, the body.
struct SubmitMail: ~Escapable {
    let lane: Int
    let send: Send
    let body: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let lane: UInt16 = reader.read(), let send = Send(reading: &reader) else { return nil }
        self.lane = Int(lane)
        self.send = send
        body = reader.readRest()
    }

    static func write(_ send: Send, _ body: RawSpan, lane: Int, into writer: inout ByteWriter) {
        writer.append(bigEndian: UInt16(lane))
        send.write(into: &writer)
        writer.append(body)
    }
}
