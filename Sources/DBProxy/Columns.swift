public import TalkProtocol

/// A value of ours that stands in a column of integers, or as an element of an array of them.
public protocol Column {
    associatedtype Stored: FixedWidthInteger & BitwiseCopyable

    var stored: Stored { get }

    /// `nil` for what can be none: tables may have been changed by hand.
    init?(stored: Stored)
}

extension UserID: Column {
    public var stored: Int32 { Int32(bitPattern: rawValue) }
    public init(stored: Int32) { self.init(UInt32(bitPattern: stored)) }
}

extension GroupID: Column {
    public var stored: Int32 { Int32(bitPattern: rawValue) }
    public init(stored: Int32) { self.init(UInt32(bitPattern: stored)) }
}

extension DepartmentID: Column {
    public var stored: Int32 { Int32(bitPattern: rawValue) }
    public init(stored: Int32) { self.init(UInt32(bitPattern: stored)) }
}

extension MessageID: Column {
    /// An id that is too large is behind all others.
    public var stored: Int32 { Int32(clamping: rawValue) }
    public init(stored: Int32) { self.init(UInt32(bitPattern: stored)) }
}

extension ConversationID: Column {
    public var stored: Int64 { Int64(bitPattern: rawValue) }
    public init?(stored: Int64) { self.init(rawValue: UInt64(bitPattern: stored)) }
}

/// Versions of groups.
extension UInt32: Column {
    public var stored: Int32 { Int32(bitPattern: self) }
    public init(stored: Int32) { self.init(bitPattern: stored) }
}

/// Enumerations of the protocol are small integers.
extension Column where Self: RawRepresentable, RawValue: FixedWidthInteger, Stored == Int16 {
    public var stored: Int16 { Int16(truncatingIfNeeded: rawValue) }

    public init?(stored: Int16) {
        guard let value = RawValue(exactly: stored) else { return nil }
        self.init(rawValue: value)
    }
}

extension MsgType: Column {}
extension GroupType: Column {}
extension ClientType: Column {}
extension DeviceClass: Column {}
extension AccountStatus: Column {}
extension TransferFileType: Column {}
