import COpenSSL
import Primitives

/// Random bytes for keys, salts and tokens, from OpenSSL's generator.
public func randomBytes(_ byteCount: Int) throws(CryptoError) -> [UInt8] {
    var succeeded = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
        succeeded = unsafe RAND_bytes_ex(nil, output.baseAddress, byteCount, 0) == 1
        count = succeeded ? byteCount : 0
    }
    guard succeeded else { throw .noRandomness }
    return bytes
}

/// Equality whose duration tells nothing about the content; the lengths are not a secret.
public func equalInConstantTime(_ left: RawSpan, _ right: RawSpan) -> Bool {
    guard left.byteCount == right.byteCount else { return false }
    return unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { right in
            unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}
