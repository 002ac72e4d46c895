import ClientGateway
import Conversations
import Log
import Membership
import NodeAdmin
import Presence
import Primitives
import Reactor
import Synchronization
import TalkProtocol

extension NodeState: MessageTrails {
    func keep(_ trace: MessageTrace) {
        traces.withLock { $0.append(trace) }
    }

    func trail(of conversation: ConversationID, _ id: MessageID) -> MessageTrail {
        let traces = traces.withLock { $0 }
        // Notes carry the monotonic clock, people want the time of day.
        let (now, today) = (SystemFacts.now, LogSink.systemTime())
        func time(_ instant: Instant) -> UnixTime {
            UnixTime(milliseconds: today.milliseconds - (now - instant).milliseconds)
        }
        let notes = traces.flatMap { $0.notes(of: MessageName(conversation, id)) }.sorted { $0.at < $1.at }
        let oldest = traces.compactMap { $0.forgotBefore(of: conversation) }.max() ?? startedAt
        return MessageTrail(
            node: Int(presence.own.node.rawValue), since: time(oldest),
            notes: notes.filter { $0.isCredible(among: notes) }.map { $0.record(at: time($0.at)) })
    }
}

extension MessageTrace.Note {
    /// Anybody can say that he received a message. It is believed of those to whom it was pushed.
    fileprivate func isCredible(among notes: [MessageTrace.Note]) -> Bool {
        guard case .received(let user, let device) = step else { return true }
        return notes.contains { $0.step == .pushed(user, device) && $0.message == message }
    }

    fileprivate func record(at time: UnixTime) -> MessageTrail.Note {
        func note(_ step: String, _ user: UserID, _ device: DeviceClass? = nil) -> MessageTrail.Note {
            MessageTrail.Note(at: time, step: step, user: Int(user.rawValue), device: device.map { "\($0)" })
        }
        return switch step {
        case .stored(let user): note("stored", user)
        case .acknowledged(let user, let device): note("acknowledged", user, device)
        case .sent(let node): MessageTrail.Note(at: time, step: "sent", peer: Int(node.rawValue))
        case .arrived: MessageTrail.Note(at: time, step: "arrived")
        case .pushed(let user, let device): note("pushed", user, device)
        case .received(let user, let device): note("received", user, device)
        case .read(let user, let device): note("read", user, device)
        case .lost(let user, let reason):
            MessageTrail.Note(at: time, step: "refused", user: Int(user.rawValue), reason: reason.rawValue)
        }
    }
}
