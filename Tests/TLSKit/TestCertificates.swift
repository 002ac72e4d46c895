import Glibc
public import TLS

/// Certificates made by the `openssl` program, in a folder of their own: an authority, one for a name and an address
/// that it signed, and one that nobody signed.
public struct TestCertificates: Sendable {
    struct Failed: Error {}

    public let folder: String

    public var authority: String { "\(folder)/authority.pem" }
    public var server: TLSContext.Identity { .init(certificate: "\(folder)/server.pem", key: "\(folder)/server.key") }
    public var stranger: TLSContext.Identity {
        .init(certificate: "\(folder)/stranger.pem", key: "\(folder)/stranger.key")
    }

    /// Nobody signed it either, and its key is a long one of RSA.
    public var old: TLSContext.Identity { .init(certificate: "\(folder)/old.pem", key: "\(folder)/old.key") }

    /// Made once for the process, and left to the system's cleaning of temporary files.
    public static let shared = Result { try TestCertificates() }

    private init() throws {
        var template = Array("/tmp/grapevine-tls-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else { throw Failed() }
        folder = unsafe String(cString: made)
        try run(
            """
            set -e; cd \(folder)
            new() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "$@"; }
            new -keyout authority.key -out authority.pem -subj /CN=authority
            new -keyout stranger.key -out stranger.pem -subj /CN=example.test \
                -addext subjectAltName=DNS:example.test,IP:127.0.0.1
            openssl req -x509 -newkey rsa:3072 -nodes -days 2 -keyout old.key -out old.pem -subj /CN=example.test
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key \
                -out server.csr -subj /CN=example.test
            echo subjectAltName=DNS:example.test,IP:127.0.0.1 > names
            openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
                -extfile names -out server.pem
            """)
    }

    private func run(_ script: String) throws {
        guard let pipe = unsafe popen("exec 2>/dev/null; \(script)", "r") else { throw Failed() }
        guard unsafe pclose(pipe) == 0 else { throw Failed() }
    }
}
