import Crypto
public import Primitives
public import TalkProtocol

/// Sixteen bytes that name one send of one user in one conversation, however often it is repeated.
public struct SendKey: Hashable, Sendable {
    public static let byteCount = 16

    public let high: UInt64
    public let low: UInt64
    /// When the client made the key, in unix milliseconds, if the key says so. Keys that rise keep the index of a
    /// conversation's keys in the cache: a new one goes beside the one before it.
    public let time: UInt64?

    /// From the first sixteen bytes.
    public init(_ bytes: RawSpan, time: UInt64? = nil) {
        self.init(high: bytes.bigEndian(at: 0) ?? 0, low: bytes.bigEndian(at: 8) ?? 0, time: time)
    }

    public init(high: UInt64, low: UInt64, time: UInt64? = nil) {
        self.high = high
        self.low = low
        self.time = time
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: high)
        writer.append(bigEndian: low)
    }

    /// As the database takes it: behind the six bytes of its time, if it has one (`timed_key` of the migrations).
    public func writeTimed(into writer: inout ByteWriter) {
        if let time {
            writer.append(bigEndian: UInt16(truncatingIfNeeded: time >> 32))
            writer.append(bigEndian: UInt32(truncatingIfNeeded: time))
        }
        write(into: &writer)
    }

    /// Of a client that names its sends itself. Two users who choose the same bytes do not meet.
    public static func chosen(_ clientKey: RawSpan, by user: UserID, _ scratch: inout ByteWriter) -> SendKey {
        scratch.clear()
        scratch.append(1)
        scratch.append(bigEndian: user.rawValue)
        scratch.append(clientKey)
        return SendKey(SHA256.digest(scratch.bytes).rawBytes, time: time(of: clientKey))
    }

    /// RFC 9562, 5.7: 48 bits of milliseconds, the version, and behind 12 bits the variant.
    private static func time(of clientKey: RawSpan) -> UInt64? {
        guard let head = clientKey.bigEndian(at: 0, as: UInt64.self), let variant = clientKey.byte(at: 8),
            head >> 12 & 0xF == 7, variant >> 6 == 2
        else { return nil }
        return head >> 16
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

    /// A derived key as the database stores it: behind the beginning of its bucket (`bucket_key` of the migrations).
    /// - Parameter at: unix seconds.
    func stored(at seconds: UInt32) -> SendKey {
        let width = UInt64(Self.lifetime.components.seconds)
        return SendKey(high: UInt64(seconds) / width * width * 1000 << 16 | high & 0xFFFF, low: low)
    }

    /// How long a derived key stands for the same send (reference/reliability.md P2).
    public static let lifetime: Duration = .seconds(600)
}
