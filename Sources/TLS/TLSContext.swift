import COpenSSL

/// What the TLS connections of one place have in common: versions, certificates, whom to believe.
///
/// TLS 1.2 and 1.3, without renegotiation and compression (Mozilla's intermediate profile). May be shared by threads.
@safe public final class TLSContext: @unchecked Sendable {
    // Proof of Sendable: after `init` OpenSSL only counts references to it and reads it (SSL_CTX_up_ref is atomic).
    let raw: OpaquePointer
    /// Whether the certificate of a server must also be for the name that was asked for.
    let checksNames: Bool

    /// Of TLS 1.2: forward secrecy and authenticated encryption only. Those of TLS 1.3 are all of this kind.
    private static let ciphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
        """

    /// For the exchange of keys: the two that cost least, one of which every client has.
    private static let groups = "X25519:P-256"

    /// A certificate with its chain and its key, as PEM files.
    public struct Identity: Sendable, Equatable {
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// For connections that this program opens. The server must have a certificate for the name that is asked for.
    ///
    /// - Parameters:
    ///   - authorities: a PEM file of the issuers that are believed; `nil`: those of the system.
    ///   - identity: what this program shows to servers that ask for a certificate.
    public convenience init(clientBelieving authorities: String?, identity: Identity? = nil) throws(TLSError) {
        unsafe try self.init(TLS_client_method())
        unsafe SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
        if let authorities {
            guard unsafe SSL_CTX_load_verify_file(raw, authorities) == 1 else {
                throw .file(path: authorities, OpenSSLErrors.take())
            }
        } else {
            guard unsafe SSL_CTX_set_default_verify_paths(raw) == 1 else {
                throw .certificate(OpenSSLErrors.take())
            }
        }
        if let identity { try use(identity) }
    }

    /// For connections that this program opens to one server, whose certificate it has: that one is believed, whoever
    /// signed it and whatever its name, and no other one.
    ///
    /// - Parameter certificate: a PEM file; of a chain, the first one counts.
    public convenience init(clientExpecting certificate: String) throws(TLSError) {
        unsafe try self.init(TLS_client_method(), checksNames: false)
        unsafe SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
        guard unsafe gv_ssl_believe_first(raw, certificate) == 1 else {
            throw .file(path: certificate, OpenSSLErrors.take())
        }
    }

    /// For connections that others open.
    ///
    /// - Parameter ticketKeys: `ticketKeyByteCount` secret bytes: whoever has the same ones takes up sessions that were
    ///   begun elsewhere (RFC 5077, RFC 8446 section 4.6.1). `nil`: nobody else does.
    public convenience init(server identity: Identity, ticketKeys: [UInt8]? = nil) throws(TLSError) {
        unsafe try self.init(TLS_server_method())
        try prepareToServe(ticketKeys)
        try use(identity)
    }

    /// The same identity with other keys for tickets; no file is read.
    public convenience init(renewing old: TLSContext, ticketKeys: [UInt8]) throws(TLSError) {
        unsafe try self.init(TLS_server_method())
        try prepareToServe(ticketKeys)
        guard unsafe gv_ssl_copy_identity(raw, old.raw) == 1 else { throw .certificate(OpenSSLErrors.take()) }
    }

    private func prepareToServe(_ ticketKeys: [UInt8]?) throws(TLSError) {
        // The sessions are in the tickets, and take no memory here.
        unsafe _ = gv_ssl_cache_no_sessions(raw)
        unsafe gv_ssl_choose_http(raw)
        guard var keys = ticketKeys else { return }
        precondition(keys.count == Self.ticketKeyByteCount, "\(keys.count) bytes of ticket keys")
        guard unsafe gv_ssl_set_ticket_keys(raw, &keys, keys.count) == 1 else {
            throw .handshake(OpenSSLErrors.take())
        }
    }

    /// A name, and keys for authentication and encryption.
    public static let ticketKeyByteCount = 80

    init(_ method: OpaquePointer?, checksNames: Bool = true) throws(TLSError) {
        guard let made = unsafe SSL_CTX_new(method) else { throw .noMemory }
        unsafe raw = made
        self.checksNames = checksNames
        // An idle connection keeps no buffers.
        unsafe _ = gv_ssl_set_mode(made, Int(SSL_MODE_RELEASE_BUFFERS))
        unsafe _ = SSL_CTX_set_options(made, gv_ssl_options())
        guard unsafe gv_ssl_set_min_version(made, TLS1_2_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(made, Self.ciphers) == 1,
            unsafe gv_ssl_set_groups(made, Self.groups) == 1
        else { throw .handshake(OpenSSLErrors.take()) }
    }

    deinit {
        unsafe SSL_CTX_free(raw)
    }

    private func use(_ identity: Identity) throws(TLSError) {
        guard unsafe SSL_CTX_use_certificate_chain_file(raw, identity.certificate) == 1 else {
            throw .file(path: identity.certificate, OpenSSLErrors.take())
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(raw, identity.key, SSL_FILETYPE_PEM) == 1 else {
            throw .file(path: identity.key, OpenSSLErrors.take())
        }
        guard unsafe SSL_CTX_check_private_key(raw) == 1 else {
            throw .file(path: identity.key, "it is not the key of \(identity.certificate)")
        }
    }
}

/// The reasons that OpenSSL leaves on a thread.
enum OpenSSLErrors {
    /// The first one, which is the cause; the others are forgotten.
    static func take() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "OpenSSL gives no reason" }
        return unsafe String(cString: text)
    }
}
