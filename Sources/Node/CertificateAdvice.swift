public import Primitives
public import Settings
import TLS

/// What is wrong, or soon will be, with the certificate of a listener that TLS works with.
public struct CertificateAdvice: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case ended
        case endsSoon
        case otherName
        case disbelieved
        case costlyKey
    }

    /// A renewal that works by itself has happened before.
    static let soon: Duration = .seconds(14 * 86_400)

    /// Bits of the keys of RSA with which a handshake still takes less than a millisecond (bench/README.md).
    private static let commonRSA = 2048

    /// The setting that names its file.
    public let setting: String
    public let kind: Kind
    public let text: String
    public let fix: String

    /// - Throws: a node does not start with it.
    public static func all(
        _ configuration: Configuration, at now: UnixTime
    ) throws(Node.Failure) -> [CertificateAdvice] {
        let listeners = try ListenerTLS(configuration, wallClock: { now })
        let advertised = configuration[NodeSettings.clientAdvertise]?.host
        let url = configuration[NodeSettings.httpAdvertise]
        return advice(listeners.client.context, NodeSettings.clientCertificate.name, host: advertised, at: now)
            + advice(
                listeners.http.context, NodeSettings.httpCertificate.name,
                host: url.isEmpty ? advertised : host(of: url), at: now)
            + advice(listeners.admin.context, NodeSettings.adminCertificate.name, host: nil, at: now)
    }

    /// - Parameter host: as clients call it, if that is known.
    private static func advice(
        _ context: TLSContext?, _ setting: String, host: String?, at now: UnixTime
    ) -> [CertificateAdvice] {
        guard let context else { return [] }
        var found: [CertificateAdvice] = []
        let left = Duration.seconds((context.certificateEnd ?? 0) - Int(now.milliseconds / 1000))
        let renew = "renew it, and send SIGHUP"
        if left <= .zero {
            found.append(CertificateAdvice(setting: setting, kind: .ended, text: "its time is over", fix: renew))
        } else if left < soon {
            let days = left.milliseconds / 86_400_000
            found.append(
                CertificateAdvice(setting: setting, kind: .endsSoon, text: "it ends in \(days) days", fix: renew))
        }
        if let host, !context.isCertificate(for: host) {
            found.append(
                CertificateAdvice(
                    setting: setting, kind: .otherName, text: "it is not for \(host), as clients call this node",
                    fix: "take one with that name among its alternative names"))
        }
        if let flaw = context.certificateFlaw {
            found.append(
                CertificateAdvice(
                    setting: setting, kind: .disbelieved, text: "clients may not believe it: \(flaw)",
                    fix: "put its issuers behind it in the file, or have clients believe its authority"))
        }
        if let bits = context.bitsOfRSA, bits > commonRSA {
            found.append(
                CertificateAdvice(
                    setting: setting, kind: .costlyKey,
                    text: "its key is RSA of \(bits) bits, with which a handshake may take a loop milliseconds",
                    fix: "take a certificate for an ECDSA key (P-256), or for RSA of \(commonRSA) bits"))
        }
        return found
    }

    private static func host(of url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        let authority = url[start...]
        if authority.first == "[" { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
