import CLinux
import Glibc
public import Primitives

/// An open regular file, closed when nobody has it any more. May be shared by threads.
///
/// Every call may wait for the disk: for worker threads. What a loop sends of it goes through `EventLoop.send`.
public final class File: Sendable {
    /// Of the page cache.
    public static let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    let descriptor: Descriptor
    public let path: String

    /// To be read, and written if that is said; a symbolic link is none. `nil`: there is no such file.
    public static func open(_ path: String, toWrite: Bool = false) throws(SystemError) -> File? {
        do throws(SystemError) {
            return try File(path, (toWrite ? O_RDWR : O_RDONLY) | O_NOFOLLOW)
        } catch where error.code == ENOENT || error.code == ELOOP {
            return nil
        }
    }

    /// A new one, to be written; its owner may read and write it.
    public static func create(_ path: String) throws(SystemError) -> File {
        try File(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    }

    private init(_ path: String, _ flags: Int32) throws(SystemError) {
        let raw = try System.retrying("open") { unsafe Int(Glibc.open(path, flags | O_CLOEXEC, 0o600)) }
        descriptor = Descriptor(Int32(raw))
        self.path = path
    }

    /// What tells whether it is still what it was: it changes with every write, also to one that was moved.
    public struct Facts: Hashable, Sendable {
        public let byteCount: Int
        /// `false`: a folder, or something else that has no bytes of its own.
        public let isRegular: Bool
        /// Everybody on this machine may read it.
        public let isPublic: Bool
        private let inode: UInt64
        private let written: Int64
        private let changed: Int64

        init(_ info: stat) {
            byteCount = Int(info.st_size)
            isRegular = info.st_mode & S_IFMT == S_IFREG
            isPublic = info.st_mode & S_IROTH != 0
            inode = UInt64(info.st_ino)
            written = Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
            changed = Int64(info.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_ctim.tv_nsec)
        }

        /// When it was written last.
        public var writtenAt: UnixTime { UnixTime(milliseconds: written / 1_000_000) }
    }

    public func facts() throws(SystemError) -> Facts {
        var info = stat()
        _ = try System.retrying("fstat") { unsafe Int(fstat(descriptor.raw, &info)) }
        return Facts(info)
    }

    /// Writes all of it behind what is there.
    public func append(_ bytes: RawSpan) throws(SystemError) {
        var offset = 0
        while offset < bytes.byteCount {
            guard let rest = bytes.slice(offset..<bytes.byteCount) else { return }
            offset += try System.retrying("write") {
                unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor.raw, $0.baseAddress, $0.count) }
            }
        }
    }

    /// The bytes from `offset` on, `count` at most; fewer only at its end.
    public func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try System.retrying("pread") {
                unsafe bytes.withUnsafeMutableBytes {
                    unsafe pread(descriptor.raw, $0.baseAddress?.advanced(by: filled), count - filled, offset + filled)
                }
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Gives the bytes of a range to the disk without waiting for them.
    public func writeBack(_ range: Range<Int>) throws(SystemError) {
        try syncRange(range, gv_write_back)
    }

    /// Waits until the disk has taken the bytes of a range. Whether they survive its end only `sync` says.
    public func awaitWriteBack(_ range: Range<Int>) throws(SystemError) {
        try syncRange(range, gv_await_write_back)
    }

    private func syncRange(_ range: Range<Int>, _ flags: UInt32) throws(SystemError) {
        _ = try System.retrying("sync_file_range") {
            Int(sync_file_range(descriptor.raw, range.lowerBound, range.count, flags))
        }
    }

    /// Returns when its bytes are on the disk.
    public func sync() throws(SystemError) {
        _ = try System.retrying("fsync") { Int(fsync(descriptor.raw)) }
    }

    /// Bytes behind the first so many are gone.
    public func truncate(to byteCount: Int) throws(SystemError) {
        _ = try System.retrying("ftruncate") { Int(ftruncate(descriptor.raw, byteCount)) }
    }

    /// Whether nobody else has it open, and no name leads to it: from then on nobody does, until it is closed. `false`
    /// also where the file system cannot tell. For one that is open to be written. Pages of it may still be on their
    /// way through a socket.
    public func takeAlone() -> Bool {
        var info = stat()
        guard unsafe fstat(descriptor.raw, &info) == 0, info.st_nlink == 0 else { return false }
        // The kernel lets only the one who has a file open alone hold a lease of this kind.
        return fcntl(descriptor.raw, gv_set_lease, F_WRLCK) == 0
    }

    /// Everybody on this machine may read it from now on.
    public func makePublic() throws(SystemError) {
        _ = try System.retrying("fchmod") { Int(fchmod(descriptor.raw, 0o644)) }
    }

    /// Says that it was written now.
    public func touch() throws(SystemError) {
        _ = try System.retrying("futimens") { Int(futimens(descriptor.raw, nil)) }
    }
}

/// Folders, as a store of files needs them. Every call may wait for the disk.
public enum Folder {
    /// Makes it where there is none; its owner may look into it. What it is in must be there.
    public static func make(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            _ = try System.retrying("mkdir") { unsafe Int(mkdir(path, 0o700)) }
        } catch where error.code == EEXIST {
            return
        }
    }

    /// Returns when the names in it are on the disk.
    public static func sync(_ path: String) throws(SystemError) {
        let raw = try System.retrying("open") { unsafe Int(Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
        let folder = Descriptor(Int32(raw))
        _ = try System.retrying("fsync") { Int(fsync(folder.raw)) }
    }

    /// The names in it, in no order; none where there is no such folder.
    public static func names(in path: String) throws(SystemError) -> [String] {
        guard let folder = unsafe opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError("opendir", code: errno)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while true {
            // An end and an error look the same but for this.
            errno = 0
            guard let entry = unsafe readdir(folder) else {
                if errno != 0 { throw SystemError("readdir", code: errno) }
                return names
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Gives a file another name, in place of one that has it.
    public static func rename(_ path: String, to other: String) throws(SystemError) {
        _ = try System.retrying("rename") { unsafe Int(Glibc.rename(path, other)) }
    }

    /// Whether there was one.
    @discardableResult
    public static func remove(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try System.retrying("unlink") { unsafe Int(unlink(path)) }
            return true
        } catch where error.code == ENOENT {
            return false
        }
    }

    /// Bytes that are free for us on its disk.
    public static func freeBytes(_ path: String) throws(SystemError) -> Int {
        var info = statvfs()
        _ = try System.retrying("statvfs") { unsafe Int(statvfs(path, &info)) }
        return Int(clamping: UInt64(info.f_bavail) &* UInt64(info.f_frsize))
    }
}
