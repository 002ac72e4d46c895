import COpenSSL

/// SHA-256 of bytes that come in pieces. Used by one thread at a time.
@safe public struct SHA256Stream: ~Copyable {
    private let context: OpaquePointer

    /// Throws where this OpenSSL has no SHA-256, or memory is out.
    public init() throws(CryptoError) {
        unsafe context = try Self.makeContext()
    }

    private static func makeContext() throws(CryptoError) -> OpaquePointer {
        guard let made = unsafe EVP_MD_CTX_new() else { throw .unavailable(.sha256) }
        if unsafe EVP_DigestInit_ex(made, EVP_sha256(), nil) == 1 { return unsafe made }
        unsafe EVP_MD_CTX_free(made)
        throw .unavailable(.sha256)
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    public mutating func append(_ bytes: RawSpan) {
        let done = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(done == 1, "OpenSSL failed to go on with SHA-256")
    }

    /// Of all that was appended.
    public consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
            let done = unsafe EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(done == 1, "OpenSSL failed to finish SHA-256")
            count = SHA256.byteCount
        }
    }
}
