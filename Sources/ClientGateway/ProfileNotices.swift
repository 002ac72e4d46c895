import Primitives
import TalkProtocol

/// What users changed about themselves, to be told to everybody a few at a time, each as it is in the end: one packet
/// becomes one for every session of the cluster. A core.
struct ProfileNotices {
    /// In one tick of a loop, and in one frame between nodes.
    private static let usersPerTick = 50

    private struct Change {
        var avatar: String?
        var sign: String?
        var info: IMUserInfoChangedNotify?
    }

    /// Of each user what was not told yet.
    private var changes: [UserID: Change] = [:]
    private var order = Fifo<UserID>()

    var isEmpty: Bool { changes.isEmpty }

    /// These return `true` for the first user: a tick is to be scheduled.

    mutating func changedAvatar(_ url: String, of user: UserID) -> Bool {
        change(user) { $0.avatar = url }
    }

    mutating func changedSign(_ sign: String, of user: UserID) -> Bool {
        change(user) { $0.sign = sign }
    }

    mutating func changed(_ info: IMUserInfoChangedNotify, of user: UserID) -> Bool {
        change(user) { change in
            let before = change.info
            change.info = info
            change.info?.telephoneNum = info.telephoneNum ?? before?.telephoneNum
            change.info?.emailAddress = info.emailAddress ?? before?.emailAddress
            change.info?.signInfo = info.signInfo ?? before?.signInfo
            change.info?.avatarURL = info.avatarURL ?? before?.avatarURL
        }
    }

    private mutating func change(_ user: UserID, _ body: (inout Change) -> Void) -> Bool {
        let isFirst = changes.isEmpty
        if changes[user] == nil { order.append(user) }
        body(&changes[user, default: Change()])
        return isFirst
    }

    /// Appends the packets of this tick; the others wait for the next one.
    mutating func take(into writer: inout ByteWriter) {
        for _ in 0..<min(order.count, Self.usersPerTick) {
            guard let user = order.popFirst(), let change = changes.removeValue(forKey: user) else { continue }
            if let avatar = change.avatar {
                writer.append(
                    .avatarChangedNotify, sequence: 0,
                    IMAvatarChangedNotify(changedUserID: user.rawValue, avatarURL: avatar))
            }
            if let sign = change.sign {
                writer.append(
                    .signInfoChangedNotify, sequence: 0,
                    IMSignInfoChangedNotify(changedUserID: user.rawValue, signInfo: sign))
            }
            if let info = change.info { writer.append(.userInfoChangedNotify, sequence: 0, info) }
        }
    }
}
