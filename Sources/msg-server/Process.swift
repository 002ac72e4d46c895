import Glibc
import Settings

/// The environment of this process.
enum Environment {
    static var all: [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let pair = unsafe String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            unsafe next += 1
        }
        return variables
    }
}

/// Small files, read whole.
enum TextFile {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    private static let maxByteCount = 1 << 20

    static func read(_ path: String) throws(Unreadable) -> String {
        guard let file = unsafe fopen(path, "r") else { throw Unreadable(description: "\(path): \(reason(errno))") }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maxByteCount)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// A file that holds a secret: nobody but its owner may read it.
    static func readSecret(_ path: String) throws(SecretFileError) -> String {
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

enum StandardError {
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { unsafe _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

/// Waiting to be told to stop.
enum Signals {
    /// Blocks until SIGTERM or SIGINT.
    static func waitForEnd() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        var received: Int32 = 0
        while unsafe sigwait(&set, &received) != 0 {}
    }

    /// Keeps these signals from every thread; to be called before any is started.
    static func hold() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
