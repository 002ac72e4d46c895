import COpenSSL
import Primitives

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    public static let byteCount = 32

    public static func digest(_ message: RawSpan) -> [UInt8] {
        guard let digest = algorithm.digest(message) else { preconditionFailure("this OpenSSL has no SHA-256") }
        return digest
    }

    private static let algorithm = FetchedDigest("SHA256", byteCount: byteCount)
}

/// SHA-1 (FIPS 180-4). Broken where somebody may choose two messages; here because the opening of a WebSocket asks for
/// it (RFC 6455, section 4.2.2), where it protects nothing.
public enum SHA1 {
    /// `nil`: this OpenSSL is configured without it.
    public static func digest(_ message: RawSpan) -> [UInt8]? { algorithm.digest(message) }

    private static let algorithm = FetchedDigest("SHA1", byteCount: 20)
}

/// HMAC with SHA-256 (RFC 2104).
public enum HMACSHA256 {
    public static let byteCount = SHA256.byteCount

    public static func code(_ message: RawSpan, key: RawSpan) -> [UInt8] {
        unsafe message.withUnsafeBytes { message in
            unsafe key.withUnsafeBytes { key in
                unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                    // OpenSSL takes a null key for "the key of the call before", so an empty key needs an address.
                    var none: UInt8 = 0
                    let done = unsafe withUnsafePointer(to: &none) { none in
                        unsafe HMAC(
                            EVP_sha256(), key.baseAddress ?? UnsafeRawPointer(none), CInt(key.count),
                            message.baseAddress, message.count, output.baseAddress, nil)
                    }
                    precondition(unsafe done != nil, "OpenSSL failed to compute HMAC-SHA-256")
                    count = byteCount
                }
            }
        }
    }
}

/// HMAC with SHA-1 (RFC 2104). Nobody can make a code without the key, although SHA-1 itself is broken (RFC 6194,
/// section 3.3); STUN and TURN servers ask for it (RFC 8489, section 14.5).
public enum HMACSHA1 {
    private static let blockByteCount = 64

    /// `nil`: this OpenSSL is configured without SHA-1.
    public static func code(_ message: RawSpan, key: RawSpan) -> [UInt8]? {
        let isLong = key.byteCount > blockByteCount
        guard let key = isLong ? SHA1.digest(key) : key.copied() else { return nil }
        let block = key + [UInt8](repeating: 0, count: blockByteCount - key.count)
        guard let inner = SHA1.digest((block.map { $0 ^ 0x36 } + message.copied()).rawBytes) else { return nil }
        return SHA1.digest((block.map { $0 ^ 0x5C } + inner).rawBytes)
    }
}

/// MD5 (RFC 1321). Broken for every security purpose; here because legacy clients send the MD5 of the password in
/// hex instead of the password, and tools of ours have to log in as they do.
public enum MD5 {
    /// 32 lower-case hex digits.
    public static func hex(_ message: RawSpan) throws(CryptoError) -> String {
        guard let digest = algorithm.digest(message) else { throw .unavailable(.md5) }
        return Hex.encode(digest.rawBytes)
    }

    private static let algorithm = FetchedDigest("MD5", byteCount: 16)
}

/// An algorithm looked up by name, kept for the life of the process: a lookup at each call costs more than hashing a
/// short message.
///
/// `@unchecked Sendable`: OpenSSL's method objects are immutable after the fetch and may be used by any thread
/// (crypto(7), "Explicit fetching").
@safe private struct FetchedDigest: @unchecked Sendable {
    private let algorithm: OpaquePointer?
    private let byteCount: Int

    init(_ name: String, byteCount: Int) {
        unsafe algorithm = EVP_MD_fetch(nil, name, nil)
        self.byteCount = byteCount
    }

    /// `nil` if this OpenSSL does not have the algorithm.
    func digest(_ message: RawSpan) -> [UInt8]? {
        guard unsafe algorithm != nil else { return nil }
        var succeeded = false
        let digest = unsafe message.withUnsafeBytes { message in
            unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                succeeded = unsafe EVP_Digest(
                    message.baseAddress, message.count, output.baseAddress, nil, algorithm, nil) == 1
                count = succeeded ? byteCount : 0
            }
        }
        return succeeded ? digest : nil
    }
}
