/// Why a TLS connection or its configuration cannot be used.
public enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The peer broke the protocol, or does not agree on a version or cipher. The text is OpenSSL's.
    case handshake(String)
    /// The peer's certificate is not believed: unknown issuer, expired, another name. The text is OpenSSL's.
    case certificate(String)
    /// A file of certificates or keys cannot be used.
    case file(path: String, String)
    case noMemory

    public var description: String {
        switch self {
        case .handshake(let reason): "TLS: \(reason)"
        case .certificate(let reason): "its certificate is not accepted: \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .noMemory: "TLS: there is no memory"
        }
    }
}
