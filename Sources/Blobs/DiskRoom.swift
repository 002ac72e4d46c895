import Reactor
import Synchronization

/// The room on the disk of a store, shared by the blobs that are on their way into it: what one of them is promised
/// nobody else gets. Calls may wait for the disk.
final class DiskRoom: Sendable {
    private let folder: String
    /// Bytes that are kept free for others.
    private let reserve: Int
    /// Bytes that are promised and not written.
    private let promised = Mutex(0)

    init(_ folder: String, reserve: Int) {
        self.folder = folder
        self.reserve = reserve
    }

    /// Bytes that may still be promised.
    func free() throws(SystemError) -> Int {
        try promised.withLock { promised throws(SystemError) in
            let (needed, isTooMuch) = reserve.addingReportingOverflow(promised)
            return isTooMuch ? 0 : max(0, try Folder.freeBytes(folder) - needed)
        }
    }

    /// Promises so many bytes; whether they are there.
    func take(_ byteCount: Int) throws(SystemError) -> Bool {
        try promised.withLock { promised throws(SystemError) in
            let (kept, isTooMuch) = reserve.addingReportingOverflow(promised)
            let (needed, isFarTooMuch) = kept.addingReportingOverflow(byteCount)
            guard !isTooMuch, !isFarTooMuch, try Folder.freeBytes(folder) >= needed else { return false }
            promised += byteCount
            return true
        }
    }

    /// So many bytes are written, or will not be.
    func giveBack(_ byteCount: Int) {
        promised.withLock { $0 -= byteCount }
    }
}
