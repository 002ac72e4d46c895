public import Primitives

/// Receives the mail of one kind from other loops (and from this one).
public protocol MailHandler: AnyObject {
    /// The span is valid during the call only.
    func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int)
}

/// Mail to one loop, gathered during a turn. Frame: u32 payload length, u16 sending loop, u8 kind, u8 zero, payload.
final class OutgoingMail {
    static let headerByteCount = 8
    var bytes = ByteWriter(capacity: 1024)
}

extension EventLoop {
    /// Every kind has one handler; registering it again replaces it.
    public func handleMail(kind: UInt8, _ handler: any MailHandler) {
        mailHandlers[kind] = handler
    }

    /// Queues mail for another loop (or this one, which reads it in its next turn). It leaves at the end of the turn,
    /// in the order of the calls.
    public func post(kind: UInt8, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        let target = outgoing[loop]
        let start = target.bytes.count
        target.bytes.append(bigEndian: UInt32(0))
        target.bytes.append(bigEndian: UInt16(index))
        target.bytes.append(kind)
        target.bytes.append(0)
        write(&target.bytes)
        let length = target.bytes.count - start - OutgoingMail.headerByteCount
        target.bytes.overwrite(bigEndian: UInt32(length), at: start)
    }

    /// Hands over what the turn gathered. What a full mailbox refuses stays here and is tried again next turn; until
    /// it is taken, this loop reads no connections.
    func postOutgoing() {
        congested = false
        for (peer, target) in zip(peers, outgoing) where !target.bytes.isEmpty {
            if peer.post(target.bytes.bytes) {
                target.bytes.clear(keeping: 1 << 20)
            } else {
                congested = true
                counters.congestedTurns.add(1)
            }
        }
    }

    func deliverMail(_ mail: RawSpan) {
        var reader = ByteReader(mail)
        while let length: UInt32 = reader.read(), let sender: UInt16 = reader.read(), let kind: UInt8 = reader.read(),
            reader.skip(1), let payload = reader.readBytes(Int(length))
        {
            counters.mailReceived.add(1)
            mailHandlers[kind]?.mail(payload, kind: kind, from: Int(sender))
        }
        precondition(reader.isAtEnd, "mail without a frame behind \(reader.offset) of \(mail.byteCount) bytes")
    }
}
