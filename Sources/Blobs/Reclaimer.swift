import Reactor

/// Takes files away, and gives the bytes of large ones back to the disk little by little, one file after the other, on a
/// thread of its own. Where the disk is told of what becomes free (mount option `discard`), it is busy for long with a
/// large file that goes at once, and commits of a database on it wait.
final class Reclaimer: Sendable {
    private static let stepBytes = 1 << 20
    /// Files that wait; where there are more, they go at once.
    private static let maxWaiting = 256

    private let thread: WorkerPool

    init() throws(SystemError) {
        thread = try WorkerPool(name: "reclaim", threads: 1, capacity: Self.maxWaiting)
    }

    /// What still waits goes at once.
    deinit { thread.stop() }

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
        _ = thread.run { Self.reclaim(file) }
    }

    static func reclaim(_ file: File) {
        guard file.isOnlyHere(), var left = try? file.facts().byteCount else { return }
        while left > 0 {
            left -= min(left, stepBytes)
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
