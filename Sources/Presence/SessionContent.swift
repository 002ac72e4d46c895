public import Membership
import Primitives
public import TalkProtocol

/// What the map says of a session, without whose and where it is: status 3 bits, client type 5, login epoch 32.
///
/// Values that this version does not know (a newer node may send them) are kept as they are, so that the digests of
/// both versions agree; only who asks for the type or the status gets the nearest one that is known.
struct SessionContent: Equatable, Sendable {
    let rawValue: UInt64

    /// Where the device class stands: the high bit of the client type.
    static let classBit: UInt64 = 1 << 36

    /// `nil` if a bit beyond the 40 is set, or without a status: that is no session.
    init?(rawValue: UInt64) {
        guard rawValue >> 40 == 0, rawValue >> 37 != 0 else { return nil }
        self.rawValue = rawValue
    }

    init(_ clientType: ClientType, _ status: UserStatType, _ login: LoginEpoch) {
        let tag = status.rawValue << 5 | clientType.rawValue & 0x1f
        rawValue = UInt64(tag & 0xff) << 32 | UInt64(login.rawValue)
    }

    /// The low 40 bits of a word of the table, which were a content when they were written.
    init(word: UInt64) {
        rawValue = word & (1 << 40 - 1)
    }

    /// Status and client type in one byte.
    var tag: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 32) }

    var login: LoginEpoch { LoginEpoch(rawValue: UInt32(truncatingIfNeeded: rawValue)) }

    var device: DeviceClass { rawValue & Self.classBit == 0 ? .pc : .mobile }

    var clientType: ClientType {
        ClientType(rawValue: UInt32(tag & 0x1f)) ?? (device == .pc ? .windows : .android)
    }

    var status: UserStatType { UserStatType(rawValue: UInt32(tag >> 5)) ?? .online }
}

/// A hash of users that segments and digests share: its top 12 bits are the user's bucket.
struct UserHash {
    let rawValue: UInt64

    init(_ user: UInt32) {
        rawValue = mix64(UInt64(user))
    }

    var bucket: Int { Int(truncatingIfNeeded: rawValue >> 52) }

    /// What a session adds to the digest of its bucket. The user is mixed first: user and content have more than 64
    /// bits together, and a plain XOR of them would let a user's bits stand for those of a login epoch.
    func digest(_ content: SessionContent) -> UInt64 { mix64(rawValue ^ content.rawValue) }
}

/// A session of a user that can be seen now.
public struct PresentSession: Equatable, Sendable {
    let content: SessionContent
    /// Where the session is.
    public let peer: Peer

    public var clientType: ClientType { content.clientType }
    public var status: UserStatType { content.status }
    public var device: DeviceClass { content.device }
    public var login: LoginEpoch { content.login }
}
