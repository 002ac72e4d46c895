import Crypto
public import Primitives
public import TalkProtocol

/// Names a session of this node: the loop it lives on, and its place and generation there.
public struct SessionAddress: Hashable, Sendable {
    public let loop: UInt16
    public let slot: UInt32
    public let generation: UInt32

    public init(loop: UInt16, slot: UInt32, generation: UInt32) {
        self.loop = loop
        self.slot = slot
        self.generation = generation
    }
}

/// A session as its own loop is told of it: u32 slot, u32 generation.
extension SessionAddress {
    public static let byteCount = 8

    public func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: slot)
        writer.append(bigEndian: generation)
    }

    public init?(reading reader: inout ByteReader, on loop: Int) {
        guard let slot: UInt32 = reader.read(), let generation: UInt32 = reader.read() else { return nil }
        self.init(loop: UInt16(loop), slot: slot, generation: generation)
    }

    /// For other loops: u16 loop before it.
    public func writeWithLoop(into writer: inout ByteWriter) {
        writer.append(bigEndian: loop)
        write(into: &writer)
    }

    public init?(readingWithLoop reader: inout ByteReader) {
        guard let loop: UInt16 = reader.read() else { return nil }
        self.init(reading: &reader, on: Int(loop))
    }
}

/// One message on its way into the database, without its body.
public struct Send: Sendable {
    public let conversation: ConversationID
    public let sender: UserID
    public let type: MsgType
    public let key: SendKey
    /// The key was derived, not chosen by the client: it names this send for a while only.
    public let keyExpires: Bool
    /// What the client chose; repeated in the acknowledgement.
    public let clientKey: SendKey?
    /// Who waits for the acknowledgement, under which header sequence.
    public let origin: SessionAddress
    public let sequence: UInt16

    public init(
        conversation: ConversationID, sender: UserID, type: MsgType, key: SendKey, keyExpires: Bool,
        clientKey: SendKey?, origin: SessionAddress, sequence: UInt16
    ) {
        self.conversation = conversation
        self.sender = sender
        self.type = type
        self.key = key
        self.keyExpires = keyExpires
        self.clientKey = clientKey
        self.origin = origin
        self.sequence = sequence
    }

    /// What the client called the conversation: the other user, or the group.
    public var sessionID: UInt32 {
        switch conversation.kind {
        case .group(let group): group.rawValue
        case .pair: conversation.peer(of: sender)?.rawValue ?? 0
        }
    }

    public var sessionType: SessionType { type.sessionType }
}

/// A send without its body: u64 conversation, u32 sender, u32 type, key, u8 flags, the client's key or zeroes, the
/// session with its loop, u16 sequence.
extension Send {
    public func write(into writer: inout ByteWriter) {
        writer.append(bigEndian: conversation.rawValue)
        writer.append(bigEndian: sender.rawValue)
        writer.append(bigEndian: type.rawValue)
        key.write(into: &writer)
        writer.append((keyExpires ? 1 : 0) | (clientKey == nil ? 0 : 2))
        (clientKey ?? SendKey(high: 0, low: 0)).write(into: &writer)
        origin.writeWithLoop(into: &writer)
        writer.append(bigEndian: sequence)
    }

    public init?(reading reader: inout ByteReader) {
        guard let conversation = reader.read().flatMap(ConversationID.init(rawValue:)),
            let sender = reader.read().map(UserID.init(_:)), let type = reader.read().flatMap(MsgType.init(rawValue:)),
            let key = SendKey(reading: &reader), let flags: UInt8 = reader.read(),
            let clientKey = SendKey(reading: &reader), let origin = SessionAddress(readingWithLoop: &reader),
            let sequence: UInt16 = reader.read()
        else { return nil }
        self.init(
            conversation: conversation, sender: sender, type: type, key: key, keyExpires: flags & 1 != 0,
            clientKey: flags & 2 != 0 ? clientKey : nil, origin: origin, sequence: sequence)
    }
}

/// Sends that go to the database together, and their bodies in one piece of memory.
public final class SendBatch {
    /// A batch is closed at either bound: a transaction should stay short.
    static let maxSends = 256
    static let maxBytes = 256 << 10
    /// Nothing joins a batch that has waited this long, so that what is dropped with it is not young.
    static let maxAge: Duration = .seconds(1)

    public private(set) var sends: [Send] = []
    private var bodyEnds: [Int] = []
    private var keys: Set<SendKey> = []
    private let bodies = ScratchWriter()
    /// When the first send came.
    private(set) var started = Instant.never

    init() {}

    public var count: Int { sends.count }
    var byteCount: Int { bodies.writer.count }

    /// Whether the send may still join. Two with one key never share a batch: the second must find the first stored.
    func accepts(_ send: Send, byteCount: Int, at now: Instant) -> Bool {
        sends.count < Self.maxSends && bodies.writer.count + byteCount <= Self.maxBytes && !keys.contains(send.key)
            && now < started + Self.maxAge
    }

    func add(_ send: Send, body: RawSpan, at now: Instant) {
        if sends.isEmpty { started = now }
        sends.append(send)
        keys.insert(send.key)
        bodies.writer.append(body)
        bodyEnds.append(bodies.writer.count)
    }

    /// Calls `use` with the body of a send.
    public func withBody<Result>(_ index: Int, _ use: (RawSpan) -> Result) -> Result {
        let bodies = bodies
        return use(bodies.writer.bytes.extracting((index == 0 ? 0 : bodyEnds[index - 1])..<bodyEnds[index]))
    }

    func clear() {
        sends.removeAll(keepingCapacity: true)
        bodyEnds.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        bodies.writer.clear(keeping: Self.maxBytes)
        started = .never
    }
}

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
