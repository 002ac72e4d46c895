import Conversations
import DBProxy
import Primitives
public import Reactor
import TalkProtocol

/// What loops of one node say to each other about sessions. Each message says in its own file how it is written.
enum Mail: UInt8, CaseIterable {
    /// A packet for some sessions: `PacketMail`.
    case push = 1
    /// The acknowledgement of a send, for the loop of its session: `AckMail`.
    case acknowledge
    /// A send for the loop that its conversation belongs to: `SubmitMail`.
    case submit
    /// A send was not stored: `LostSend`, for the loop of its session.
    case lost
    /// A legacy client has read something: `Reading`, for the loop of its conversation.
    case read
    /// The session has been displaced or sent away: `KickMail`.
    case kick
    /// A connection that has not logged in gives way to another one: its address.
    case evict
    /// Packets for every session, or for those of PCs: `Broadcast`.
    case broadcast
    /// From another node, by way of the cluster's loop: `RemoteMail` with the body of the topic.
    case remoteMessage
    case remotePush
    /// What is seen of a user changed because of another node: u32 user.
    case presenceChanged
    /// A mobile may have to be told whether a PC of its user is on: `PCStatusMail`.
    case pcStatus
    /// Messages that were stored since then may not have been pushed: u64 nanoseconds of the monotonic clock.
    case doubt
    /// Nodes live of which nothing is heard: users of this one may have logged in there.
    case apart
    /// A conversation may have messages that were not pushed: `RecentMessages`.
    case missed
    /// Another node asks, or answers: `RemoteMail` with the body of the topic.
    case question
    case answer
}

extension EventLoop {
    func post(_ mail: Mail, to loop: Int, _ write: (inout ByteWriter) -> Void) {
        post(kind: mail.rawValue, to: loop, write)
    }
}

extension Gateway: MailHandler {
    public func mail(_ bytes: RawSpan, kind: UInt8, from loop: Int) {
        guard let mail = Mail(rawValue: kind), read(mail, bytes) else {
            preconditionFailure("mail of kind \(kind) with \(bytes.byteCount) bytes cannot be read")
        }
    }

    /// `false` if the bytes are not what the kind says.
    private func read(_ mail: Mail, _ bytes: RawSpan) -> Bool {
        var reader = ByteReader(bytes)
        switch mail {
        case .push:
            guard let mail = PacketMail(bytes) else { return false }
            push(mail)
        case .submit:
            guard let mail = SubmitMail(bytes) else { return false }
            conversations.submit(mail.send, body: mail.body, queue: mail.queue)
        case .broadcast:
            guard let broadcast = Broadcast(bytes) else { return false }
            pushEach(broadcast.packets, to: broadcast.audience)
        case .acknowledge: return AckMail(reading: &reader).map(sendAck) != nil
        case .lost: return LostSend(reading: &reader).map(writeOff) != nil
        case .read: return Reading(reading: &reader).map { markRead($0, isLegacy: true) } != nil
        case .kick: return KickMail(reading: &reader, on: loop.index).map(kick) != nil
        case .evict: return SessionAddress(reading: &reader, on: loop.index).map(evict) != nil
        case .remoteMessage: return readRemoteMessage(bytes)
        case .remotePush: return readRemotePush(bytes)
        case .question: return readQuestion(bytes)
        case .answer: return readAnswer(bytes)
        case .presenceChanged: return reader.read().map { presenceChanged(UserID($0)) } != nil
        case .pcStatus: return PCStatusMail(reading: &reader, on: loop.index).map(tellPCStatus) != nil
        case .doubt: return reader.read().map { conversations.doubted(since: Instant(nanoseconds: $0)) } != nil
        case .apart: lookForLaterLogins()
        case .missed: return RecentMessages(reading: &reader).map(conversations.mayHaveMissed) != nil
        }
        return true
    }
}
