import Crypto
import Primitives
public import Reactor
import Synchronization

/// A blob on its way into a store. One that is let go of before it was finished leaves nothing behind.
///
/// Every call may wait for the disk: for worker threads, one call at a time. Loops append by `append(_:on:from:then:)`.
public final class BlobWriter: Sendable {
    private struct State: ~Copyable {
        var digest: SHA256Stream?
        var byteCount = 0
        /// Bytes of the disk that are ours and not written yet.
        var promised: Int
    }

    /// So many bytes are on their way to the disk at most, twice. Commits of PostgreSQL that share it wait behind them,
    /// and a writer who only met the disk at the end would put all of a large blob in front of them.
    private static let windowBytes = 1 << 20

    private let file: File
    private let store: DirectoryStore
    private let room: DiskRoom
    private let state: Mutex<State>

    /// - Parameter promised: bytes that `room` has promised, which this gives back if it is made.
    init(
        _ file: File, in store: DirectoryStore, _ room: DiskRoom, promised: Int
    ) throws(DirectoryStore.Failure) {
        guard let digest = try? SHA256Stream() else {
            store.forget(file)
            throw .noDigests
        }
        self.file = file
        self.store = store
        self.room = room
        state = Mutex(State(digest: digest, promised: promised))
    }

    deinit {
        room.giveBack(state.withLock { $0.promised })
        // Nothing lies under this name if the blob got its own.
        store.forget(file)
    }

    /// So far.
    public var byteCount: Int { state.withLock { $0.byteCount } }

    public func append(_ bytes: RawSpan) throws(DirectoryStore.Failure) {
        let excess = bytes.byteCount - state.withLock { $0.promised }
        if excess > 0 {
            // It was not said that it would be as long.
            guard try DirectoryStore.onDisk({ () throws(SystemError) in try room.take(excess) }) else { throw .full }
            state.withLock { $0.promised += excess }
        }
        try DirectoryStore.onDisk { () throws(SystemError) in try file.append(bytes) }
        let (before, after) = state.withLock { state in
            let before = state.byteCount / Self.windowBytes
            state.digest?.append(bytes)
            state.byteCount += bytes.byteCount
            state.promised -= bytes.byteCount
            return (before, state.byteCount / Self.windowBytes)
        }
        room.giveBack(bytes.byteCount)
        guard after > before else { return }
        try DirectoryStore.onDisk { () throws(SystemError) in
            try file.writeBack(before * Self.windowBytes..<after * Self.windowBytes)
            if before > 0 { try file.awaitWriteBack((before - 1) * Self.windowBytes..<before * Self.windowBytes) }
        }
    }

    /// Appends on the disk's threads, and calls `completion` on the loop when more may come: at once, unless the store
    /// was given more than its rate. `false`: the disk has too much to do, and neither happens.
    public func append(
        _ bytes: [UInt8], on disk: WorkerPool, from loop: EventLoop,
        then completion: @escaping (Result<Void, DirectoryStore.Failure>) -> Void
    ) -> Bool {
        let append = { @Sendable in Result { () throws(DirectoryStore.Failure) in try self.append(bytes.rawBytes) } }
        return disk.submit(from: loop, append) { [store, unowned loop] result in
            guard case .success = result else { return completion(result) }
            let pause = store.pace.withLock { $0?.pause(after: bytes.count, at: loop.now) ?? .zero }
            if pause == .zero { completion(result) } else { loop.schedule(after: pause) { completion(result) } }
        }
    }

    /// What was written is a blob of the store now, all of it on the disk. Called once, this or the next one.
    public func finish() throws(DirectoryStore.Failure) -> BlobID {
        let id = digest()
        try store.keep(file, as: id)
        return id
    }

    /// The same for a blob that is known by its name. `false`: other bytes were written. The store does not have them:
    /// nobody would know of a blob that is kept under a name that nobody asked for.
    public func finish(as id: BlobID) throws(DirectoryStore.Failure) -> Bool {
        guard digest() == id else { return false }
        try store.keep(file, as: id)
        return true
    }

    private func digest() -> BlobID {
        let (taken, left) = state.withLock { state in
            defer { state.promised = 0 }
            return (state.digest.take()?.finish(), state.promised)
        }
        room.giveBack(left)
        guard let digest = taken, let id = BlobID(digest.rawBytes) else {
            preconditionFailure("a blob is finished once")
        }
        return id
    }
}
