import Conversations
import Primitives

/// A mobile may have to be told whether a PC of its user is on: the session, u8 even if it knows.
struct PCStatusMail {
    let mobile: SessionAddress
    let always: Bool

    func write(into writer: inout ByteWriter) {
        mobile.write(into: &writer)
        writer.append(always ? 1 : 0)
    }
}

extension PCStatusMail {
    init?(reading reader: inout ByteReader, on loop: Int) {
        guard let mobile = SessionAddress(reading: &reader, on: loop), let always: UInt8 = reader.read() else {
            return nil
        }
        self.init(mobile: mobile, always: always == 1)
    }
}
