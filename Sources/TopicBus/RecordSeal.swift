import Crypto
import Primitives

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
