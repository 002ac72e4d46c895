import Crypto
import Glibc
import Program

/// The key by which push services of browsers know the cluster: a file that only its owner may read.
enum BrowserKey {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Made if it is not there.
    static func load(_ path: String) throws -> PrivateKey {
        if FileFacts(path) == nil { try make(path) }
        let text = try TextFile.readSecret(path)
        guard let key = PrivateKey(pem: Array(text.utf8)), key.kind == .p256 else {
            throw Failure(description: "\(path) has no key of P-256; delete it, and every browser has to ask again")
        }
        return key
    }

    private static func make(_ path: String) throws {
        let file = try PrivateFile(path)
        let pem = try PrivateKey.makeP256().pem
        let descriptor = unsafe open(file.partPath, O_WRONLY)
        defer { close(descriptor) }
        guard descriptor >= 0, unsafe write(descriptor, pem, pem.count) == pem.count else {
            file.discard()
            throw Failure(description: "\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
        }
        try file.finish()
    }
}
