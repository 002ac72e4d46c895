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
