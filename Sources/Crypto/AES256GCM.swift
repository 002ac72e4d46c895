import COpenSSL
public import Primitives

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): hides and authenticates.
///
/// A nonce must never come twice under one key. Not thread-safe: the key schedule is set up once, in a context that
/// each call uses.
@safe public final class AES256GCM {
    public static let keyByteCount = 32
    public static let nonceByteCount = 12
    public static let tagByteCount = 16

    private let sealing: OpaquePointer
    private let opening: OpaquePointer

    public init(key: RawSpan) throws(CryptoError) {
        guard key.byteCount == Self.keyByteCount else {
            throw .keyLength(expected: Self.keyByteCount, got: key.byteCount)
        }
        unsafe sealing = try Self.makeContext(key, sealing: true)
        do {
            unsafe opening = try Self.makeContext(key, sealing: false)
        } catch {
            unsafe EVP_CIPHER_CTX_free(sealing)
            throw error
        }
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(sealing)
        unsafe EVP_CIPHER_CTX_free(opening)
    }

    /// Appends ciphertext and tag: `tagByteCount` more than `plaintext`, which must be shorter than 2 GiB.
    public func seal(
        _ plaintext: RawSpan, nonce: RawSpan, header: RawSpan, into writer: inout ByteWriter
    ) {
        let length = plaintext.byteCount
        var done = false
        unsafe writer.append(length + Self.tagByteCount) { output in
            let tag = unsafe UnsafeMutableRawBufferPointer(rebasing: output[length...])
            done =
                unsafe Self.process(sealing, plaintext, nonce, header, into: output.baseAddress)
                && EVP_CIPHER_CTX_ctrl(
                    sealing, EVP_CTRL_AEAD_GET_TAG, CInt(Self.tagByteCount), tag.baseAddress) == 1
        }
        precondition(done, "OpenSSL failed to seal \(length) bytes")
    }

    /// Appends what was sealed; `false`, and nothing is appended, if it was not sealed with this key, nonce and header.
    public func open(
        _ sealed: RawSpan, nonce: RawSpan, header: RawSpan, into writer: inout ByteWriter
    ) -> Bool {
        let length = sealed.byteCount - Self.tagByteCount
        guard length >= 0, nonce.byteCount == Self.nonceByteCount, Int32(exactly: sealed.byteCount) != nil else {
            return false
        }
        let start = writer.count
        var genuine = false
        var tag = sealed.extracting(droppingFirst: length).copied()
        unsafe writer.append(length) { output in
            genuine =
                unsafe EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, CInt(Self.tagByteCount), &tag) == 1
                && Self.process(opening, sealed.extracting(first: length), nonce, header, into: output.baseAddress)
        }
        if !genuine { writer.truncate(to: start) }
        return genuine
    }

    private static func makeContext(_ key: RawSpan, sealing: Bool) throws(CryptoError) -> OpaquePointer {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .unavailable(.aes256GCM) }
        let started = unsafe key.withUnsafeBytes { key in
            unsafe EVP_CipherInit_ex(
                context, EVP_aes_256_gcm(), nil, key.baseAddress?.assumingMemoryBound(to: UInt8.self), nil,
                sealing ? 1 : 0)
        }
        guard started == 1 else {
            unsafe EVP_CIPHER_CTX_free(context)
            throw .unavailable(.aes256GCM)
        }
        return unsafe context
    }

    /// With the tag set before for opening, and to be taken afterwards for sealing.
    private static func process(
        _ context: OpaquePointer, _ input: RawSpan, _ nonce: RawSpan, _ header: RawSpan,
        into output: UnsafeMutableRawPointer?
    ) -> Bool {
        let target = unsafe output?.assumingMemoryBound(to: UInt8.self)
        return unsafe nonce.withUnsafeBytes { nonce in
            unsafe header.withUnsafeBytes { header in
                unsafe input.withUnsafeBytes { input in
                    var written: CInt = 0
                    return unsafe EVP_CipherInit_ex(
                        context, nil, nil, nil, nonce.baseAddress?.assumingMemoryBound(to: UInt8.self), -1) == 1
                        && (header.isEmpty
                            || EVP_CipherUpdate(
                                context, nil, &written, header.baseAddress?.assumingMemoryBound(to: UInt8.self),
                                CInt(header.count)) == 1)
                        && (input.isEmpty
                            || EVP_CipherUpdate(
                                context, target, &written, input.baseAddress?.assumingMemoryBound(to: UInt8.self),
                                CInt(input.count)) == 1)
                        && EVP_CipherFinal_ex(context, target, &written) == 1
                }
            }
        }
    }
}
