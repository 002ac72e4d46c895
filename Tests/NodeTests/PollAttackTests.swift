import ClientGateway
import HTTPCore
import Node
import Primitives
import SocketKit
import TLS
import TLSKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What strangers and broken clients do to `/poll`, on real sockets.
@Suite(.timeLimit(.minutes(5))) struct PollAttackTests {
    private static let forged = String(repeating: "0123456789abcdef", count: 2)

    private func node(_ settings: [String: String] = [:]) throws -> TestNode {
        let node = try TestNode(nil, settings)
        try node.addUsers("alice", "bob")
        return node
    }

    private func beats(_ count: Int) -> [UInt8] {
        var writer = ByteWriter()
        for sequence in 1...UInt16(count) { writer.append(.heartBeat, sequence: sequence, IMHeartBeat()) }
        return writer.bytes.copied()
    }

    @Test("many sessions of one address: the oldest that has not logged in gives way, those that have do not")
    func manySessions() async throws {
        let node = try node(["limits.newcomers_per_address": "2"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let first = try await PollClient(at: node.node.httpAddress)
        for _ in 1...2 { _ = try await PollClient(at: node.node.httpAddress) }
        let end = try await first.ending()
        #expect(end.status == 410 && String(decoding: end.body, as: UTF8.self).contains("busy"))
        #expect(try await alice.say("still here", to: 2).msgID == 1)
    }

    @Test("ends that nobody asks for are not kept without bound")
    func manyEnds() async throws {
        let node = try node([
            "limits.newcomers_per_address": "1", "limits.accepts_per_second": "100000", "node.loops": "1",
        ])
        for _ in 1...1_020 { #expect(try await PollClient.ask(at: node.node.httpAddress).status == 201) }
        // The last ones may be on their way out; of all of them it would take longer.
        try await eventually(within: .seconds(5)) { try node.metric("grapevine_connections") <= 1_001 }
    }

    @Test("requests that are held take no place of the public port from others")
    func heldRequests() async throws {
        let node = try node(["limits.http_connections": "4", "node.loops": "1"])
        var held: [StreamProbe] = []
        for _ in 1...8 {
            let session = try await PollClient(at: node.node.httpAddress).name
            let probe = try await StreamProbe.connect(to: node.node.httpAddress)
            probe.send(PollClient.request("?received=0", session: session))
            held.append(probe)
        }
        for _ in 1...8 {
            let probe = try await StreamProbe.connect(to: node.node.httpAddress)
            probe.send([UInt8]("GET /msg_server HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
            #expect(try await probe.head().hasPrefix("HTTP/1.1 200 "))
        }
        // Each is answered on its own connection when its session ends.
        node.node.drain(DrainOrder(rate: 10_000, notice: .zero))
        for probe in held { #expect(try await probe.head().hasPrefix("HTTP/1.1 410 ")) }
    }

    @Test("bodies: none for sessions that are not there, and a small one before the login")
    func hugeBodies() async throws {
        let node = try node()
        let stranger = try await PollClient(at: node.node.httpAddress)
        func status(_ session: String?, claiming length: Int) async throws -> String {
            let probe = try await StreamProbe.connect(to: node.node.httpAddress)
            let name = session.map { "Poll-Session: \($0)\r\n" } ?? ""
            let head = "POST /poll?number=1 HTTP/1.1\r\nHost: a\r\n\(name)Content-Length: \(length)\r\n\r\n"
            probe.send([UInt8](head.utf8))
            return String(try await probe.head().prefix(12))
        }
        #expect(try await status(Self.forged, claiming: 1) == "HTTP/1.1 404")
        #expect(try await status(nil, claiming: 1) == "HTTP/1.1 413")
        #expect(try await status(stranger.name, claiming: 8_193) == "HTTP/1.1 413")
        #expect(try await stranger.logIn("alice").resultCode == .success)
        #expect(try await status(stranger.name, claiming: 524_289) == "HTTP/1.1 413")
        try await stranger.upload(beats(1_000))
        #expect(try await stranger.expect(.heartBeat).header.sequence == 1)
    }

    @Test func forgedAndBrokenNames() async throws {
        let node = try node()
        let address = node.node.httpAddress
        #expect(try await PollClient.ask(at: address, "?received=0", session: Self.forged).status == 404)
        #expect(try await PollClient.ask(at: address, "?received=0", session: "../../etc/passwd").status == 400)
        #expect(try await PollClient.ask(at: address, "?received=0").status == 400)
        #expect(try await PollClient.ask(at: address, "?number=0", session: Self.forged).status == 404)
        #expect(try node.metric("grapevine_connections") == 0)
    }

    @Test("requests behind each other on one connection, and those of HTTP/1.0")
    func pipelined() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let position = await alice.received
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        probe.send(
            PollClient.request("?number=2", session: alice.name, body: beats(1), isLast: false)
                + PollClient.request("?received=\(position)", session: alice.name))
        #expect(try await probe.head().hasPrefix("HTTP/1.1 204 "))
        #expect(try await probe.head().hasPrefix("HTTP/1.1 200 "))
        let old = try await StreamProbe.connect(to: node.node.httpAddress)
        old.send([UInt8]("POST /poll?received=\(position) HTTP/1.0\r\nPoll-Session: \(alice.name)\r\n\r\n".utf8))
        #expect(try await old.head().hasPrefix("HTTP/1.1 200 "))
    }

    @Test("half an upload, and then silence: nothing of it counts, and the session goes on")
    func halfAnUpload() async throws {
        let node = try node()
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        probe.send(Array(PollClient.request("?number=2", session: alice.name, body: beats(2)).dropLast(8)))
        try await alice.upload(beats(1))
        #expect(try await alice.expect(.heartBeat).header.sequence == 1)
        probe.close()
        #expect(try await alice.say("going on", to: 2).msgID == 1)
    }

    @Test("an upload of many packets waits for its client's rate, and is taken whole")
    func rates() async throws {
        let node = try node(["limits.messages_per_second": "100", "limits.message_burst": "5"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        var writer = ByteWriter()
        for number in 1...40 as ClosedRange<UInt32> {
            writer.append(
                .msgData, sequence: UInt16(number),
                IMMsgData(toSessionID: 2, createTime: number, msgType: .singleText, msgData: [1]))
        }
        try await alice.upload(writer.bytes.copied())
        for number in 1...40 as ClosedRange<UInt32> {
            let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
            #expect(ack.msgID == number)
        }
    }

    @Test("pages from elsewhere: as for WebSockets, and browsers are told what a listed page may do")
    func origins() async throws {
        let node = try node(["client.origins": "https://chat.example.org"])
        let address = node.node.httpAddress
        func open(_ origin: String) async throws -> HTTPReply {
            try await PollClient.ask(at: address, fields: "Origin: \(origin)\r\n")
        }
        #expect(try await open("https://evil.test").status == 403)
        #expect(try await open("http://127.0.0.1:1").status == 201)
        let listed = try await open("https://chat.example.org")
        #expect(listed.status == 201)
        #expect(listed.field("access-control-allow-origin") == "https://chat.example.org")
        #expect(listed.field("vary") == "Origin")
        let probe = try await StreamProbe.connect(to: address)
        probe.send([UInt8]("OPTIONS /poll HTTP/1.1\r\nHost: a\r\nOrigin: https://chat.example.org\r\n\r\n".utf8))
        let head = try await probe.head()
        #expect(head.hasPrefix("HTTP/1.1 204 ") && head.contains("Access-Control-Allow-Methods: POST\r\n"))
        #expect(head.contains("Access-Control-Allow-Headers: Content-Type, Poll-Session\r\n"))
    }

    @Test func overTLS() async throws {
        let certificates = try TestCertificates.shared.get()
        let identity = certificates.server
        let node = try node(["http.tls_certificate": identity.certificate, "http.tls_key": identity.key])
        let alice = try await PollClient.logIn(
            "alice", at: node.node.httpAddress, tls: try TLSContext(clientBelieving: certificates.authority))
        #expect(try await alice.say("sealed", to: 2).msgID == 1)
    }

    @Test("the name of a session stands in no log")
    func names() async throws {
        let node = try node(["log.level": "debug"])
        let alice = try await PollClient.logIn("alice", at: node.node.httpAddress)
        #expect(node.logged("login").isEmpty == false)
        for event in ["login", "disconnected", "kicked", "client_closed"] {
            for fields in node.logged(event) { #expect(!fields.values.contains { $0.contains(alice.name) }) }
        }
    }
}
