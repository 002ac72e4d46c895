import ClientGateway
import Crypto
import Node
import Primitives
import Settings
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What callers are told of TURN servers.
@Suite(.timeLimit(.minutes(3))) struct CallRelayTests {
    private static let secret = "7c0d9e4f1a2b3c8d7c0d9e4f1a2b3c8d"
    private let settings = [
        "calls.turn_urls": "turn:turn.example.org:3478?transport=udp, turns:turn.example.org",
        "calls.turn_secret": secret, "calls.turn_lifetime": "10m",
    ]

    private func relay(_ client: TalkClient) async throws -> IMAVCallRelayRes {
        try await client.ask(.avCallRelayReq, IMAVCallRelayReq(userID: 0), .avCallRelayRes)
    }

    @Test("the password is the HMAC of user and expiry, as coturn reckons it")
    func scheme() throws {
        let relay = CallRelay(urls: [], secret: "north", lifetime: .seconds(86_400))
        let pass = try #require(relay.pass(for: "7", at: 1_433_895_918 - 86_400))
        #expect(pass.username == "1433895918:7")
        // printf 1433895918:7 | openssl dgst -sha1 -hmac north -binary | base64
        #expect(pass.password == "/S7cxlFY9Lt98mSttaBpZXA7AQg=")
    }

    @Test func eachCallGetsAPasswordOfItsOwn() async throws {
        let node = try TestNode(nil, settings)
        try node.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let given = try await relay(alice)
        #expect(given.userID == 1 && given.lifetime == 600)
        #expect(given.urls == ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"])
        let username = try #require(given.username)
        #expect(username.hasSuffix(":1"))
        let code = HMACSHA1.code([UInt8](username.utf8).rawBytes, key: [UInt8](Self.secret.utf8).rawBytes) ?? []
        #expect(given.password.map { [UInt8]($0.utf8) } == Base64.encode(code.rawBytes))
        // The secret is exchanged while she is there.
        try node.reload([
            "calls.turn_secret": "0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f6", "calls.turn_urls": "turn:other.example.org",
        ])
        try await eventually { try await relay(alice).urls == ["turn:other.example.org"] }
    }

    @Test func withoutServersThereIsNothing() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let given = try await relay(alice)
        #expect(given.urls.isEmpty && given.username == nil && given.password == nil)
        #expect(throws: Node.Failure.self) { try node.reload(["calls.turn_urls": "turn:turn.example.org"]) }
    }

    @Test("B56: who asks for passwords again and again is slowed down")
    func flood() async throws {
        let node = try TestNode(nil, settings)
        try node.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        for _ in 0..<11 { _ = try await relay(alice) }
        #expect(try node.metric("grapevine_packets_throttled_total") >= 1)
    }

    @Test("addresses of TURN servers (RFC 7065)")
    func urls() {
        let udp = RelayURL("turn:[2001:db8::1]:1234")
        #expect(udp?.place == HostPort(host: "2001:db8::1", port: 1234) && udp?.transport == .udp)
        let tls = RelayURL("turns:turn.example.org")
        #expect(tls?.place.port == 5349 && tls?.isSecure == true && tls?.transport == .tcp)
        #expect(RelayURL("turn:a.example?transport=tcp")?.place.port == 3478)
        for text in [
            "", "turn:", "stun:a.example", "turn:a.example?transport=sctp", "turn:a b", "turn:a:99999", "turn:a/x",
        ] {
            #expect(RelayURL(text) == nil, "\(text)")
        }
        #expect(RelayURL.all(in: "")?.isEmpty == true)
        #expect(RelayURL.all(in: Array(repeating: "turn:a", count: 5).joined(separator: ",")) == nil)
    }
}
