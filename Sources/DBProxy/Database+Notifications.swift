import Primitives
public import TalkProtocol

/// Messages that a node has stored, judged for the devices of users who are away.
public struct JudgedMessages: Sendable, Equatable {
    /// A user who is to be told of a message.
    public struct Absent: Sendable, Equatable {
        public let conversation: ConversationID
        public let message: MessageID
        public let user: UserID
        /// He sees it on a PC: a mobile shows nothing but the number of what is unread.
        public let hasPC: Bool

        public init(_ conversation: ConversationID, _ message: MessageID, _ user: UserID, hasPC: Bool) {
            self.conversation = conversation
            self.message = message
            self.user = user
            self.hasPC = hasPC
        }
    }

    /// Messages of one conversation for which all who are away are named.
    public struct Range: Sendable, Equatable {
        public let conversation: ConversationID
        public let first: MessageID
        public var last: MessageID

        public init(_ conversation: ConversationID, _ ids: ClosedRange<MessageID>) {
            self.conversation = conversation
            first = ids.lowerBound
            last = ids.upperBound
        }
    }

    public var absent: [Absent] = []
    public var ranges: [Range] = []

    public init() {}
}

/// A message for which nobody has judged who is to be told of it.
public struct UnjudgedMessage: Sendable, Equatable {
    public let conversation: ConversationID
    public let message: MessageID
    /// Members with a device who have not read it.
    public let users: [UserID]
}

/// When a device was last entered: devices have an order by it.
public struct DeviceEntry: Sendable, Equatable {
    /// Microseconds since 1970.
    let time: Int64
    let id: Int64

    /// Before all.
    public static let first = DeviceEntry(time: 0, id: 0)

    /// Before all that were entered so long before this one or later.
    public func before(_ span: Duration) -> DeviceEntry {
        DeviceEntry(time: max(0, time - span.milliseconds * 1000), id: 0)
    }
}

/// Who is told of a message while he is away; see the essay of this module.
extension Database {
    private static let enqueueNotifications = Statement(
        "enqueue_notifications",
        """
        select enqueue_notifications(
            $1::bigint[], $2::int[], $3::int[], $4::boolean[], $5::bigint[], $6::int[], $7::int[])
        """)

    /// Puts notifications into the outbox, and notes which messages are judged. Whoever has read the message, has muted
    /// the group or has no device gets none. Done again, it does nothing.
    ///
    /// - Parameter completion: gets how many were made.
    public func enqueueNotifications(_ judged: JudgedMessages, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(judged.absent.map(\.conversation))
        parameters.add(judged.absent.map(\.message))
        parameters.add(judged.absent.map(\.user))
        parameters.add(judged.absent.map(\.hasPC))
        parameters.add(judged.ranges.map(\.conversation))
        parameters.add(judged.ranges.map(\.first))
        parameters.add(judged.ranges.map(\.last))
        query(Self.enqueueNotifications, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map { Int($0) } : nil
        }
    }

    private static let enqueueUnheard = Statement(
        "enqueue_unheard", "select enqueue_unheard($1::int, $2::bigint)")

    /// A mobile was away before anybody noticed: its user is told of what it may not have got since `since` (unix
    /// seconds).
    public func enqueueUnheard(of user: UserID, since: Int64, _ completion: @escaping Completion<Int>) {
        var parameters = Parameters()
        parameters.add(user)
        parameters.add(since)
        query(Self.enqueueUnheard, parameters, within: configuration.writeDeadline, completion) { rows in
            rows.count == 1 ? rows[0].int32(0).map { Int($0) } : nil
        }
    }

    private static let deviceHolders = Statement(
        "device_holders",
        """
        select user_id, (extract(epoch from updated_at) * 1000000)::bigint, id
        from device
        where (updated_at, id) > (to_timestamp($1::bigint / 1000000.0), $2::bigint)
            and is_served(channel_of(client_type))
        order by updated_at, id limit $3::int
        """)

    /// Users with a device that somebody sends notifications to, in the order in which the devices were last entered.
    ///
    /// - Parameter completion: also gets the last one's entry; `entry` if there is none.
    public func deviceHolders(
        after entry: DeviceEntry, limit: Int, _ completion: @escaping Completion<(users: [UserID], last: DeviceEntry)>
    ) {
        var parameters = Parameters()
        parameters.add(entry.time)
        parameters.add(entry.id)
        parameters.add(Int32(clamping: limit))
        query(Self.deviceHolders, parameters, completion) { rows in
            var users: [UserID] = []
            var last = entry
            for index in 0..<rows.count {
                guard let user: UserID = rows[index].value(0), let time = rows[index].int64(1),
                    let id = rows[index].int64(2)
                else { return nil }
                users.append(user)
                last = DeviceEntry(time: time, id: id)
            }
            return (users, last)
        }
    }

    private static let servedChannels = Statement(
        "served_channels",
        """
        select coalesce(bit_or(1 << channel), 0) from outbox_channel where served_at > now() - interval '7 days'
        """)

    /// Channels that somebody serves: bit 1 for the first of them, and so on.
    public func servedChannels(_ completion: @escaping Completion<Int32>) {
        query(Self.servedChannels, Parameters(), completion) { $0.count == 1 ? $0[0].int32(0) : nil }
    }

    private static let takeSweep = Statement(
        "take_notification_sweep",
        """
        update notification_sweep set begun_at = clock_timestamp()
        where begun_at < clock_timestamp() - $1::int * interval '1 millisecond'
        returning through, extract(epoch from clock_timestamp())::bigint
        """)

    /// Begins to look for messages that nobody has judged, unless another node began less than `pause` ago.
    ///
    /// - Parameter completion: gets up to when all are judged, and what the time is there (unix seconds); `nil`:
    ///   another node looks.
    public func takeNotificationSweep(
        pause: Duration, _ completion: @escaping Completion<(since: Int64, now: Int64)?>
    ) {
        var parameters = Parameters()
        parameters.add(Int32(clamping: pause.milliseconds))
        query(Self.takeSweep, parameters, within: configuration.writeDeadline, completion) { rows in
            guard rows.count > 0 else { return .some(nil) }
            guard let since = rows[0].int64(0), let now = rows[0].int64(1) else { return nil }
            return .some((since, now))
        }
    }

    private static let unjudgedMessages = Statement(
        "unjudged_messages", "select conversation, id, users from unjudged_messages($1::bigint, $2::bigint, $3::int)")

    /// Messages of conversations with devices that were stored after `since` and before `before` (unix seconds).
    public func unjudgedMessages(
        since: Int64, before: Int64, limit: Int, _ completion: @escaping Completion<[UnjudgedMessage]>
    ) {
        var parameters = Parameters()
        parameters.add(since)
        parameters.add(before)
        parameters.add(Int32(clamping: limit))
        query(Self.unjudgedMessages, parameters, within: configuration.writeDeadline, completion) { rows in
            var messages: [UnjudgedMessage] = []
            for index in 0..<rows.count {
                guard let conversation: ConversationID = rows[index].value(0), let id: MessageID = rows[index].value(1),
                    let users: [UserID] = rows[index].values(2)
                else { return nil }
                messages.append(UnjudgedMessage(conversation: conversation, message: id, users: users))
            }
            return messages
        }
    }

    private static let endSweep = Statement(
        "end_notification_sweep",
        """
        update notification_sweep set through = greatest(through, $1::bigint)
        """)

    private static let tidyOutbox = Statement("tidy_outbox", "select tidy_outbox()")

    /// Ends what waited for too long, and deletes what ended long ago: some thousands of each.
    public func tidyOutbox(_ completion: @escaping Completion<Void>) {
        query(Self.tidyOutbox, Parameters(), within: configuration.writeDeadline, completion) { _ in () }
    }

    /// All messages up to then (unix seconds) are judged.
    public func endNotificationSweep(through: Int64, _ completion: @escaping Completion<Void>) {
        var parameters = Parameters()
        parameters.add(through)
        query(Self.endSweep, parameters, within: configuration.writeDeadline, completion) { _ in () }
    }
}
