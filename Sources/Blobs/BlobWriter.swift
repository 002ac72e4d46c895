import Crypto
import Primitives
import Reactor
import Synchronization

/// A blob on its way into a store. One that is let go of before it was finished leaves nothing behind.
///
/// Every call may wait for the disk: for worker threads, one call at a time.
public final class BlobWriter: Sendable {
    private struct State: ~Copyable {
        var digest: SHA256Stream?
        var byteCount = 0
    }

    /// So many bytes are on their way to the disk at most, twice. Commits of PostgreSQL that share it wait behind them,
    /// and a writer who only met the disk at the end would put all of a large blob in front of them.
    private static let windowBytes = 1 << 20

    private let file: File
    private let store: DirectoryStore
    private let state: Mutex<State>

    init(_ file: File, in store: DirectoryStore) throws(DirectoryStore.Failure) {
        guard let digest = try? SHA256Stream() else {
            _ = try? Folder.remove(file.path)
            throw .noDigests
        }
        self.file = file
        self.store = store
        state = Mutex(State(digest: digest))
    }

    deinit {
        // Nothing lies under this name if the blob got its own.
        _ = try? Folder.remove(file.path)
    }

    /// So far.
    public var byteCount: Int { state.withLock { $0.byteCount } }

    public func append(_ bytes: RawSpan) throws(DirectoryStore.Failure) {
        try DirectoryStore.onDisk { () throws(SystemError) in try file.append(bytes) }
        let (before, after) = state.withLock { state in
            let before = state.byteCount / Self.windowBytes
            state.digest?.append(bytes)
            state.byteCount += bytes.byteCount
            return (before, state.byteCount / Self.windowBytes)
        }
        guard after > before else { return }
        try DirectoryStore.onDisk { () throws(SystemError) in
            try file.writeBack(before * Self.windowBytes..<after * Self.windowBytes)
            if before > 0 { try file.awaitWriteBack((before - 1) * Self.windowBytes..<before * Self.windowBytes) }
        }
    }

    /// What was written is a blob of the store now, all of it on the disk. Called once.
    public func finish() throws(DirectoryStore.Failure) -> BlobID {
        let taken = state.withLock { $0.digest.take()?.finish() }
        guard let digest = taken, let id = BlobID(digest.rawBytes) else {
            preconditionFailure("a blob is finished once")
        }
        try store.keep(file, as: id)
        return id
    }
}
