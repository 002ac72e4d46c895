import COpenSSL
import Glibc
public import Primitives

/// One side of one TLS connection (RFC 8446, RFC 5246): bytes of the socket in, bytes for the socket out. It knows no
/// socket and no clock. Confined to its thread.
@safe public struct TLSSession: ~Copyable {
    private let raw: OpaquePointer
    private let pipe: UnsafeMutablePointer<TLSPipe>
    /// Both sides have agreed: from now on plaintext can be sent.
    public private(set) var isEstablished = false
    /// The peer has said that it sends no more (close_notify).
    public private(set) var inputEnded = false

    /// `false`: there can be no certificate for the host.
    private let isNamed: Bool

    /// A record holds at most so much plaintext (RFC 8446, section 5.1).
    public static let maxRecordBytes = 16 << 10

    /// The side that connects. `host` is the name or the numeric address that the server's certificate must be for,
    /// unless the context expects a certain one.
    public init(client context: TLSContext, host: String, output: inout ByteWriter) throws(TLSError) {
        unsafe raw = try Self.make(context)
        unsafe pipe = Self.attachPipe(to: raw)
        unsafe SSL_set_connect_state(raw)
        isNamed = unsafe !context.checksNames || Self.name(host, raw)
        // The first message of the handshake. A failure comes again with the first call of `receive`.
        ERR_clear_error()
        if isNamed { _ = lending(&output) { unsafe SSL_do_handshake(raw) } }
    }

    /// The side that is connected to.
    public init(server context: TLSContext) throws(TLSError) {
        unsafe raw = try Self.make(context)
        unsafe pipe = Self.attachPipe(to: raw)
        unsafe SSL_set_accept_state(raw)
        isNamed = true
    }

    private static func make(_ context: TLSContext) throws(TLSError) -> OpaquePointer {
        guard let session = unsafe SSL_new(context.raw) else { throw .noMemory }
        guard let method = unsafe TLSPipe.method, let bio = unsafe BIO_new(method) else {
            unsafe SSL_free(session)
            throw .noMemory
        }
        // The session owns the BIO, for both directions.
        unsafe SSL_set_bio(session, bio, bio)
        return unsafe session
    }

    private static func attachPipe(to session: OpaquePointer) -> UnsafeMutablePointer<TLSPipe> {
        let pipe = UnsafeMutablePointer<TLSPipe>.allocate(capacity: 1)
        unsafe pipe.initialize(to: TLSPipe())
        unsafe BIO_set_data(SSL_get_rbio(session), pipe)
        return unsafe pipe
    }

    /// Asks for a certificate with this name; a name is also told to the server (RFC 6066, section 3), an address not.
    private static func name(_ host: String, _ session: OpaquePointer) -> Bool {
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1 { return true }
        return unsafe SSL_set1_host(session, host) == 1 && gv_ssl_set_server_name(session, host) == 1
    }

    deinit {
        unsafe SSL_free(raw)
        unsafe pipe.deallocate()
    }

    /// Takes what arrived, all of it. Appends what it means to `plaintext`, and what has to be sent for it (the next
    /// messages of the handshake, alerts also when it throws) to `output`.
    public mutating func receive(
        _ ciphertext: RawSpan, plaintext: inout ByteWriter, output: inout ByteWriter
    ) throws(TLSError) {
        guard isNamed else { throw .certificate("there is none for a name of this form") }
        ERR_clear_error()
        var failure: TLSError?
        unsafe ciphertext.withUnsafeBytes { bytes in
            unsafe withUnsafeMutablePointer(to: &output) { writer in
                unsafe pipe.pointee.lend(bytes, writer)
                failure = readAll(&plaintext)
                unsafe pipe.pointee.takeBack()
            }
        }
        if let failure { throw failure }
        isEstablished = unsafe SSL_is_init_finished(raw) == 1
    }

    /// Seals at most `maxRecordBytes` of plaintext. The session must be established.
    public mutating func send(_ plaintext: RawSpan, output: inout ByteWriter) throws(TLSError) {
        precondition(isEstablished, "nothing can be sent before the handshake is over")
        ERR_clear_error()
        let length = CInt(plaintext.byteCount)
        let written = lending(&output) {
            unsafe plaintext.withUnsafeBytes { unsafe SSL_write(raw, $0.baseAddress, length) }
        }
        guard written == length else { throw failure(written) }
    }

    /// Says that nothing more is sent (close_notify).
    public mutating func close(output: inout ByteWriter) {
        guard isEstablished else { return }
        ERR_clear_error()
        _ = lending(&output) { unsafe SSL_shutdown(raw) }
    }

    // MARK: Private parts

    private func lending(_ output: inout ByteWriter, _ call: () -> CInt) -> CInt {
        unsafe withUnsafeMutablePointer(to: &output) { writer in
            unsafe pipe.pointee.lend(UnsafeRawBufferPointer(start: nil, count: 0), writer)
            defer { unsafe pipe.pointee.takeBack() }
            return call()
        }
    }

    private mutating func readAll(_ plaintext: inout ByteWriter) -> TLSError? {
        while true {
            var result: CInt = 0
            unsafe plaintext.append(upTo: Self.maxRecordBytes) { target in
                result = unsafe SSL_read(raw, target.baseAddress, CInt(target.count))
                return max(0, Int(result))
            }
            if result > 0 { continue }
            switch unsafe SSL_get_error(raw, result) {
            case SSL_ERROR_WANT_READ: return nil
            case SSL_ERROR_ZERO_RETURN:
                inputEnded = true
                return nil
            default: return failure(result)
            }
        }
    }

    private func failure(_ result: CInt) -> TLSError {
        let verdict = unsafe SSL_get_verify_result(raw)
        let reason = OpenSSLErrors.take()
        guard verdict == Int(X509_V_OK) else {
            return .certificate(unsafe String(cString: X509_verify_cert_error_string(verdict)))
        }
        return .handshake(reason)
    }
}
