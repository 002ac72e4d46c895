import COpenSSL
import Primitives

/// A private key that signs: P-256 (FIPS 186-4), which also agrees on secrets, or RSA.
///
/// `@unchecked Sendable`: the key is never changed after `init`, and OpenSSL allows its use by several threads then
/// (openssl-threads(7)).
@safe public final class PrivateKey: @unchecked Sendable {
    public enum Kind: Sendable {
        case p256, rsa
    }

    public static let pointByteCount = 65

    public let kind: Kind
    private let key: OpaquePointer

    private init(owning key: OpaquePointer, _ kind: Kind) {
        unsafe self.key = key
        self.kind = kind
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// A new key of P-256.
    public static func makeP256() throws(CryptoError) -> PrivateKey {
        guard let key = unsafe gv_make_p256() else { throw .unavailable(.p256) }
        return unsafe PrivateKey(owning: key, .p256)
    }

    /// A PEM file without a password; `nil` if it has none of these keys.
    public convenience init?(pem: [UInt8]) {
        guard let length = CInt(exactly: pem.count) else { return nil }
        let key = unsafe pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let source = unsafe BIO_new_mem_buf(bytes.baseAddress, length) else { return nil }
            defer { unsafe BIO_free(source) }
            // A password is never asked for at the terminal.
            return unsafe PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in 0 }, nil)
        }
        guard let key = unsafe key else { return nil }
        switch unsafe (gv_is_p256(key) == 1, EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
        case (true, _): unsafe self.init(owning: key, .p256)
        case (_, true): unsafe self.init(owning: key, .rsa)
        default:
            unsafe EVP_PKEY_free(key)
            return nil
        }
    }

    /// PKCS #8 in PEM (RFC 5958), without a password.
    public var pem: [UInt8] {
        guard let sink = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("OpenSSL has no memory") }
        defer { unsafe BIO_free(sink) }
        let done = unsafe PEM_write_bio_PKCS8PrivateKey(sink, key, nil, nil, 0, nil, nil)
        precondition(done == 1, "OpenSSL failed to write a key")
        let length = unsafe BIO_ctrl_pending(sink)
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            count = max(0, unsafe Int(BIO_read(sink, output.baseAddress, CInt(length))))
        }
    }

    /// Of P-256: the public key as an uncompressed point (SEC 1, section 2.3.3).
    public var publicPoint: [UInt8] {
        precondition(kind == .p256, "a key of RSA has no point")
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = unsafe EVP_PKEY_get1_encoded_public_key(key, &encoded)
        defer { unsafe gv_free(encoded) }
        precondition(length == Self.pointByteCount, "OpenSSL wrote a point of \(length) bytes")
        return unsafe Array(UnsafeBufferPointer(start: encoded, count: length))
    }

    /// Signs the SHA-256 of a message: of P-256 both numbers, 32 bytes each (RFC 7515, appendix A.3); of RSA by
    /// PKCS #1 v1.5.
    public func sign(_ message: RawSpan) throws(CryptoError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .unavailable(.sha256) }
        defer { unsafe EVP_MD_CTX_free(context) }
        var length = Int(unsafe EVP_PKEY_get_size(key))
        var done = unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1
        let signature = unsafe message.withUnsafeBytes { message in
            unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
                done =
                    unsafe done
                    && EVP_DigestSign(context, output.baseAddress, &length, message.baseAddress, message.count) == 1
                count = done ? length : 0
            }
        }
        guard done else { throw .unavailable(.sha256) }
        guard kind == .p256 else { return signature }
        guard let numbers = Self.numbers(in: signature) else { throw .unavailable(.p256) }
        return numbers
    }

    /// The two INTEGERs of an ECDSA signature in DER (RFC 3279, section 2.2.3), 32 bytes each.
    private static func numbers(in der: [UInt8]) -> [UInt8]? {
        var rest = der.dropFirst(2)
        var numbers: [UInt8] = []
        for _ in 0..<2 {
            guard rest.popFirst() == 0x02, let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
            let digits = rest.prefix(Int(length)).drop { $0 == 0 }
            guard digits.count <= 32 else { return nil }
            numbers += [UInt8](repeating: 0, count: 32 - digits.count) + digits
            rest = rest.dropFirst(Int(length))
        }
        return numbers
    }

    /// The secret that both sides can compute (SEC 1, section 3.3.1), 32 bytes; `nil` if `point` is none of P-256.
    public func sharedSecret(with point: [UInt8]) -> [UInt8]? {
        guard kind == .p256, let peer = unsafe EVP_PKEY_new() else { return nil }
        defer { unsafe EVP_PKEY_free(peer) }
        guard unsafe EVP_PKEY_copy_parameters(peer, key) == 1,
            unsafe EVP_PKEY_set1_encoded_public_key(peer, point, point.count) == 1,
            let context = unsafe EVP_PKEY_CTX_new(key, nil)
        else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_derive_init(context) == 1, unsafe EVP_PKEY_derive_set_peer(context, peer) == 1 else {
            return nil
        }
        var length = 32
        var done = false
        let secret = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            done = unsafe EVP_PKEY_derive(context, output.baseAddress, &length) == 1
            count = done ? length : 0
        }
        return done && length == 32 ? secret : nil
    }
}
