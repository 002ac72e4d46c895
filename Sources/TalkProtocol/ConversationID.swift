/// A pair of users, whoever of them speaks, or a group: what messages are numbered within.
///
/// One integer, so that it is a key everywhere: for a pair the smaller user id in the upper half and the larger one in
/// the lower; for a group its id, with an upper half of zero. It fits a signed 64-bit column.
public struct ConversationID: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public enum Kind: Equatable, Sendable {
        /// The smaller id first.
        case pair(UserID, UserID)
        case group(GroupID)
    }

    /// `nil` for an integer that is no conversation's, such as a pair in the wrong order.
    public init?(rawValue: UInt64) {
        let upper = UInt32(truncatingIfNeeded: rawValue >> 32)
        let lower = UInt32(truncatingIfNeeded: rawValue)
        guard upper == 0 || Self.pair(UserID(upper), UserID(lower))?.rawValue == rawValue else { return nil }
        self.init(unchecked: rawValue)
    }

    private init(unchecked rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The same for both orders; `nil` if one of the ids is no user's or both are the same.
    public static func pair(_ one: UserID, _ other: UserID) -> ConversationID? {
        let (smaller, larger) = (min(one, other).rawValue, max(one, other).rawValue)
        guard smaller >= 1, larger <= Int32.max, smaller != larger else { return nil }
        return ConversationID(unchecked: UInt64(smaller) << 32 | UInt64(larger))
    }

    public static func group(_ group: GroupID) -> ConversationID {
        ConversationID(unchecked: UInt64(group.rawValue))
    }

    /// What `user` means by the session type and session id of a request; `nil` if that is no conversation.
    public init?(of user: UserID, _ type: SessionType, session id: UInt32) {
        switch type {
        case .single:
            guard let pair = Self.pair(user, UserID(id)) else { return nil }
            self = pair
        case .group:
            self = .group(GroupID(id))
        }
    }

    public var kind: Kind {
        let upper = UInt32(truncatingIfNeeded: rawValue >> 32)
        let lower = UInt32(truncatingIfNeeded: rawValue)
        return upper == 0 ? .group(GroupID(lower)) : .pair(UserID(upper), UserID(lower))
    }

    /// The other one of a pair; `nil` in a group and for a user who is not one of the two.
    public func peer(of user: UserID) -> UserID? {
        guard case .pair(let smaller, let larger) = kind else { return nil }
        return user == smaller ? larger : user == larger ? smaller : nil
    }

    public static func < (left: ConversationID, right: ConversationID) -> Bool { left.rawValue < right.rawValue }
}

/// A conversation as requests and answers name it: by a type, and by an id that means something else to each of a pair.
extension ConversationID {
    public var sessionType: SessionType {
        switch kind {
        case .pair: .single
        case .group: .group
        }
    }

    /// What `user` calls the conversation: the other one, or the group.
    public func sessionID(for user: UserID) -> UInt32 {
        switch kind {
        case .pair: peer(of: user)?.rawValue ?? 0
        case .group(let group): group.rawValue
        }
    }
}

/// A conversation as people and programs name it: `g5` for group 5, `1,2` for what users 1 and 2 write to each other.
extension ConversationID: LosslessStringConvertible {
    /// The users of a pair in any order.
    public init?(_ description: String) {
        func number(_ text: Substring) -> UInt32? {
            guard let number = UInt32(text), number > 0, number <= Int32.max, "\(number)" == text else { return nil }
            return number
        }
        if description.hasPrefix("g") {
            guard let group = number(description.dropFirst()) else { return nil }
            self = .group(GroupID(group))
            return
        }
        let parts = description.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let one = number(parts[0]), let other = number(parts[1]),
            let pair = ConversationID.pair(UserID(one), UserID(other))
        else { return nil }
        self = pair
    }

    public var description: String {
        switch kind {
        case .group(let group): "g\(group.rawValue)"
        case .pair(let one, let other): "\(one.rawValue),\(other.rawValue)"
        }
    }
}
