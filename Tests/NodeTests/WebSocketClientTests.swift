import ClientGateway
import Node
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WebSocket
import WireKit

/// Clients that speak WebSocket, on real sockets; the names are those of the bad input in PROMISES.md.
@Suite(.timeLimit(.minutes(5))) struct WebSocketClientTests {
    private func node(_ settings: [String: String] = [:]) throws -> TestNode {
        let node = try TestNode(nil, settings)
        try node.addUsers("alice", "bob")
        return node
    }

    private func logIn(
        _ name: String, as type: ClientType = .windows, at node: TestNode, path: String = "/"
    ) async throws -> TalkClient {
        let client = try await TalkClient.connect(toWebSocket: path, at: node.node.clientAddress)
        #expect(try await client.logIn(name, as: type).resultCode == .success)
        return client
    }

    private func beat(_ sequence: UInt16 = 1) -> [UInt8] {
        var writer = ByteWriter()
        PDUHeader(.heartBeat, sequence: sequence, bodyByteCount: 0).write(into: &writer)
        return writer.bytes.copied()
    }

    private func probe(at node: TestNode) async throws -> StreamProbe {
        try await TalkClient.connect(toWebSocket: "/", at: node.node.clientAddress).probe
    }

    @Test("on the client port, whatever the path, and as /ws on the public one: they talk with native clients")
    func chat() async throws {
        let node = try node()
        let alice = try await logIn("alice", at: node, path: "/any/path?with=more")
        let phone = try await TalkClient.logIn("alice", as: .ios, at: node.node.clientAddress)
        let bob = try await TalkClient.connect(toWebSocket: "/ws", at: node.node.httpAddress)
        #expect(try await bob.logIn("bob", as: .windows).resultCode == .success)
        #expect(try await alice.say("hello", to: 2).msgID == 1)
        #expect(try await bob.heard().text == "hello")
        #expect(try await bob.say("hello yourself", to: 1).msgID == 2)
        for heard in [try await alice.heard(), try await phone.heard(), try await phone.heard()].dropFirst() {
            #expect(["hello", "hello yourself"].contains(heard.text))
        }
        let long = String(repeating: "x", count: 16_000)
        #expect(try await phone.say(long, to: 2).msgID == 3)
        #expect(try await bob.heard().text == long)
        #expect(try node.metric("grapevine_client_transports{transport=\"websocket\"}") == 2)
        #expect(try node.metric("grapevine_client_transports{transport=\"native\"}") == 1)
        bob.probe.close()
        try await eventually { try node.metric("grapevine_client_transports{transport=\"websocket\"}") == 1 }
    }

    @Test("what follows the opening in the same breath is heard, on both ports")
    func openingWithAMessage() async throws {
        let node = try node()
        for address in [node.node.clientAddress, node.node.httpAddress] {
            let probe = try await StreamProbe.connect(to: address)
            probe.openWebSocket(path: "/ws")
            probe.send(.binary, beat())
            #expect(try await probe.head().hasPrefix("HTTP/1.1 101 "))
            #expect(try await probe.frame() == .init(opcode: .binary, payload: beat()))
        }
    }

    @Test("W01: a request for something else has an answer, and the connection ends with it")
    func plainRequests() async throws {
        let node = try node()
        for request in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"] {
            let probe = try await StreamProbe.connect(to: node.node.clientAddress)
            probe.send([UInt8](request.utf8))
            let answer = String(decoding: try await probe.ending().rest, as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"), "\(answer)")
            #expect(answer.hasSuffix("This is for WebSocket and TeamTalk clients.\n"))
        }
        let public426 = try await StreamProbe.connect(to: node.node.httpAddress)
        public426.send([UInt8]("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(try await public426.head().hasPrefix("HTTP/1.1 426 "))
        let broken = try await StreamProbe.connect(to: node.node.clientAddress)
        broken.send([UInt8]("GET /\0 HTTP/1.1\r\n\r\n".utf8))
        #expect(try await broken.head().hasPrefix("HTTP/1.1 400 "))
    }

    @Test("W02: pages from elsewhere are kept out, unless they are listed; without a restart")
    func origins() async throws {
        let node = try node()
        func status(_ origin: String) async throws -> String {
            let probe = try await StreamProbe.connect(to: node.node.clientAddress)
            probe.openWebSocket(fields: "Origin: \(origin)\r\n")
            return String(try await probe.head().prefix(12))
        }
        #expect(try await status("http://127.0.0.1:8080") == "HTTP/1.1 101")
        #expect(try await status("https://chat.example.org") == "HTTP/1.1 403")
        try node.reload(["client.origins": "https://chat.example.org"])
        try await eventually { try await status("https://chat.example.org") == "HTTP/1.1 101" }
        #expect(try await status("https://chat.example.org.evil.test") == "HTTP/1.1 403")
    }

    @Test("W10, W13: messages that are text, or are not one packet", arguments: [
        ([0, 0, 0x23, 0x28], false, 1002), ([65], true, 1003), ([], false, 1002),
        ([0, 0, 0, 16, 0, 1], false, 1002), ([0, 0, 0, 3], false, 1002),
    ] as [([UInt8], Bool, UInt16)])
    func badMessages(message: (bytes: [UInt8], isText: Bool, code: UInt16)) async throws {
        let node = try node()
        let probe = try await probe(at: node)
        probe.send(message.isText ? .text : .binary, message.bytes)
        #expect(try await probe.closeCode() == message.code)
        #expect(try await probe.ending().rest == [])
    }

    @Test("W08: a message that is longer than a packet may be is refused on its header, before the login and after it")
    func longMessages() async throws {
        let node = try node()
        let newcomer = try await probe(at: node)
        newcomer.send([0x82, 0xFE, 0x20, 0x01])
        newcomer.send([1, 2, 3, 4])
        #expect(try await newcomer.closeCode() == 1009)
        let alice = try await logIn("alice", at: node).probe
        alice.send([0x82, 0xFF, 0, 0, 0, 0, 0, 8, 0, 1, 1, 2, 3, 4])
        #expect(try await alice.closeCode() == 1009)
    }

    @Test("W13: two packets in a message")
    func twoPackets() async throws {
        let node = try node()
        let probe = try await probe(at: node)
        probe.send(.binary, beat(1) + beat(2))
        #expect(try await probe.frame().closeCode == 1002)
    }

    @Test("W06, W12: a packet in parts with pings between them; a close is answered, and nothing counts after it")
    func partsAndEnd() async throws {
        let node = try node()
        let probe = try await probe(at: node)
        let packet = beat()
        probe.send(.binary, Array(packet[..<7]), isFinal: false)
        probe.send(.ping, [1, 2])
        probe.send(.continuation, Array(packet[7...]))
        #expect(try await probe.frame() == .init(opcode: .pong, payload: [1, 2]))
        #expect(try await probe.frame() == .init(opcode: .binary, payload: packet))
        probe.send(.close, [3, 0xE9])
        probe.send(.binary, packet)
        #expect(try await probe.closeCode() == 1001)
        #expect(try await probe.ending().rest == [])
    }

    @Test("W11: a flood of pings")
    func pingFlood() async throws {
        let node = try node()
        let probe = try await probe(at: node)
        for _ in 0..<100 { probe.send(.ping, []) }
        #expect(try await probe.closeCode() == 1008)
    }

    @Test("W15: an opening that never ends")
    func slowOpening() async throws {
        let node = try node(["limits.login_deadline": "300ms"])
        let probe = try await StreamProbe.connect(to: node.node.clientAddress)
        probe.send([UInt8]("GET / HTTP/1.1\r\n".utf8))
        #expect(try await probe.ending().rest == [])
    }

    @Test("pings come on their own, and a client that answers nothing but them is not silent")
    func pings() async throws {
        let node = try node(["client.ping_interval": "50ms", "limits.idle_pc": "400ms"])
        let probe = try await logIn("alice", at: node).probe
        var pings = 0
        while pings < 20 {
            guard try await probe.frame().opcode == .ping else { continue }
            pings += 1
            probe.send(.pong, [])
        }
        // Now it is.
        #expect(try await probe.closeCode() == 4002)
    }

    @Test("what is above the rate waits in the client's socket and is not dropped, in whole messages and in parts")
    func rates() async throws {
        let node = try node(["limits.messages_per_second": "100", "limits.message_burst": "5"])
        let alice = try await logIn("alice", at: node)
        for number in 1...40 as ClosedRange<UInt32> {
            var writer = ByteWriter()
            writer.append(
                .msgData, sequence: UInt16(number),
                IMMsgData(toSessionID: 2, createTime: number, msgType: .singleText, msgData: [1]))
            let packet = writer.bytes.copied()
            alice.probe.send(.binary, Array(packet.prefix(20)), isFinal: false)
            alice.probe.send(.continuation, Array(packet.dropFirst(20)))
        }
        for number in 1...40 as ClosedRange<UInt32> {
            let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
            #expect(ack.msgID == number)
        }
    }

    @Test func behindAProxyThatSaysWhoseItIs() async throws {
        let node = try node(["client.proxy_protocol": "on"])
        let probe = try await StreamProbe.connect(to: node.node.clientAddress)
        probe.send([UInt8]("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".utf8))
        probe.openWebSocket()
        #expect(try await probe.head().hasPrefix("HTTP/1.1 101 "))
        #expect(try await TalkClient(probe, overWebSocket: true).logIn("alice").resultCode == .success)
    }
}
