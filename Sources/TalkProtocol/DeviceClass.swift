/// PC or mobile: a user has at most one session of each.
public enum DeviceClass: UInt8, CaseIterable, Sendable {
    case pc = 0
    case mobile = 1
}

/// Written out: every login is logged with it, and the name of a case by itself is found by reflection.
extension DeviceClass: CustomStringConvertible {
    public var description: String {
        switch self {
        case .pc: "pc"
        case .mobile: "mobile"
        }
    }
}

extension ClientType {
    /// Two types are of one class if they differ in the low four bits only; the upper four are 0 or 1.
    public var deviceClass: DeviceClass {
        rawValue >> 4 == 0 ? .pc : .mobile
    }
}

extension MsgType {
    /// Bit 0x10 tells messages to a group from those to a user.
    public var sessionType: SessionType {
        rawValue & 0x10 == 0 ? .single : .group
    }
}

extension ResultType {
    /// The value that says nothing was refused.
    public static let success = ResultType.reasonNone
}
