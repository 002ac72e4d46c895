import Conversations
import DBProxy
import Primitives
import Reactor
import TalkProtocol

// Sends on their way between the loop of their session and that of their conversation.

extension Send {
    /// As it travels between loops: fixed length, the body behind it.
    static let byteCount = 8 + 4 + 4 + 16 + 1 + 16 + 2 + 8 + 2

    func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: conversation.rawValue)
        writer.append(bigEndian: sender.rawValue)
        writer.append(bigEndian: type.rawValue)
        key.write(into: &writer)
        writer.append((keyExpires ? 1 : 0) | (clientKey == nil ? 0 : 2))
        (clientKey ?? SendKey(high: 0, low: 0)).write(into: &writer)
        writer.append(bigEndian: origin.loop)
        origin.write(into: &writer)
        writer.append(bigEndian: sequence)
    }

    init?(_ bytes: RawSpan) {
        guard let conversation = bytes.bigEndian(at: 0, as: UInt64.self).flatMap(ConversationID.init(rawValue:)),
            let sender = bytes.bigEndian(at: 8, as: UInt32.self),
            let type = bytes.bigEndian(at: 12, as: UInt32.self).flatMap(MsgType.init(rawValue:)),
            let key = bytes.sendKey(at: 16), let flags = bytes.byte(at: 32), let clientKey = bytes.sendKey(at: 33),
            let loop = bytes.bigEndian(at: 49, as: UInt16.self),
            let origin = bytes.sessionAddress(at: 51, on: Int(loop)),
            let sequence = bytes.bigEndian(at: 59, as: UInt16.self)
        else { return nil }
        self.init(
            conversation: conversation, sender: UserID(sender), type: type, key: key, keyExpires: flags & 1 != 0,
            clientKey: flags & 2 != 0 ? clientKey : nil, origin: origin, sequence: sequence)
    }
}

extension LostSend {
    /// The send, u32 length of its body, u8 length of the SQLSTATE and this, reason.
    func write(into writer: inout ByteWriter) {
        let state = state?.description ?? ""
        send.write(into: &writer)
        writer.append(bigEndian: UInt32(truncatingIfNeeded: byteCount))
        writer.append(UInt8(truncatingIfNeeded: state.utf8.count))
        writer.append(utf8: state)
        writer.append(utf8: reason.rawValue)
    }

    init?(_ bytes: RawSpan) {
        let start = Send.byteCount + 5
        guard let send = Send(bytes), let byteCount = bytes.bigEndian(at: Send.byteCount, as: UInt32.self),
            let length = bytes.byte(at: Send.byteCount + 4).map(Int.init),
            let state = bytes.slice(start..<start + length)?.copied(),
            let text = bytes.slice(start + length..<bytes.byteCount)?.copied(),
            let reason = Reason(rawValue: String(decoding: text, as: UTF8.self))
        else { return nil }
        self.init(send, byteCount: Int(byteCount), because: reason, state.isEmpty ? nil : SQLState(state))
    }
}

extension RawSpan {
    fileprivate func sendKey(at offset: Int) -> SendKey? {
        guard let high = bigEndian(at: offset, as: UInt64.self), let low = bigEndian(at: offset + 8, as: UInt64.self)
        else { return nil }
        return SendKey(high: high, low: low)
    }
}
