import Crypto
import Primitives

/// What a message on the bus is about; decides who handles it at the other end.
public struct Topic: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }
}

/// What the bus promises for a message (TopicBus.docc/TopicBus.md).
public enum DeliveryClass: Sendable {
    /// Each message once and in the order of its lane, to one life of the peer, also over broken connections.
    case reliable
    /// In order while the connection holds, refused when the peer cannot take it: the sender repairs it later.
    case state
    /// At most once; the oldest ones go when there are too many.
    case hint
}

/// A TCP connection of its own for each, so that none waits behind another.
public enum Lane: UInt8, CaseIterable, Sendable {
    case control = 0
    case messages0 = 1
    case messages1 = 2

    /// Messages of one conversation, or one user, always take the same lane.
    public static func messages(for key: UInt64) -> Lane {
        mix64(key) & 1 == 0 ? .messages0 : .messages1
    }
}

/// The header before each frame, 24 bytes, big endian:
///
///     u32 body length   u8 type   u8 zero   u16 topic   u64 sequence   u64 key
struct BusFrame {
    static let headerByteCount = 24
    /// Client packets stay below 409,600 bytes; there is room for what a node adds.
    static let maxBodyBytes = 512 << 10

    enum Kind: UInt8 {
        /// `sequence` is 0 for what is not repeated.
        case message = 1
        /// `sequence` and all before it were handled; `key` is the log offset up to which the peer may send.
        case ack = 2
        case beat = 3
        /// The peer goes: the end of the connection is no accident.
        case goodbye = 4
        /// Messages were dropped while this peer was degraded: look into the database.
        case catchUp = 5
    }

    let kind: Kind?
    let topic: Topic
    let sequence: UInt64
    let key: UInt64
    let bodyByteCount: Int

    var byteCount: Int { Self.headerByteCount + bodyByteCount }

    /// `nil` if there is no whole header, or its length is out of bounds. The body comes next.
    init?(reading reader: inout ByteReader) {
        guard let length: UInt32 = reader.read(), length <= Self.maxBodyBytes, let kind: UInt8 = reader.read(),
            reader.skip(1), let topic: UInt16 = reader.read(), let sequence: UInt64 = reader.read(),
            let key: UInt64 = reader.read()
        else { return nil }
        // A kind of a later version is skipped by its length.
        self.kind = Kind(rawValue: kind)
        self.topic = Topic(rawValue: topic)
        self.sequence = sequence
        self.key = key
        bodyByteCount = Int(length)
    }

    static func write(
        _ kind: Kind, topic: Topic = Topic(rawValue: 0), sequence: UInt64 = 0, key: UInt64 = 0, body: RawSpan,
        into writer: inout ByteWriter
    ) {
        writer.append(bigEndian: UInt32(body.byteCount))
        writer.append(kind.rawValue)
        writer.append(0)
        writer.append(bigEndian: topic.rawValue)
        writer.append(bigEndian: sequence)
        writer.append(bigEndian: key)
        writer.append(body)
    }

    static func write(_ kind: Kind, sequence: UInt64 = 0, key: UInt64 = 0, into writer: inout ByteWriter) {
        write(kind, sequence: sequence, key: key, body: RawSpan(), into: &writer)
    }
}

/// Records of one direction of a connection: u32 length, u32 check of it, then whole frames, sealed unless both sides
/// agreed on plain.
///
/// The seal covers the length as well, but is only known at the end of the record: one changed bit there, and the
/// receiver would wait for an end that does not come while the connection seems to live.
struct RecordSeal: ~Copyable {
    static let headerByteCount = 8
    /// One frame of the largest size with its tag, or a batch of small ones.
    static let maxByteCount = BusFrame.headerByteCount + BusFrame.maxBodyBytes + (128 << 10)

    /// `nil`: records are plain.
    private let cipher: AES256GCM?
    private var number: UInt64 = 0

    init(key: [UInt8]?) throws(CryptoError) {
        guard let key else {
            cipher = nil
            return
        }
        cipher = try AES256GCM(key: key.rawBytes)
    }

    /// Appends `frames` as one record.
    mutating func seal(_ frames: RawSpan, into writer: inout ByteWriter) {
        var header = ByteWriter(capacity: Self.headerByteCount)
        let length = UInt32(frames.byteCount + (cipher == nil ? 0 : AES256GCM.tagByteCount))
        header.append(bigEndian: length)
        header.append(bigEndian: Self.check(length))
        writer.append(header.bytes)
        guard let cipher else { return writer.append(frames) }
        let nonce = nextNonce()
        cipher.seal(frames, nonce: nonce.rawBytes, header: header.bytes, into: &writer)
    }

    enum Opened {
        /// More bytes are needed.
        case partial
        /// The frames are in the writer; so many bytes were taken.
        case record(byteCount: Int)
        /// Not from the peer, or out of bounds.
        case refused
    }

    /// Opens the record at the start of `bytes` into `writer`, which is cleared.
    mutating func open(_ bytes: RawSpan, into writer: inout ByteWriter) -> Opened {
        var reader = ByteReader(bytes)
        guard let length: UInt32 = reader.read() else { return .partial }
        guard length <= Self.maxByteCount else { return .refused }
        guard let check: UInt32 = reader.read() else { return .partial }
        guard check == Self.check(length) else { return .refused }
        let header = bytes.extracting(first: reader.offset)
        guard let content = reader.readBytes(Int(length)) else { return .partial }
        writer.clear(keeping: 1 << 20)
        guard let cipher else {
            writer.append(content)
            return .record(byteCount: reader.offset)
        }
        let nonce = nextNonce()
        guard cipher.open(content, nonce: nonce.rawBytes, header: header, into: &writer) else { return .refused }
        return .record(byteCount: reader.offset)
    }

    static func check(_ length: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: mix64(UInt64(length))) }

    private mutating func nextNonce() -> [UInt8] {
        var nonce = ByteWriter(capacity: AES256GCM.nonceByteCount)
        nonce.append(bigEndian: UInt32(0))
        nonce.append(bigEndian: number)
        number += 1
        return nonce.bytes.copied()
    }
}
