import COpenSSL
import Primitives

/// scrypt (RFC 7914): turns a password into a key at a price in time and memory that the parameters set.
///
/// One call takes tens of milliseconds by design: it belongs on a worker thread, never on a loop.
public struct Scrypt: Equatable, Sendable {
    /// log2 of the cost parameter N.
    public let logN: UInt8
    /// Block size; memory is about 128 * N * r bytes.
    public let r: UInt32
    /// Parallelisation: how many times the work is done, one after the other here.
    public let p: UInt32

    private let memoryLimit: UInt64

    /// - Parameter memoryLimit: bytes that one call may use. Parameters are stored beside each hash, so a forged or
    ///   damaged row could otherwise ask for all the memory of the node.
    public init(logN: UInt8, r: UInt32, p: UInt32, memoryLimit: UInt64) throws(CryptoError) {
        guard (1...63).contains(logN) else { throw .scryptParameters }
        self.logN = logN
        self.r = r
        self.p = p
        self.memoryLimit = memoryLimit
        // Without an output buffer OpenSSL only checks the parameters.
        let nothing = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        guard unsafe call(password: nothing, salt: nothing, key: nil) else { throw .scryptParameters }
    }

    public func key(password: RawSpan, salt: RawSpan, byteCount: Int) throws(CryptoError) -> [UInt8] {
        var succeeded = false
        let key = unsafe password.withUnsafeBytes { password in
            unsafe salt.withUnsafeBytes { salt in
                unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                    succeeded = unsafe call(password: password, salt: salt, key: output)
                    count = succeeded ? byteCount : 0
                }
            }
        }
        guard succeeded else { throw .scryptParameters }
        return key
    }

    private func call(
        password: UnsafeRawBufferPointer, salt: UnsafeRawBufferPointer, key: UnsafeMutableBufferPointer<UInt8>?
    ) -> Bool {
        unsafe EVP_PBE_scrypt(
            password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count,
            salt.baseAddress?.assumingMemoryBound(to: UInt8.self), salt.count,
            1 << UInt64(logN), UInt64(r), UInt64(p), memoryLimit, key?.baseAddress, key?.count ?? 0) == 1
    }
}
