import Crypto
public import Primitives
public import TalkProtocol

/// Sixteen bytes that name one send of one user in one conversation, however often it is repeated.
public struct SendKey: Hashable, Sendable {
    public static let byteCount = 16

    public let high: UInt64
    public let low: UInt64

    /// From the first sixteen bytes.
    public init(_ bytes: RawSpan) {
        high = bytes.bigEndian(at: 0) ?? 0
        low = bytes.bigEndian(at: 8) ?? 0
    }

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: high)
        writer.append(bigEndian: low)
    }

    /// Of a client that names its sends itself. Two users who choose the same bytes do not meet.
    public static func chosen(_ clientKey: RawSpan, by user: UserID, _ scratch: inout ByteWriter) -> SendKey {
        scratch.clear()
        scratch.append(1)
        scratch.append(bigEndian: user.rawValue)
        scratch.append(clientKey)
        return SendKey(SHA256.digest(scratch.bytes).rawBytes)
    }

    /// Of a client that does not: a repeated send of the stock clients has the same header sequence, the same time and
    /// the same content, and comes from the same kind of device. Good for `lifetime` only, as sequences start again.
    ///
    /// Windows sends by itself once more after 5 s, with everything as it was; Android sends again with a new time when
    /// its user says so. iOS and mac give no time, and count anew when the app starts: without a time only the login
    /// tells two sends apart that are alike, so for them a repetition is one within the same login.
    public static func derived(
        from user: UserID, _ device: DeviceClass, login: Int64, sequence: UInt16, createTime: UInt32, type: MsgType,
        data: RawSpan, _ scratch: inout ByteWriter
    ) -> SendKey {
        scratch.clear()
        scratch.append(2)
        scratch.append(bigEndian: user.rawValue)
        scratch.append(device.rawValue)
        scratch.append(bigEndian: createTime == 0 ? login : 0)
        scratch.append(bigEndian: sequence)
        scratch.append(bigEndian: createTime)
        scratch.append(bigEndian: type.rawValue)
        scratch.append(data)
        return SendKey(SHA256.digest(scratch.bytes).rawBytes)
    }

    /// How long a derived key stands for the same send (reference/reliability.md P2).
    public static let lifetime: Duration = .seconds(600)
}
