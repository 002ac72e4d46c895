/// What a run looks for. Each is a promise to users that a machine can test (PROMISES.md).
public enum Check: Int, CaseIterable, Sendable {
    case lost, doubled, conflict, gap, undelivered, reordered, repeated, misnumbered, wrongAck, corrupt, wrongUnread

    public var name: String {
        switch self {
        case .lost: "LOST"
        case .doubled: "DOUBLED"
        case .conflict: "CONFLICT"
        case .gap: "GAP"
        case .undelivered: "UNDELIVERED"
        case .reordered: "REORDERED"
        case .repeated: "REPEATED"
        case .misnumbered: "MISNUMBERED"
        case .wrongAck: "WRONG ACK"
        case .corrupt: "CORRUPT"
        case .wrongUnread: "WRONG UNREAD"
        }
    }

    /// What a violation of it is.
    public var meaning: String {
        switch self {
        case .lost: "acknowledged or pushed, but not in everyone's history"
        case .doubled: "one message under two ids"
        case .conflict: "two messages under one id"
        case .gap: "an id that no message has"
        case .undelivered: "in the history, but never reached a receiver who was online"
        case .reordered: "pushed after a message with a higher id"
        case .repeated: "pushed again on the same connection"
        case .misnumbered: "ids contradict the order of sending"
        case .wrongAck: "an acknowledgement that does not fit its send"
        case .corrupt: "body, sender or receiver changed on the way"
        case .wrongUnread: "not the number of messages behind the read mark"
        }
    }

    /// Answered by the reading of all histories at the end; without it nothing is known about these.
    public var needsHistory: Bool {
        switch self {
        case .lost, .gap, .undelivered, .wrongUnread: true
        case .doubled, .conflict, .reordered, .repeated, .misnumbered, .wrongAck, .corrupt: false
        }
    }
}
