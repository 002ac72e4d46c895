import Conversations
import Primitives
import TalkProtocol

/// A session must end: the session, u8 reason.
struct KickMail {
    let session: SessionAddress
    let reason: KickReasonType

    func write(into writer: inout ByteWriter) {
        session.write(into: &writer)
        writer.append(UInt8(reason.rawValue))
    }
}

extension KickMail {
    init?(reading reader: inout ByteReader, on loop: Int) {
        guard let session = SessionAddress(reading: &reader, on: loop), let reason = reader.readKickReason() else {
            return nil
        }
        self.init(session: session, reason: reason)
    }
}

extension ByteReader {
    mutating func readKickReason() -> KickReasonType? {
        read(UInt8.self).flatMap { KickReasonType(rawValue: UInt32($0)) }
    }
}
