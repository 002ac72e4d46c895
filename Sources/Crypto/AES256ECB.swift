import COpenSSL
import Primitives

/// AES-256 (FIPS 197) on single blocks, without chaining and padding.
///
/// Only for the bodies of legacy text messages: ECB shows which blocks are equal, and the key of that format is
/// compiled into every client. It hides nothing; it is a format, and never to be used for anything new.
public struct AES256ECB: Sendable {
    public static let blockByteCount = 16
    public static let keyByteCount = 32

    private let key: [UInt8]

    public init(key: [UInt8]) throws(CryptoError) {
        guard key.count == Self.keyByteCount else {
            throw .keyLength(expected: Self.keyByteCount, got: key.count)
        }
        self.key = key
    }

    /// `blocks` must be whole blocks of 16 bytes; so is the result.
    public func encrypt(_ blocks: RawSpan) throws(CryptoError) -> [UInt8] {
        try transform(blocks, encrypting: true)
    }

    public func decrypt(_ blocks: RawSpan) throws(CryptoError) -> [UInt8] {
        try transform(blocks, encrypting: false)
    }

    private func transform(_ blocks: RawSpan, encrypting: Bool) throws(CryptoError) -> [UInt8] {
        let byteCount = blocks.byteCount
        guard byteCount.isMultiple(of: Self.blockByteCount), let inputLength = CInt(exactly: byteCount) else {
            throw .notWholeBlocks(byteCount: byteCount)
        }
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var succeeded = false
        let result = unsafe blocks.withUnsafeBytes { blocks in
            unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                var written: CInt = 0
                succeeded =
                    unsafe EVP_CipherInit_ex(context, EVP_aes_256_ecb(), nil, key, nil, encrypting ? 1 : 0) == 1
                    && EVP_CIPHER_CTX_set_padding(context, 0) == 1
                    && EVP_CipherUpdate(
                        context, output.baseAddress, &written,
                        blocks.baseAddress?.assumingMemoryBound(to: UInt8.self), inputLength) == 1
                    && written == inputLength
                count = succeeded ? byteCount : 0
            }
        }
        guard succeeded else { throw .unavailable(.aes256ECB) }
        return result
    }
}
