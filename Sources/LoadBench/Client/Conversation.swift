import Reactor
import TalkProtocol

/// Two users, or the members of a group. All of its clients are driven by one loop.
final class Conversation {
    /// Among all conversations of the run.
    let number: Int
    let kind: SessionType
    /// By device; 0 until that user has logged in for the first time.
    var users: [UserID]
    var group = GroupID(0)
    /// By device: the server that it was sent to last.
    var servers: [SocketAddress?]
    var isPrepared = false
    var ledger: ConversationLedger

    init(number: Int, kind: SessionType, name: String, size: Int) {
        self.number = number
        self.kind = kind
        users = Array(repeating: UserID(0), count: size)
        servers = Array(repeating: nil, count: size)
        ledger = ConversationLedger(name: name, base: 0, deviceCount: size)
    }

    /// It begins behind this id.
    func prepare(base: UInt32) {
        ledger = ConversationLedger(name: ledger.name, base: base, deviceCount: users.count)
        isPrepared = true
    }

    /// What a device calls it in requests: the other user, or the group.
    func sessionID(for slot: Int) -> UInt32 {
        switch kind {
        case .single: users[1 - slot].rawValue
        case .group: group.rawValue
        }
    }

    var messageType: MsgType {
        switch kind {
        case .single: .singleText
        case .group: .groupText
        }
    }

    /// Whether a message with these addresses belongs here, for one of its devices.
    func matches(from sender: UserID, to session: UInt32, _ type: MsgType, slot: Int) -> Bool {
        guard type == messageType else { return false }
        switch kind {
        case .single:
            let isIncoming = sender == users[1 - slot] && session == users[slot].rawValue
            return isIncoming || (sender == users[slot] && session == users[1 - slot].rawValue)
        case .group:
            return session == group.rawValue
        }
    }
}
