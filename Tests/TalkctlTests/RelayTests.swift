import ClientGateway
import Node
import Primitives
import Program
import Reactor
import TLS
import TLSKit
import Testing

@testable import talkctl

/// What the doctor says of TURN servers: real ones, and one that is played.
@Suite(.timeLimit(.minutes(5))) struct RelayTests {
    private let signs = ["use-auth-secret", "static-auth-secret=\(Coturn.secret)"]

    private func turnLines(
        _ url: String, secret: String = Coturn.secret, ahead: Duration = .zero
    ) throws -> [String] {
        let place = try Place()
        try place.append("calls.turn_urls = \"\(url)\"\ncalls.turn_secret = \(secret)")
        return place.run("doctor", ahead: ahead).output.split(separator: "\n").map(String.init)
            .filter { $0.contains("  turn: ") }
    }

    @Test("a relay that works is known by what comes back through it, over UDP and TCP")
    func works() throws {
        let server = try Coturn(signs)
        let lines = try turnLines(
            "turn:127.0.0.1:\(server.port)?transport=udp,turn:127.0.0.1:\(server.port)?transport=tcp")
        #expect(lines.count == 2)
        for (line, transport) in zip(lines, ["udp", "tcp"]) {
            let url = "turn:127.0.0.1:\(server.port)?transport=\(transport)"
            let head = "ok    turn: \(url) gives places such as 127.0.0.1:271"
            #expect(line.hasPrefix(head) && line.hasSuffix(", and passes on what comes there"), "\(line)")
        }
    }

    @Test("a relay that is reached by TLS works as well")
    func sealed() throws {
        let certificates = try TestCertificates.shared.get()
        let server = try Coturn(signs, relays: 27_140...27_149, sealedBy: certificates.server)
        let relay = CallRelay(secret: Coturn.secret, lifetime: .seconds(60))
        let pass = try #require(relay.pass(for: "doctor", at: UInt32(clamping: wallClock().milliseconds / 1000)))
        func ask(_ context: TLSContext) -> Result<RelayProbe.Finding, RelayLine.Failure> {
            RelayLine.ask(
                .loopback(port: server.port + 1), over: .tcp, seal: (context, "127.0.0.1"),
                RelayProbe(
                    RelayProbe.Pass(username: pass.username, password: pass.password), SeededRandom(seed: 7)))
        }
        let finding = try ask(TLSContext(clientBelieving: certificates.authority)).get()
        guard case .works = finding else {
            Issue.record("\(finding)")
            return
        }
        guard case .failure(.unsealed) = ask(try TLSContext(clientBelieving: nil)) else {
            Issue.record("a certificate was believed that nobody has signed")
            return
        }
    }

    @Test("a wrong secret and a wrong clock are told apart")
    func refused() throws {
        let server = try Coturn(signs)
        let url = "turn:127.0.0.1:\(server.port)"
        let other = "aa9f0c5a71be4286a0f7c61d2e8b9543"
        #expect(try turnLines(url, secret: other) == ["bad   turn: \(url) refuses the password"])
        let late = try turnLines(url, ahead: .seconds(-13 * 3600))
        #expect(late.first?.hasPrefix("bad   turn: \(url) takes passwords for expired that are not") == true)
    }

    @Test("peers that are kept apart, and an open door")
    func misconfigured() throws {
        let apart = try Coturn(signs + ["denied-peer-ip=127.0.0.0-127.255.255.255"], relays: 27_160...27_169)
        #expect(try turnLines("turn:127.0.0.1:\(apart.port)").first?.contains("lets nobody send there") == true)
        let open = try Coturn(["no-auth"], relays: 27_170...27_179)
        #expect(try turnLines("turn:127.0.0.1:\(open.port)").first?.hasSuffix("asks nobody for a password") == true)
    }

    @Test("nobody is there, somebody else is, or there is none")
    func missing() throws {
        // Of what is not used: a datagram there gets no answer, a connection is refused.
        #expect(try turnLines("turn:127.0.0.1:1").first == "bad   turn: turn:127.0.0.1:1 does not answer within 5 s")
        #expect(try turnLines("turn:127.0.0.1:1?transport=tcp").first?.contains("cannot be reached") == true)
        let place = try Place()
        #expect(place.run("doctor").output.contains("\nok    turn: there is no TURN server"))
        try place.append("calls.turn_urls = turn:127.0.0.1:1")
        #expect(place.run("doctor").output.contains("\nbad   turn: calls.turn_urls needs calls.turn_secret"))
    }
}
