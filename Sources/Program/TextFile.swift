import Glibc
public import Settings

/// Small files, read whole.
public enum TextFile {
    public struct Unreadable: Error, CustomStringConvertible {
        public let description: String
    }

    /// What is longer is no file of ours.
    private static let maxByteCount = 1 << 20

    public static func read(_ path: String) throws(Unreadable) -> String {
        guard let file = unsafe fopen(path, "r") else { throw Unreadable(description: "\(path): \(reason(errno))") }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maxByteCount)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// A file that holds a secret: nobody else may read it.
    public static func readSecret(_ path: String) throws(SecretFileError) -> String {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { throw SecretFileError(reason: reason(errno)) }
        guard isPrivate(mode: info.st_mode, isOwn: info.st_uid == geteuid()) else {
            throw SecretFileError(reason: "others may read it; run: chmod 600 \(path)")
        }
        do {
            return try read(path)
        } catch {
            throw SecretFileError(reason: error.description)
        }
    }

    /// Whoever is not its owner can read it only through its group: so Kubernetes hands secrets to a process (fsGroup),
    /// as root's files of mode 0440.
    static func isPrivate(mode: mode_t, isOwn: Bool) -> Bool { mode & (isOwn ? 0o077 : 0o037) == 0 }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
