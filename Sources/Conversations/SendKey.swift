import Crypto
public import Primitives
public import TalkProtocol

/// Sixteen bytes that name one send of one user in one conversation, however often it is repeated.
///
/// Six bytes of the time of the send, in milliseconds, and ten of a hash: keys that rise with time put what is new
/// beside what was new before, on pages that are in the cache. Without a time, and for sends before that was
/// introduced (`rising since`, unix milliseconds), all sixteen are of the hash. The time is the client's; where it is
/// wrong its keys lie elsewhere, and that is all. A core.
public struct SendKey: Hashable, Sendable {
    public static let byteCount = 16

    public let high: UInt64
    public let low: UInt64

    /// From the first sixteen bytes.
    public init(_ bytes: RawSpan) {
        high = bytes.bigEndian(at: 0) ?? 0
        low = bytes.bigEndian(at: 8) ?? 0
    }

    public init?(reading reader: inout ByteReader) {
        guard let high: UInt64 = reader.read(), let low: UInt64 = reader.read() else { return nil }
        self.init(high: high, low: low)
    }

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: high)
        writer.append(bigEndian: low)
    }

    /// Of a client that names its sends itself. Two users who choose the same bytes do not meet. The time is that of
    /// RFC 9562, version 7; other keys have none.
    public static func chosen(
        _ clientKey: RawSpan, by user: UserID, rising since: UInt64, _ scratch: inout ByteWriter
    ) -> SendKey {
        scratch.clear()
        scratch.append(1)
        scratch.append(bigEndian: user.rawValue)
        scratch.append(clientKey)
        return SendKey(SHA256.digest(scratch.bytes).rawBytes).behind(time(of: clientKey), since)
    }

    /// RFC 9562, 5.7: 48 bits of milliseconds, the version, and behind 12 bits the variant.
    private static func time(of clientKey: RawSpan) -> UInt64? {
        guard let head = clientKey.bigEndian(at: 0, as: UInt64.self), let variant = clientKey.byte(at: 8),
            head >> 12 & 0xF == 7, variant >> 6 == 2
        else { return nil }
        return head >> 16
    }

    private func behind(_ time: UInt64?, _ since: UInt64) -> SendKey {
        guard let time, time >= since else { return self }
        return SendKey(high: time << 16 | high & 0xFFFF, low: low)
    }

    /// Of a client that does not: a repeated send of the stock clients has the same header sequence, the same time and
    /// the same content, and comes from the same kind of device. Good for `lifetime` only, as sequences start again.
    ///
    /// Windows sends by itself once more after 5 s, with everything as it was; Android sends again with a new time when
    /// its user says so. iOS and mac give no time, and count anew when the app starts: without a time only the login
    /// tells two sends apart that are alike, so for them a repetition is one within the same login.
    ///
    /// - Parameters:
    ///   - login: its number.
    ///   - loginTime: unix seconds, as `createTime`, in whose place it stands.
    public static func derived(
        from user: UserID, _ device: DeviceClass, login: Int64, at loginTime: UInt32, sequence: UInt16,
        createTime: UInt32, type: MsgType, data: RawSpan, rising since: UInt64, _ scratch: inout ByteWriter
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
        let time = UInt64(createTime == 0 ? loginTime : createTime) * 1000
        return SendKey(SHA256.digest(scratch.bytes).rawBytes).behind(time, since)
    }

    /// How long a derived key stands for the same send (P2).
    public static let lifetime: Duration = .seconds(600)
}
