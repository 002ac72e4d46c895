import Node
import Settings
import TLS

/// Which node a verb asks, and with what.
extension Invocation {
    static let adminOptions = [
        Verb.Option(
            "--admin", "HOST:PORT",
            "the node to ask, https://HOST:PORT over TLS (default: admin.listen of the configuration)"),
        Verb.Option(
            "--token-file", "FILE", "its first line is the token to use (default: admin.token of the configuration)"),
        Verb.Option(
            "--authorities", "FILE",
            "over TLS, whose certificates are believed (default: those of the system; of the configuration's own "
                + "node, its certificate)"),
    ]

    /// The node that `--admin` names, or that of the configuration.
    func adminPort() throws -> AdminPort {
        let token = try adminToken()
        guard let text = value("--admin") else {
            var port = try AdminPort(of: configuration(), token: token)
            if port.tls != nil, let authorities = value("--authorities") { port.tls = try Self.believing(authorities) }
            return port
        }
        let isSealed = text.hasPrefix("https://")
        guard let place = HostPort(setting: String(text.dropFirst(isSealed ? "https://".count : 0))) else {
            throw verb.misuse("--admin \(text): expected \(HostPort.settingForm.meaning)")
        }
        if !isSealed, value("--authorities") != nil {
            throw verb.misuse("--authorities is for TLS: --admin https://\(text)")
        }
        // A token that was told in the clear is anybody's, also if the port refuses what it was told for.
        if !isSealed, let own = try? configuration()[NodeSettings.adminCertificate], !own.isEmpty {
            throw verb.misuse("the configuration has \(NodeSettings.adminCertificate.name): --admin https://\(text)")
        }
        return AdminPort(place: place, token: token, tls: isSealed ? try Self.believing(value("--authorities")) : nil)
    }

    private static func believing(_ authorities: String?) throws -> TLSContext {
        do throws(TLSError) {
            return try TLSContext(clientBelieving: authorities)
        } catch {
            throw Failure(.usage, "--authorities: \(error)")
        }
    }

    private func adminToken() throws -> String {
        guard let path = value("--token-file") else {
            if let token = try configuration().adminToken { return token }
            throw Failure(
                .usage,
                "the configuration has no admin.token; make a token: talkctl token create NAME --scope read\n"
                    + "and give the file that holds it: --token-file FILE")
        }
        let token = String(try Self.firstLine(ofSecret: path).filter { $0 != " " && $0 != "\t" })
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Failure(.usage, "\(path) holds no token in its first line")
        }
        return token
    }
}

extension AdminPort {
    /// That of the node whose configuration it is. Over TLS it must show the very certificate that the configuration
    /// names: the address to listen on is seldom the name that it is for.
    init(of configuration: NodeConfiguration, token: String) throws {
        let certificate = configuration[NodeSettings.adminCertificate]
        do throws(TLSError) {
            self.init(
                place: configuration.admin, token: token,
                tls: certificate.isEmpty ? nil : try TLSContext(clientExpecting: certificate))
        } catch {
            throw Failure(.usage, "\(NodeSettings.adminCertificate.name): \(error)")
        }
    }
}
