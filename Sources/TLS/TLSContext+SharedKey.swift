import COpenSSL

/// Connections between those who share a secret: without certificates, in TLS 1.3 with a pre-shared key (RFC 8446,
/// section 2.2) and fresh keys for each connection. Who does not have the key gets no further than the first message.
extension TLSContext {
    public static let sharedKeyByteCount = 32

    /// - Parameters:
    ///   - key: `sharedKeyByteCount` secret bytes, for this purpose only.
    ///   - accepts: for connections that others open; otherwise for those that this program opens.
    public convenience init(sharing key: [UInt8], accepts: Bool) throws(TLSError) {
        precondition(key.count == Self.sharedKeyByteCount, "\(key.count) bytes of a shared key")
        unsafe try self.init(accepts ? TLS_server_method() : TLS_client_method(), checksNames: false)
        // A server that shows a certificate instead is not believed.
        if !accepts { unsafe SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil) }
        guard unsafe gv_ssl_share_key(raw, key, key.count) == 1 else { throw .handshake(OpenSSLErrors.take()) }
    }
}
