/// What can go wrong in OpenSSL. Bad input is never one of these: it is `nil` where it is possible at all.
public enum CryptoError: Error, Equatable {
    /// The kernel or OpenSSL has no random bytes to give. Nothing that needs a secret may go on.
    case noRandomness
    /// This OpenSSL lacks the algorithm; a FIPS build, for example, has no MD5.
    case unavailable(Algorithm)
    /// The key does not have the length that the cipher asks for.
    case keyLength(expected: Int, got: Int)
    /// The input of a block cipher is not whole blocks.
    case notWholeBlocks(byteCount: Int)
    /// scrypt refuses these parameters, or they need more memory than the limit.
    case scryptParameters

    public enum Algorithm: Sendable {
        case md5, sha256, aes128GCM, aes256ECB, aes256GCM, p256
    }
}
