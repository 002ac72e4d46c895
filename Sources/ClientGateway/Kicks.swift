import Conversations
import Log
import Metrics
import Primitives
import Reactor
import TalkProtocol

extension Gateway {
    /// Ends a session wherever it is: it is told why, and closed.
    func kick(_ address: SessionAddress, _ reason: KickReasonType) {
        let mail = KickMail(session: address, reason: reason)
        if Int(address.loop) == loop.index { return kick(mail) }
        loop.post(.kick, to: Int(address.loop)) { mail.write(into: &$0) }
    }

    /// On the loop of the session.
    func kick(_ mail: KickMail) {
        guard let session = sessions[mail.session], session.isOnline else { return }
        let reason = mail.reason
        counters.kicked.add()
        shared.log.info(
            "kicked", "a session was ended",
            ["trace": .string(session.trace), "reason": .string("\(reason)")])
        leave(session)
        forgetDevice(session)
        var writer = ByteWriter()
        writer.append(.kickUser, sequence: 0, IMKickUser(userID: session.user.rawValue, kickReason: reason))
        session.send(writer.bytes)
        silence(session, because: reason)
    }

    /// Leaves the connection of a session that has ended open for a while, without effect. Closed at once, Windows may
    /// learn of the end before it reads why, and logs in again; the web client logs in whenever its socket closes.
    private func silence(_ session: Session, because reason: KickReasonType) {
        let displaced = reason == .duplicateUser
        let duration =
            displaced
            ? shared.displacements.note(session.user, session.device, at: loop.now)
            : DisplacementCounts.shortestSilence
        session.silentUntil = loop.now + duration
        session.transport.deadlineChanged(session.connection)
    }
}

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
