import Blobs
public import DBProxy
import Primitives
public import Reactor
public import Replication
import TalkProtocol

/// What becomes of files that are stored for a receiver, whatever door they come and go by (`FilePort`, `FileService`).
/// Confined to its loop.
public final class FileDesk {
    /// The database may be on its way to another server: what is on the disks is not given up for that.
    private static let pause: Duration = .seconds(1)
    private static let attempts = 60

    let keeper: BlobKeeper
    let database: Database
    /// Seconds that a stored file waits.
    private let life: Int32
    unowned let loop: EventLoop

    public init(_ keeper: BlobKeeper, _ database: Database, life: Int32, on loop: EventLoop) {
        self.keeper = keeper
        self.database = database
        self.life = life
        self.loop = loop
    }

    /// What somebody may do who comes for a task.
    enum Purpose: Equatable {
        case bring
        /// He has brought it, and the word of that was lost.
        case nothing(BlobID)
        case get(BlobID)
    }

    /// `nil`: nothing. Its sender brings what is not there, its receiver gets what is.
    func purpose(of user: UserID, bringing: Bool, _ task: FileTask) -> Purpose? {
        // Offsets have 32 bits.
        guard task.mode == .offline, user == (bringing ? task.sender : task.receiver),
            (0...Int(UInt32.max)).contains(task.byteCount)
        else { return nil }
        guard let blob = task.blob else { return bringing ? .bring : nil }
        return bringing ? .nothing(blob) : .get(blob)
    }

    /// All bytes of a file are there. `nil`: it cannot be stored, or its task is gone.
    func store(_ writer: BlobWriter, of task: FileTask, _ completion: @escaping (BlobID?) -> Void) {
        keeper.finish(writer) { [self] result in
            guard case .success(let blob) = result else { return completion(nil) }
            keep(blob, of: task, attemptsLeft: Self.attempts, completion)
        }
    }

    /// Each step may be done twice.
    private func keep(
        _ blob: BlobID, of task: FileTask, attemptsLeft: Int, _ completion: @escaping (BlobID?) -> Void
    ) {
        let again = { [self] in
            guard attemptsLeft > 1 else { return completion(nil) }
            loop.schedule(after: Self.pause) { [self] in
                keep(blob, of: task, attemptsLeft: attemptsLeft - 1, completion)
            }
        }
        keeper.keep(blob, type: 0, by: task.sender, as: .file, life: life) { [self] result in
            if case .failure(.full) = result { return completion(nil) }
            guard case .success = result else { return again() }
            database.storeFile(of: task.id, as: blob) { [self] result in
                guard case .success(let isStored) = result else { return again() }
                completion(isStored ? blob : nil)
                // If the database does not hear of it, they go when their time is over.
                if isStored { database.endFileParts(of: task.id) { _ in } }
            }
        }
    }

    /// A stored file; `nil`: not now.
    func open(_ blob: BlobID, of task: FileTask, _ completion: @escaping (StoredBlob?) -> Void) {
        keeper.open(blob) { result in
            guard case .success(let stored?) = result, stored.byteCount == task.byteCount else {
                return completion(nil)
            }
            completion(stored)
        }
    }
}
