import Conversations
import Primitives

/// A send for a queue of another loop: u16 queue, the send, the body.
struct SubmitMail: ~Escapable {
    let queue: Int
    let send: Send
    let body: RawSpan

    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let queue: UInt16 = reader.read(), let send = Send(reading: &reader) else { return nil }
        self.queue = Int(queue)
        self.send = send
        body = reader.readRest()
    }

    static func write(_ send: Send, _ body: RawSpan, queue: Int, into writer: inout ByteWriter) {
        writer.append(bigEndian: UInt16(queue))
        send.write(into: &writer)
        writer.append(body)
    }
}
