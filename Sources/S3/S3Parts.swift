import Blobs
import Crypto
import Primitives
import Reactor
import Synchronization

/// The parts in which a large blob goes to S3, and their digests: read once for these, and sent from the file.
///
/// Calls wait for the disk: for worker threads, one call at a time.
final class S3Parts: Sendable {
    /// S3 takes no smaller ones but for the last ("Amazon S3 multipart upload limits", Amazon S3 User Guide).
    static let minBytes = 5 << 20
    static let maxCount = 10_000
    private static let pieceBytes = 256 << 10

    private struct State: ~Copyable {
        var whole: SHA256Stream?
    }

    let ranges: [Range<Int>]
    private let file: File
    private let state: Mutex<State>

    /// - Parameter partBytes: of a part, as far as there are not too many then.
    init(_ file: File, byteCount: Int, partBytes: Int) {
        ranges = Self.ranges(of: byteCount, partBytes: partBytes)
        self.file = file
        state = Mutex(State(whole: try? SHA256Stream()))
    }

    static func ranges(of byteCount: Int, partBytes: Int) -> [Range<Int>] {
        let most = (byteCount + maxCount - 1) / maxCount
        let length = max(minBytes, partBytes, most)
        return stride(from: 0, to: byteCount, by: length).map { $0..<min($0 + length, byteCount) }
    }

    /// The digest of a part in hex; asked once for each of them, in their order. `nil`: the disk fails.
    func digest(of range: Range<Int>) -> String? {
        guard var part = try? SHA256Stream() else { return nil }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(Self.pieceBytes, range.upperBound - offset)
            guard let piece = try? file.read(at: offset, count: count), piece.count == count else { return nil }
            part.append(piece.rawBytes)
            state.withLock { $0.whole?.append(piece.rawBytes) }
            offset += count
        }
        return Hex.encode(part.finish().rawBytes)
    }

    /// Whether all parts together are the blob. Asked once.
    func are(_ id: BlobID) -> Bool {
        let taken = state.withLock { $0.whole.take() }
        guard let whole = taken else { return false }
        let digest = whole.finish()
        return BlobID(digest.rawBytes) == id
    }
}
