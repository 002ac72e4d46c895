import Glibc
public import Settings

/// Small files, read whole.
public enum TextFile {
    public struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let reason: String

        public var description: String { "\(path): \(reason)" }
    }

    /// What is longer is no file of ours.
    private static let maxByteCount = 1 << 20

    public static func read(_ path: String) throws(Unreadable) -> String {
        guard let file = unsafe fopen(path, "r") else { throw Unreadable(path: path, reason: reason(errno)) }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maxByteCount)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        if unsafe ferror(file) != 0 { throw Unreadable(path: path, reason: reason(errno)) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// A file that holds a secret: nobody else may read it.
    public static func readSecret(_ path: String) throws(SecretFileError) -> String {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { throw SecretFileError(reason: reason(errno)) }
        if info.st_mode & S_IFMT == S_IFDIR { throw SecretFileError(reason: reason(EISDIR)) }
        let isForeign = info.st_uid == geteuid() && info.st_gid != getegid()
        guard isPrivate(mode: info.st_mode, isForeign: isForeign) else {
            throw SecretFileError(reason: "others may read it; run: chmod 600 \(path)")
        }
        do {
            return try read(path)
        } catch {
            throw SecretFileError(reason: error.reason)
        }
    }

    /// A group that the process is in may read it too: so Kubernetes hands secrets to a process (fsGroup), as root's
    /// files of mode 0440, on a mount where nobody changes modes.
    /// - Parameter isForeign: the process is its owner, and not of its group. Any other owner's files it can read only
    ///   through their group.
    static func isPrivate(mode: mode_t, isForeign: Bool) -> Bool { mode & (isForeign ? 0o077 : 0o037) == 0 }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
