import Blobs
import Primitives

/// What one node asks another one, over a connection on which both have shown that they know the cluster's secret:
///
///     asks      kind u8, digest 32 bytes, number u64, store u32
///     answers   status u8, number u64
///
///     fetch, number = offset    -> sending, number = size of the blob, then its bytes from the offset on
///                                  or absent, failed, busy
///     offer, number = size      -> wanted, then the blob comes, then stored
///                                  or stored at once, as it is there; or full, failed, busy
///
/// An offer says for which store of the database it is (0 in a fetch): a node that has come back with another folder is
/// still at its old place, and must not be taken for the store that it had.
///
/// One thing after the other on each connection; several connections at once.
enum CopyRequest: Equatable {
    static let byteCount = 1 + BlobID.byteCount + 8 + 4
    /// Larger blobs are none of ours.
    static let maxBlobBytes = 1 << 40

    case fetch(BlobID, from: Int)
    case offer(BlobID, byteCount: Int, to: Int32)

    private enum Kind: UInt8 {
        case fetch = 1
        case offer = 2
    }

    func write(into writer: inout ByteWriter) {
        switch self {
        case .fetch(let id, let offset): Self.write(.fetch, id, offset, 0, into: &writer)
        case .offer(let id, let byteCount, let store): Self.write(.offer, id, byteCount, store, into: &writer)
        }
    }

    private static func write(
        _ kind: Kind, _ id: BlobID, _ number: Int, _ store: Int32, into writer: inout ByteWriter
    ) {
        writer.append(kind.rawValue)
        writer.append(id.bytes)
        writer.append(bigEndian: UInt64(number))
        writer.append(bigEndian: store)
    }

    /// `nil` for anything else.
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let kind = reader.read().flatMap(Kind.init(rawValue:)), let digest = reader.readBytes(BlobID.byteCount),
            let id = BlobID(digest), let number = reader.read(UInt64.self).flatMap(Int.init(exactly:)),
            number <= Self.maxBlobBytes, let store: Int32 = reader.read(), reader.isAtEnd
        else { return nil }
        switch kind {
        case .fetch: self = .fetch(id, from: number)
        case .offer: self = .offer(id, byteCount: number, to: store)
        }
    }
}

/// The answer.
enum CopyReply: Equatable {
    static let byteCount = 1 + 8

    case sending(byteCount: Int)
    case wanted
    case stored
    case absent
    /// There is no room on the disk.
    case full
    case failed
    /// Too much at once.
    case busy

    private static let plain: [CopyReply] = [.wanted, .stored, .absent, .full, .failed, .busy]

    func write(into writer: inout ByteWriter) {
        if case .sending(let byteCount) = self {
            writer.append(0)
            writer.append(bigEndian: UInt64(byteCount))
        } else {
            writer.append(UInt8(1 + (Self.plain.firstIndex(of: self) ?? 0)))
            writer.append(bigEndian: UInt64(0))
        }
    }

    /// `nil` for anything else.
    init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let status: UInt8 = reader.read(), let number = reader.read(UInt64.self).flatMap(Int.init(exactly:)),
            number <= CopyRequest.maxBlobBytes, reader.isAtEnd
        else { return nil }
        if status == 0 {
            self = .sending(byteCount: number)
        } else {
            guard status <= Self.plain.count else { return nil }
            self = Self.plain[Int(status) - 1]
        }
    }
}
