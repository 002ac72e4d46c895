import Glibc

/// A file that only its owner may read, and that appears under its name when it is whole.
public struct PrivateFile: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        fileprivate init(_ path: String) {
            description = "\(path): \(unsafe String(cString: strerror(errno)))"
        }
    }

    /// Where it is until it is whole.
    public let partPath: String
    private let path: String

    /// Makes an empty one, under a name that no other process makes.
    public init(_ path: String) throws(Failure) {
        self.path = path
        partPath = "\(path).\(getpid()).part"
        _ = unsafe unlink(partPath)
        let descriptor = unsafe open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure(partPath) }
        close(descriptor)
    }

    /// Bytes that are there by now.
    public func partSize() -> Int { FileFacts(partPath)?.size ?? 0 }

    /// Gives it its name, in place of a file that has it. It is on the disk then.
    public func finish() throws(Failure) {
        try Self.flush(partPath)
        guard unsafe rename(partPath, path) == 0 else { throw Failure(path) }
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
        try Self.flush(folder)
    }

    public func discard() {
        _ = unsafe unlink(partPath)
    }

    private static func flush(_ path: String) throws(Failure) {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw Failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(path) }
    }
}

/// What the file system says of a file.
public struct FileFacts: Sendable {
    public let size: Int
    /// Who is neither its owner nor of its group may read it.
    public let isOpenToAll: Bool

    /// `nil`: there is none, or none that may be looked at.
    public init?(_ path: String) {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { return nil }
        size = Int(info.st_size)
        isOpenToAll = info.st_mode & 0o007 != 0
    }

    /// Bytes that are free on the disk of a folder; `nil` if it cannot be seen from here.
    public static func freeBytes(at folder: String) -> Int? {
        var info = statvfs()
        guard unsafe statvfs(folder, &info) == 0 else { return nil }
        return Int(clamping: UInt64(info.f_bavail) &* UInt64(info.f_frsize))
    }
}
