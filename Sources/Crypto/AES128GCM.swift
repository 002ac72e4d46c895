import COpenSSL
import Primitives

/// AES-128 in Galois/Counter Mode (NIST SP 800-38D), once for each key: Web Push seals with it (RFC 8188).
public enum AES128GCM {
    public static let keyByteCount = 16
    public static let nonceByteCount = 12
    private static let tagByteCount = 16

    /// The ciphertext and its tag.
    public static func seal(_ plaintext: RawSpan, key: [UInt8], nonce: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard key.count == keyByteCount, nonce.count == nonceByteCount else {
            throw .keyLength(expected: keyByteCount, got: key.count)
        }
        guard let length = CInt(exactly: plaintext.byteCount) else { throw .unavailable(.aes128GCM) }
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var done = false
        let sealed = unsafe plaintext.withUnsafeBytes { plaintext in
            unsafe [UInt8](unsafeUninitializedCapacity: plaintext.count + tagByteCount) { output, count in
                var written: CInt = 0
                let tag = unsafe output.baseAddress.map { unsafe $0 + plaintext.count }
                done =
                    unsafe EVP_CipherInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce, 1) == 1
                    && EVP_CipherUpdate(
                        context, output.baseAddress, &written,
                        plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self), length) == 1
                    && EVP_CipherFinal_ex(context, tag, &written) == 1
                    && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CInt(tagByteCount), tag) == 1
                count = done ? plaintext.count + tagByteCount : 0
            }
        }
        guard done else { throw .unavailable(.aes128GCM) }
        return sealed
    }
}
