/// A user. Valid ids are 1...Int32.max: the deployed clients keep them in signed 32-bit integers.
public struct UserID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (left: UserID, right: UserID) -> Bool { left.rawValue < right.rawValue }
}

/// A group.
public struct GroupID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (left: GroupID, right: GroupID) -> Bool { left.rawValue < right.rawValue }
}

/// A department of the company. 0 is none: the top, or nowhere.
public struct DepartmentID: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public init(integerLiteral value: UInt32) {
        rawValue = value
    }

    public static func < (left: DepartmentID, right: DepartmentID) -> Bool { left.rawValue < right.rawValue }
}

/// The place of a message in its conversation: 1, 2, 3 … without a gap. 0 is no message.
public struct MessageID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (left: MessageID, right: MessageID) -> Bool { left.rawValue < right.rawValue }
}

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
