public import Primitives
public import TalkProtocol

/// The last login of a user and class, as the database has it: what every node should believe.
public struct LastLogin: Sendable, Equatable {
    public let device: DeviceClass
    public let epoch: Int64
    public let clientType: ClientType
    public let at: UnixTime
}

/// A member of a conversation, seen from one of its messages.
public struct MessageReader: Sendable, Equatable {
    public let user: UserID
    /// The message is for him.
    public let isEntitled: Bool
    /// It, or a later one, was read.
    public let hasRead: Bool
}

/// What the database knows of users and messages that somebody asks about.
extension Database {
    private static let loginsOfUser = Statement(
        "logins_of_user",
        """
        select class, epoch, client_type, (extract(epoch from logged_in_at) * 1000)::bigint
        from login where user_id = $1::int order by class
        """)

    /// At most one for each class of devices.
    public func logins(of user: UserID, _ completion: @escaping Completion<[LastLogin]>) {
        var parameters = Parameters()
        parameters.add(user)
        query(Self.loginsOfUser, parameters, completion) { rows in
            var logins: [LastLogin] = []
            for index in 0..<rows.count {
                let row = rows[index]
                guard let device: DeviceClass = row.value(0), let epoch = row.int64(1),
                    let client: ClientType = row.value(2), let at = row.int64(3)
                else { return nil }
                logins.append(
                    LastLogin(device: device, epoch: epoch, clientType: client, at: UnixTime(milliseconds: at)))
            }
            return logins
        }
    }

    private static let readersOfMessage = Statement(
        "readers_of_message",
        """
        select user_id, joined_at_id < $2::int and coalesce(left_at_id >= $2::int, true), read_msg_id >= $2::int
        from member where conversation_id = $1::bigint order by user_id limit 1000
        """)

    /// The members of a conversation, those who have left too; at most 1,000.
    public func readers(
        of conversation: ConversationID, _ id: MessageID, _ completion: @escaping Completion<[MessageReader]>
    ) {
        var parameters = Parameters()
        parameters.add(conversation)
        parameters.add(id)
        query(Self.readersOfMessage, parameters, completion) { rows in
            var readers: [MessageReader] = []
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0), let isEntitled = rows[index].bool(1),
                    let hasRead = rows[index].bool(2)
                else { return nil }
                readers.append(MessageReader(user: user, isEntitled: isEntitled, hasRead: hasRead))
            }
            return readers
        }
    }
}
