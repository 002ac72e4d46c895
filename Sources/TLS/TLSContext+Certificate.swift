import COpenSSL
import Glibc

/// What can be said of the certificate that a context shows.
extension TLSContext {
    /// When it ends, in seconds since 1970; `nil` without a certificate.
    public var certificateEnd: Int? {
        guard let certificate = unsafe SSL_CTX_get0_certificate(raw) else { return nil }
        var time = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1 else { return nil }
        return unsafe timegm(&time)
    }

    /// Whether it is for a name or a numeric address.
    public func isCertificate(for host: String) -> Bool {
        guard let certificate = unsafe SSL_CTX_get0_certificate(raw) else { return false }
        if unsafe X509_check_ip_asc(certificate, host, 0) == 1 { return true }
        return unsafe X509_check_host(certificate, host, host.utf8.count, 0, nil) == 1
    }

    /// The length of its key if that is one of RSA, where the work of a signature grows with its third power.
    public var bitsOfRSA: Int? {
        let bits = unsafe gv_ssl_rsa_bits(raw)
        return bits > 0 ? Int(bits) : nil
    }

    /// Why a client that believes this system's authorities would not believe it, whatever its time and name: an issuer
    /// that is missing in the file, or that nobody knows. `nil`: it would.
    public var certificateFlaw: String? {
        guard let certificate = unsafe SSL_CTX_get0_certificate(raw) else { return "there is none" }
        guard let believed = unsafe X509_STORE_new(), let check = unsafe X509_STORE_CTX_new() else {
            return "there is no memory"
        }
        defer {
            unsafe X509_STORE_CTX_free(check)
            unsafe X509_STORE_free(believed)
        }
        guard unsafe X509_STORE_set_default_paths(believed) == 1,
            unsafe X509_STORE_CTX_init(check, believed, certificate, gv_ssl_chain(raw)) == 1
        else { return OpenSSLErrors.take() }
        unsafe X509_STORE_CTX_set_flags(check, UInt(X509_V_FLAG_NO_CHECK_TIME))
        if unsafe X509_verify_cert(check) == 1 { return nil }
        ERR_clear_error()
        return unsafe String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(check))))
    }
}
