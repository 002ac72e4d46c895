import Reactor
import Synchronization

/// Takes files away, and gives the bytes of large ones back to the disk little by little, one file after the other, on
/// a thread of its own. Where the disk is told of what becomes free (mount option `discard`), it is busy for long with
/// a large file that goes at once, and commits of a database on it wait.
final class Reclaimer: Sendable {
    /// The largest folio of a page cache, 2 MiB with pages of 4 KiB. What `sendfile` has put into a socket are its
    /// pages, whoever has closed the file meanwhile. A cut within a folio would write zeroes into what is still on its
    /// way; between two of them it only lets go of what is behind.
    static let stepBytes = File.pageBytes * (File.pageBytes / 8)
    /// Files, and bytes of files, that wait; what is more goes at once. Their room is not free until then.
    private static let maxWaiting = (files: 256, bytes: 4 << 30)

    private final class Work: Sendable {
        let waitingBytes = Mutex(0)
        let isOver = Atomic(false)
    }

    private let work = Work()
    private let thread: WorkerPool

    init() throws(SystemError) {
        thread = try WorkerPool(name: "reclaim", threads: 1, capacity: Self.maxWaiting.files)
    }

    /// What was not given back yet goes at once.
    deinit {
        work.isOver.store(true, ordering: .relaxed)
        thread.stop()
    }

    /// Whether there was a file of that name. Who has it open reads on.
    func remove(_ path: String) throws(SystemError) -> Bool {
        let file = Self.file(at: path)
        guard try Folder.remove(path) else { return false }
        giveBack(file)
        return true
    }

    /// The same for one that is open.
    func remove(_ file: File) throws(SystemError) {
        if try Folder.remove(file.path) { giveBack(file) }
    }

    /// Gives a file another name, in place of one that has it.
    func rename(_ file: File, to path: String) throws(SystemError) {
        let old = Self.file(at: path)
        try Folder.rename(file.path, to: path)
        giveBack(old)
    }

    /// What cannot be opened goes as well, only not little by little.
    private static func file(at path: String) -> File? {
        do throws(SystemError) {
            return try File.open(path, toWrite: true)
        } catch {
            return nil
        }
    }

    private func giveBack(_ file: File?) {
        guard let file, let byteCount = try? file.facts().byteCount, byteCount > Self.stepBytes else { return }
        let hasRoom = work.waitingBytes.withLock { waiting in
            guard byteCount <= Self.maxWaiting.bytes - waiting else { return false }
            waiting += byteCount
            return true
        }
        guard hasRoom else { return }
        let isTaken = thread.run { [work] in
            Self.reclaim(file, byteCount, until: work.isOver)
            work.waitingBytes.withLock { $0 -= byteCount }
        }
        if !isTaken { work.waitingBytes.withLock { $0 -= byteCount } }
    }

    /// - Parameter isOver: what is left goes when the file is closed.
    static func reclaim(_ file: File, _ byteCount: Int, until isOver: borrowing Atomic<Bool>) {
        guard file.takeAlone() else { return }
        var left = byteCount
        while left > 0, !isOver.load(ordering: .relaxed) {
            left = (left - 1) / stepBytes * stepBytes
            do throws(SystemError) {
                try file.truncate(to: left)
                // A journal would collect what becomes free, and tell the disk of it at once.
                try file.sync()
            } catch {
                // It goes when it is closed.
                return
            }
        }
    }
}
