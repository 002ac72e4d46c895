import ClientGateway
import Crypto
import Node
import Primitives
import Reactor
import Settings
import TLS

/// Whether calls can go through the TURN servers that callers are told of: each is asked for a place, and something is
/// sent through it.
enum RelayCheck {
    /// Long enough for any clock that is wrong.
    private static let years: Duration = .seconds(10 * 365 * 86_400)

    static func symptoms(of configuration: NodeConfiguration, at now: UnixTime) -> [Symptom] {
        let secret = configuration[NodeSettings.turnSecret]
        let urls = RelayURL.all(in: configuration[NodeSettings.turnURLs]) ?? []
        guard !urls.isEmpty else {
            return [.ok("turn", "there is no TURN server: only devices that reach each other can talk")]
        }
        guard !secret.isEmpty else {
            return [
                .bad("turn", "calls.turn_urls needs calls.turn_secret: no node starts with this",
                    fix: "the secret of these servers as calls.turn_secret")
            ]
        }
        var relay = CallRelay(secret: secret, lifetime: configuration[NodeSettings.turnLifetime])
        let seconds = UInt32(clamping: now.milliseconds / 1_000)
        guard let pass = relay.pass(for: "doctor", at: seconds) else {
            return [.bad("turn", "this OpenSSL has no SHA-1, which TURN needs", fix: "allow it in openssl.cnf")]
        }
        relay.lifetime = years
        let later = relay.pass(for: "doctor", at: seconds) ?? pass
        return urls.map { text, url in
            symptom(
                text, url,
                RelayProbe.Pass(username: pass.username, password: pass.password),
                RelayProbe.Pass(username: later.username, password: later.password))
        }
    }

    private static func symptom(
        _ text: String, _ url: RelayURL, _ pass: RelayProbe.Pass, _ passForYears: RelayProbe.Pass
    ) -> Symptom {
        guard let server = NameResolver.resolveNow(url.place.host, port: url.place.port).first else {
            return .bad("turn", "\(text): nobody knows where \(url.place.host) is", fix: "correct calls.turn_urls")
        }
        var seal: (context: TLSContext, host: String)?
        if url.isSecure {
            guard url.transport == .tcp, let context = try? TLSContext(clientBelieving: nil) else {
                return .warn(
                    "turn", "\(text) is not looked at: DTLS is not known here", fix: "?transport=tcp, if it can")
            }
            seal = (context, url.place.host)
        }
        let ask = { (pass: RelayProbe.Pass) in
            // Nobody may know in advance what the server is asked: that would let him answer in its place.
            let seed = ((try? randomBytes(8)) ?? []).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return RelayLine.ask(server, over: url.transport, seal: seal, RelayProbe(pass, SeededRandom(seed: seed)))
        }
        let result = ask(pass)
        // A password that a clock which is ahead takes as well; another one is a matter for another place.
        guard result == .success(.wrongPassword), ask(passForYears) != result else { return symptom(text, result) }
        return .bad(
            "turn", "\(text) takes passwords for expired that are not: its clock is ahead of the one here, by more "
                + "than calls.turn_lifetime", fix: "keep both clocks right (NTP)")
    }

    private static func symptom(_ url: String, _ result: Result<RelayProbe.Finding, RelayLine.Failure>) -> Symptom {
        switch result {
        case .success(.works(let place)):
            .ok("turn", "\(url) gives places such as \(place), and passes on what comes there")
        case .success(.keepsApart(let place)):
            .bad(
                "turn", "\(url) gives places such as \(place), and lets nobody send there: two callers who both need "
                    + "it do not hear each other", fix: "allowed-peer-ip=\(place.hostText) in turnserver.conf")
        case .success(.isMute(let place)):
            .bad(
                "turn", "\(url) gives places such as \(place), and nothing comes back from there",
                fix: "let UDP through to its ports (min-port to max-port), and check relay-ip and external-ip")
        case .success(.isOpen):
            .bad("turn", "\(url) asks nobody for a password", fix: "use-auth-secret in turnserver.conf")
        case .success(.wrongPassword):
            .bad(
                "turn", "\(url) refuses the password",
                fix: "the same secret as calls.turn_secret and static-auth-secret")
        case .success(.hasNoPlace):
            .bad(
                "turn", "\(url) has no place left", fix: "more ports (min-port, max-port), or a higher total-quota")
        case .success(.refused(let code, let reason)):
            .bad("turn", "\(url) refuses with \(code) \(reason)", fix: "look at the log of the TURN server")
        case .success(.strange):
            .bad("turn", "what answers at \(url) is no TURN server that has the secret", fix: "correct calls.turn_urls")
        case .failure(.noAnswer):
            .bad(
                "turn", "\(url) does not answer within \(RelayLine.patience.components.seconds) s",
                fix: "start it, correct calls.turn_urls, or let its port through")
        case .failure(.unreachable(let error)):
            .bad("turn", "\(url) cannot be reached: \(error)", fix: "start it, or correct calls.turn_urls")
        case .failure(.unsealed(let error)):
            .bad("turn", "\(url): \(error)", fix: "a certificate for its name whose issuer is believed")
        }
    }
}
