import Conversations
import DBProxy
import TalkProtocol

/// What a loop has judged and the database does not know yet: who is away and is to be told of which message.
///
/// A core. One call is under way at a time, and what is judged meanwhile goes with the next one. What there is no room
/// for, or what the database does not take, is not noted as judged, so that a sweep finds it (`NotificationSweep`).
struct NotificationQueue {
    /// Users to be told, of all messages that wait. A message to a larger group is taken when nothing else waits.
    static let capacity = 8_192

    private(set) var waiting = JudgedMessages()
    private(set) var isAsking = false

    /// - Parameter absent: with whether a PC of theirs is on.
    /// - Returns: whether there was room.
    mutating func judged(_ message: MessageName, absent: [(user: UserID, hasPC: Bool)]) -> Bool {
        guard waiting.absent.isEmpty || waiting.absent.count + absent.count <= Self.capacity,
            waiting.ranges.count < Self.capacity
        else { return false }
        for (user, hasPC) in absent {
            waiting.absent.append(.init(message.conversation, message.id, user, hasPC: hasPC))
        }
        if let last = waiting.ranges.last, last.conversation == message.conversation,
            last.last.rawValue &+ 1 == message.id.rawValue
        {
            waiting.ranges[waiting.ranges.count - 1].last = message.id
        } else {
            waiting.ranges.append(.init(message.conversation, message.id...message.id))
        }
        return true
    }

    /// What the database is to be told now, if it is not being told already.
    mutating func take() -> JudgedMessages? {
        guard !isAsking, !waiting.ranges.isEmpty else { return nil }
        isAsking = true
        defer { waiting = JudgedMessages() }
        return waiting
    }

    mutating func answered() { isAsking = false }

    /// Traps if what waits contradicts itself.
    func checkInvariants() {
        let known = Set(waiting.ranges.map(\.conversation))
        for absent in waiting.absent {
            precondition(known.contains(absent.conversation), "\(absent) waits, and its message is not judged")
        }
        for range in waiting.ranges { precondition(range.first <= range.last, "\(range) runs backwards") }
    }
}
