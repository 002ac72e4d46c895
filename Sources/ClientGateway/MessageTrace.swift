public import Conversations
import Log
public import Membership
public import Primitives
import Reactor
import Synchronization
public import TalkProtocol

/// What became of the last messages on one loop: for whoever asks where a message is.
///
/// Written by its loop, read by any thread. A note has 56 bytes; so many of them are kept that at 1,000 messages per
/// second and loop, each for one recipient, they reach back for some 16 seconds, and at 10 for half an hour. What one
/// user causes, by his messages or by what he says of others', takes no more than a sixteenth.
public final class MessageTrace: Sendable {
    public enum Step: Equatable, Sendable {
        /// Committed, or found committed by a resend.
        case stored(UserID)
        /// The sender's client was told.
        case acknowledged(UserID, DeviceClass)
        /// Given to the bus.
        case sent(to: NodeID)
        /// Came over the bus.
        case arrived
        /// Written to a session.
        case pushed(UserID, DeviceClass)
        /// The client said so.
        case received(UserID, DeviceClass)
        /// This message, and all before it.
        case read(UserID, DeviceClass)
        /// Not stored, so it has no id; noted under 0, and told with every message of the conversation.
        case lost(UserID, LostSend.Reason)
    }

    public struct Note: Sendable {
        public let message: MessageName
        public let step: Step
        public let at: Instant
    }

    private static let capacity = 65_536

    private let content = Mutex(FairLog<UserID, Note>(capacity: capacity, perOwner: capacity / 16))

    init() {}

    /// - Parameter user: who caused it: the sender of the message, or who received or read it.
    func note(_ step: Step, of message: MessageName, by user: UserID, at now: Instant) {
        content.withLock { $0.append(Note(message: message, step: step, at: now), of: user, at: now) }
    }

    /// Leaves a note of each session that a message was written to. A message to a group has hundreds, so the lock is
    /// taken once for all of them.
    func note(
        pushedTo devices: [(user: UserID, device: DeviceClass)], of message: MessageName, by sender: UserID,
        at now: Instant
    ) {
        content.withLock { content in
            for (user, device) in devices {
                let step = Step.pushed(user, device)
                content.append(Note(message: message, step: step, at: now), of: sender, at: now)
            }
        }
    }

    /// What is known of a message, oldest first; of reading, all marks at it or above it; and what
    /// of its conversation was not stored.
    public func notes(of message: MessageName) -> [Note] {
        content.withLock { content in
            content.filter { note in
                guard note.message.conversation == message.conversation else { return false }
                if case .read = note.step { return note.message.id >= message.id }
                if case .lost = note.step { return true }
                return note.message.id == message.id
            }
        }
    }

    /// What was before may be forgotten of the conversation; `nil`: nothing is.
    public func forgotBefore(of conversation: ConversationID) -> Instant? {
        content.withLock { content in
            content.forgotten { user in
                if case .pair(let one, let other) = conversation.kind { return user == one || user == other }
                return true
            }
        }
    }
}

extension Gateway {
    /// Leaves a note of a message, also in the log when that is to hold everything.
    func note(_ step: MessageTrace.Step, of message: MessageName, by user: UserID) {
        trace.note(step, of: message, by: user, at: loop.now)
        log(step, of: message)
    }

    /// The same for all sessions that a message was written to.
    func note(
        pushedTo devices: [(user: UserID, device: DeviceClass)], of message: MessageName, by sender: UserID
    ) {
        trace.note(pushedTo: devices, of: message, by: sender, at: loop.now)
        guard shared.log.level <= .debug else { return }
        for (user, device) in devices { log(.pushed(user, device), of: message) }
    }

    private func log(_ step: MessageTrace.Step, of message: MessageName) {
        shared.log.debug(
            "message", "a step of a message on its way", ["trace": .string("\(message)"), "step": .string("\(step)")])
    }
}
