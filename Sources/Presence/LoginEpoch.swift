/// Counts the logins of one user with one class of device, over the whole cluster: PostgreSQL issues the next one at
/// each login, so it orders them totally without a clock. Of two sessions the one with the higher epoch counts.
public struct LoginEpoch: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `nil` beyond 32 bits, which a user reaches after a login per second for 136 years.
    public init?(_ value: Int64) {
        guard let rawValue = UInt32(exactly: value) else { return nil }
        self.rawValue = rawValue
    }

    /// For what a database says: the nearest one for a number that is none, as nothing may stop over it.
    public init(clamping value: Int64) {
        rawValue = UInt32(clamping: value)
    }

    public static func < (left: LoginEpoch, right: LoginEpoch) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "\(rawValue)" }
}
