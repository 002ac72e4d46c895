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

    /// A file that holds a secret: nobody but its owner may read it.
    public static func readSecret(_ path: String) throws(SecretFileError) -> String {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { throw SecretFileError(reason: reason(errno)) }
        guard info.st_mode & 0o077 == 0 else {
            throw SecretFileError(reason: "others may read it; run: chmod 600 \(path)")
        }
        do {
            return try read(path)
        } catch {
            throw SecretFileError(reason: error.description)
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
