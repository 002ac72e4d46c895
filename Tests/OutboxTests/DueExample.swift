import DBProxy
import TalkProtocol

/// Of user 2's device, about a message of Ann, user 1.
enum DueExample {
    static func make(
        _ text: String = "hello", _ type: MsgType = .singleText, _ group: UInt64? = nil, token: String = "ios:00ff",
        keys: [UInt8] = [], attempts: Int16 = 1, isSilent: Bool = false
    ) throws -> DueNotification {
        let conversation = ConversationID(rawValue: group ?? (1 << 32 | 2)) ?? .group(GroupID(1))
        return DueNotification(
            id: 7, attempts: attempts, token: token, keys: keys, user: UserID(2), conversation: conversation,
            message: MessageID(9), sender: UserID(1), senderName: "Ann", groupName: group == nil ? nil : "Team",
            type: type, body: try TextCodec().encode(text), sentAt: 1_800_000_000, unread: 3, isSilent: isSilent)
    }
}
