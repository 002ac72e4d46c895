import Glibc
import Node
import Primitives
import Reactor
import SocketKit
import TLS
import TLSKit
import TalkProtocol
import Testing
import WireKit

/// Clients that speak TLS, natively and in WebSockets, on the ports where others speak plainly.
@Suite(.timeLimit(.minutes(5))) struct TLSClientTests {
    private let certificates: TestCertificates
    /// Of a client that believes the authority.
    private let believing: TLSContext

    init() throws {
        certificates = try TestCertificates.shared.get()
        believing = try TLSContext(clientBelieving: certificates.authority)
    }

    private func settings(_ identity: TLSContext.Identity) -> [String: String] {
        [
            "client.tls_certificate": identity.certificate, "client.tls_key": identity.key,
            "http.tls_certificate": identity.certificate, "http.tls_key": identity.key,
        ]
    }

    private func node(_ more: [String: String] = [:]) throws -> TestNode {
        let node = try TestNode(nil, settings(certificates.server).merging(more) { $1 })
        try node.addUsers("alice", "bob")
        return node
    }

    @Test func nativeAndWebSocketSealedAndPlain() async throws {
        let node = try node()
        let alice = TalkClient(try await StreamProbe.connect(to: node.node.clientAddress, tls: believing))
        #expect(try await alice.logIn("alice").resultCode == .success)
        let page = try await TalkClient.connect(toWebSocket: "/", at: node.node.clientAddress, tls: believing)
        #expect(try await page.logIn("bob", as: .windows).resultCode == .success)
        let phone = try await TalkClient.connect(toWebSocket: "/ws", at: node.node.httpAddress, tls: believing)
        #expect(try await phone.logIn("bob", as: .ios).resultCode == .success)
        let plain = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        let text = String(repeating: "long ", count: 3_000)
        #expect(try await alice.say(text, to: 2).msgID == 1)
        for client in [page, phone, plain] { #expect(try await client.heard().text == text) }
        #expect(try node.metric("grapevine_client_tls") == 2)
        // Of plain connections the public port takes those of HTTP as before.
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        probe.send([UInt8]("GET /msg_server HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(try await probe.head().hasPrefix("HTTP/1.1 200 "))
    }

    @Test func behindAProxyThatSaysWhoseItIs() async throws {
        let node = try node(["client.proxy_protocol": "on"])
        let probe = try await StreamProbe.connect(to: node.node.clientAddress)
        probe.send([UInt8]("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".utf8))
        await probe.startTLS(believing)
        #expect(try await TalkClient(probe).logIn("alice").resultCode == .success)
    }

    @Test("the first record may come in any pieces; nothing else is TLS")
    func pieces() async throws {
        let node = try node()
        for address in [node.node.clientAddress, node.node.httpAddress] {
            var hello = ByteWriter()
            _ = try TLSSession(client: believing, host: "127.0.0.1", output: &hello)
            let probe = try await StreamProbe.connect(to: address)
            for byte in hello.bytes.copied() { probe.send([byte]) }
            #expect(try await probe.receive(3) == [0x16, 3, 3])
            let broken = try await StreamProbe.connect(to: address)
            broken.send([0x16, 3, 1] + [UInt8](repeating: 0xFF, count: 1_000))
            #expect(try await broken.ending().rest.first == 0x15, "an alert")
            let twice = try await StreamProbe.connect(to: address, tls: believing)
            twice.send(hello.bytes.copied())
            _ = try await twice.ending()
        }
        #expect(try node.metric("grapevine_client_tls_failed_total") == 1)
        #expect(try await TalkClient.logIn("alice", at: node.node.clientAddress).settle() == [])
    }

    @Test("a reload takes another certificate for those who come then; a wrong pair changes nothing")
    func reload() async throws {
        let node = try node()
        let alice = TalkClient(try await StreamProbe.connect(to: node.node.clientAddress, tls: believing))
        #expect(try await alice.logIn("alice").resultCode == .success)
        var wrong = settings(certificates.server)
        wrong["client.tls_key"] = certificates.stranger.key
        wrong["limits.text"] = "16B"
        #expect(throws: Node.Failure.self) { try node.reload(wrong) }
        _ = try await StreamProbe.connect(to: node.node.clientAddress, tls: believing)
        try node.reload(settings(certificates.stranger))
        let late = try await StreamProbe.connect(to: node.node.clientAddress, tls: believing)
        guard case .tls(.certificate) = try await late.ending().reason else {
            Issue.record("the old certificate is still shown")
            return
        }
        // The session that was there has noticed nothing, and limits are as they were.
        #expect(try await alice.say("more than sixteen bytes of text", to: 2).msgID == 1)
    }

    @Test func aPairThatIsNoneKeepsTheNodeFromStarting() throws {
        var half = settings(certificates.server)
        half["client.tls_key"] = ""
        #expect(throws: Node.Failure.self) { try TestNode(nil, half) }
        var mixed = settings(certificates.server)
        mixed["http.tls_key"] = certificates.stranger.key
        #expect(throws: Node.Failure.self) { try TestNode(nil, mixed) }
    }

    @Test("a session that was begun on one node is taken up on another one", arguments: ["-tls1_2", "-tls1_3"])
    func resumption(version: String) throws {
        let (one, other) = (try node(), try node())
        let session = "\(certificates.folder)/session\(version)"
        func connect(_ node: TestNode, _ option: String) throws -> String {
            // The ticket of 1.3 comes behind the handshake: the client goes on until the node has answered and closes.
            let command = "printf 'GET /msg_server HTTP/1.0\\r\\n\\r\\n' | timeout 10 openssl s_client -ign_eof "
                + "-connect \(node.node.httpAddress) \(version) -alpn h2,http/1.1 "
                + "-CAfile \(certificates.authority) \(option) \(session) 2>&1"
            guard let pipe = unsafe popen(command, "r") else { return "" }
            defer { unsafe pclose(pipe) }
            var text: [UInt8] = []
            while case let byte = unsafe fgetc(pipe), byte != EOF { text.append(UInt8(truncatingIfNeeded: byte)) }
            return String(decoding: text, as: UTF8.self)
        }
        let first = try connect(one, "-sess_out")
        #expect(first.contains("New, TLSv1") && first.contains("Verify return code: 0"), "\(first)")
        #expect(first.contains("ALPN protocol: http/1.1"), "\(first)")
        let second = try connect(other, "-sess_in")
        #expect(second.contains("Reused, TLSv1"), "\(second)")
    }
}
