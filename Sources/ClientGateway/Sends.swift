public import Conversations
import DBProxy
import Log
import Metrics
import Primitives
import Reactor
public import TalkProtocol

/// What becomes of a send: it goes to the loop of its conversation, and comes back acknowledged or lost.
extension Gateway {
    /// Gives the send on its way; to be reviewed first, where that is done.
    func submit(_ send: Send, body: RawSpan) {
        if let reviewer { review(send, body: body, by: reviewer) } else { store(send, body: body) }
    }

    /// Gives the send to the loop that its conversation belongs to.
    func store(_ send: Send, body: RawSpan) {
        let home = Conversations.home(of: send.conversation, loops: shared.loops, queues: shared.queuesPerLoop)
        if home.loop == loop.index {
            conversations.submit(send, body: body, queue: home.queue)
        } else {
            loop.post(.submit, to: home.loop) { SubmitMail.write(send, body, queue: home.queue, into: &$0) }
        }
    }

    public func acknowledge(_ send: Send, id: MessageID, after wait: Duration?) {
        if let wait { conversations.timings.commit.record(wait) }
        counters.acknowledged.add()
        note(.stored(send.sender), of: MessageName(send.conversation, id), by: send.sender)
        let ack = AckMail(send: send, id: id)
        if Int(send.origin.loop) == loop.index { return sendAck(ack) }
        loop.post(.acknowledge, to: Int(send.origin.loop)) { ack.write(into: &$0) }
    }

    /// On the loop of the session.
    func sendAck(_ ack: AckMail) {
        let (send, id) = (ack.send, ack.id)
        guard let session = sessions[send.origin] else { return programSends.take(send.origin)?(.success(id)) ?? () }
        let (scratch, keyScratch) = (scratch, keyScratch)
        scratch.writer.clear(keeping: 1 << 16)
        keyScratch.writer.clear()
        if let key = send.clientKey { key.write(into: &keyScratch.writer) }
        scratch.writer.appendMsgDataAck(
            sequence: send.sequence, user: send.sender, sessionID: send.sessionID, id: id,
            sessionType: send.sessionType,
            clientKey: send.clientKey == nil ? nil : keyScratch.writer.bytes)
        session.unacknowledged -= 1
        note(.acknowledged(send.sender, session.device), of: MessageName(send.conversation, id), by: send.sender)
        session.send(scratch.writer.bytes)
    }

    public func lost(_ lost: LostSend) {
        counters.refused(lost.reason.rawValue)
        note(
            .lost(lost.send.sender, lost.reason), of: MessageName(lost.send.conversation, MessageID(0)),
            by: lost.send.sender)
        if Int(lost.send.origin.loop) == loop.index { return writeOff(lost) }
        loop.post(.lost, to: Int(lost.send.origin.loop)) { lost.write(into: &$0) }
    }

    /// On the loop of the session, which knows its trace as long as it is there.
    func writeOff(_ lost: LostSend) {
        let session = sessions[lost.send.origin]
        session?.unacknowledged -= 1
        if session == nil { programSends.take(lost.send.origin)?(.failure(.lost(lost.reason))) }
        guard refusalLog.admits(lost.reason.rawValue, at: loop.now) else { return }
        logRefusal(
            session?.trace ?? "\(lost.send.sender.rawValue)", lost.reason.rawValue, lost.state,
            byteCount: lost.byteCount)
    }
}

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

/// A send is committed: the send, u32 id of the message.
struct AckMail {
    let send: Send
    let id: MessageID

    func write(into writer: inout ByteWriter) {
        send.write(into: &writer)
        writer.append(bigEndian: id.rawValue)
    }
}

extension AckMail {
    init?(reading reader: inout ByteReader) {
        guard let send = Send(reading: &reader), let id = reader.read().map(MessageID.init(_:)) else { return nil }
        self.init(send: send, id: id)
    }
}

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
