/// What a user is in the company, as its directory says it. Clients know no more than that a user has left.
public struct AccountStatus: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int16

    public init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// Was disabled: logs in no more, and clients hide the user.
    public static let left = AccountStatus(rawValue: 3)

    public var hasLeft: Bool { self == .left }
}
