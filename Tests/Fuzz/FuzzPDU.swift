import Primitives
import Protobuf
import TalkProtocol

/// The input is a stream of packets, as a stranger would send it.
///
/// Beyond surviving: a header comes back from its fields, the view of a message agrees with the generated type, and
/// message content is read without complaint.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPDU(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let stream = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    var consumed = 0
    while true {
        let unread = stream.rawBytes.extracting(droppingFirst: consumed)
        guard case .pdu(let header, let bodyRange) = PDUFramer.next(in: unread, limit: 1 << 20) else { return 0 }
        var writer = ByteWriter()
        header.write(into: &writer)
        precondition(writer.bytes.equals(unread.extracting(first: PDUHeader.byteCount)), "\(header)")
        let body = unread.extracting(bodyRange)
        if Command(service: header.service, command: header.command) == .msgData { compareMessage(body) }
        readContent(body)
        consumed += bodyRange.upperBound
    }
}

private func compareMessage(_ body: RawSpan) {
    let message = try? IMMsgData(reading: body)
    guard let view = try? MessageDataView(body) else {
        precondition(message == nil, "the view refuses what the type accepts")
        return
    }
    guard let message else { preconditionFailure("the view accepts what the type refuses") }
    precondition(view.fromUserID.rawValue == message.fromUserID && view.toSessionID == message.toSessionID)
    precondition(view.msgID.rawValue == message.msgID && view.createTime == message.createTime)
    precondition(view.type == message.msgType && view.data.copied() == message.msgData)
    precondition(view.clientKey?.copied() == message.clientMsgKey)
    readContent(view.data)
}

private func readContent(_ body: RawSpan) {
    if let text = try? TextCodec().decodeText(body) { _ = TextPart.split(text) }
    _ = TextPart.split(String(decoding: body.copied(), as: UTF8.self))
    if let audio = AudioBody(body) { precondition(audio.audio.byteCount > 0 && audio.duration > .zero) }
}
