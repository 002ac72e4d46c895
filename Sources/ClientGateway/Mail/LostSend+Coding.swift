import Conversations
import DBProxy
import Primitives

/// The send, u32 length of its body, u8 length of the SQLSTATE and this, the reason.
extension LostSend {
    func write(into writer: inout ByteWriter) {
        let state = state?.description ?? ""
        send.write(into: &writer)
        writer.append(bigEndian: UInt32(truncatingIfNeeded: byteCount))
        writer.append(UInt8(truncatingIfNeeded: state.utf8.count))
        writer.append(utf8: state)
        writer.append(utf8: reason.rawValue)
    }

    init?(reading reader: inout ByteReader) {
        guard let send = Send(reading: &reader), let byteCount: UInt32 = reader.read(),
            let length: UInt8 = reader.read(), let state = reader.readBytes(Int(length))?.copied(),
            let reason = Reason(rawValue: String(decoding: reader.readRest().copied(), as: UTF8.self))
        else { return nil }
        self.init(send, byteCount: Int(byteCount), because: reason, state.isEmpty ? nil : SQLState(state))
    }
}
