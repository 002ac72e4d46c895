import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// B41: floods from one connection and from one address. What they cost is bounded, and others are served meanwhile.
@Suite(.timeLimit(.minutes(5))) struct FloodTests {
    private static let heartbeat: [UInt8] = [0, 0, 0, 16, 0, 1, 0, 0, 0, 7, 7, 1, 0, 1, 0, 0]

    private func flood(_ packet: [UInt8], times: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packet.count * times)
        for _ in 0..<times { bytes += packet }
        return bytes
    }

    private func packet(_ command: Command, _ message: IMUnreadMsgCntReq) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(command, sequence: 1, message)
        return writer.bytes.copied()
    }

    /// What costs a node little, and is sent as fast as it goes.
    enum Trifle: CaseIterable {
        case heartbeatBeforeLogin, heartbeat, login, receipt

        func packet() -> [UInt8] {
            var writer = ByteWriter()
            switch self {
            case .heartbeatBeforeLogin, .heartbeat: return FloodTests.heartbeat
            case .login:
                writer.append(
                    .loginReq, sequence: 1,
                    IMLoginReq(userName: "bob", password: "x", onlineStatus: .online, clientType: .android))
            case .receipt:
                writer.append(
                    .msgDataAck, sequence: 1, IMMsgDataAck(userID: 1, sessionID: 2, msgID: 1, sessionType: .single))
            }
            return writer.bytes.copied()
        }
    }

    @Test("trifles above the rate wait, and others are served", arguments: Trifle.allCases)
    func trifles(_ trifle: Trifle) async throws {
        let node = try TestNode(nil, ["node.loops": "1"])
        try node.addUsers("alice", "bob", "carol")
        let flooder =
            trifle == .heartbeatBeforeLogin
            ? try await TalkClient.connect(to: node.node.clientAddress)
            : try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let packets = try node.metric("grapevine_packets_received_total")
        flooder.probe.send(flood(trifle.packet(), times: 200_000))
        try await eventually(within: .seconds(20)) { try node.metric("grapevine_packets_throttled_total") != 0 }
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let carol = try await TalkClient.logIn("carol", at: node.node.clientAddress)
        for number in 1...20 as ClosedRange<UInt32> {
            #expect(try await bob.say("\(number)", to: 3).msgID == number)
            #expect(try await carol.heard().id == number)
        }
        // The rate and the burst, not what was sent; and the node keeps no more of it than one read.
        #expect(try node.metric("grapevine_packets_received_total") - packets < 50_000)
        #expect(try node.metric("grapevine_buffer_bytes") < 1 << 20)
    }

    @Test("requests from one connection that does not even read: bounded memory, and others are served")
    func requestsWithoutReading() async throws {
        let node = try TestNode(nil, ["node.loops": "1"])
        try node.addUsers("alice", "bob", "carol")
        let flooder = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        flooder.probe.pause()
        flooder.probe.send(flood(packet(.unreadMsgCntReq, IMUnreadMsgCntReq()), times: 100_000))
        try await eventually { try node.metric("grapevine_packets_throttled_total") != 0 }
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for number in 1...20 as ClosedRange<UInt32> { #expect(try await bob.say("\(number)", to: 3).msgID == number) }
        #expect(try node.metric("grapevine_buffer_bytes") < 4 << 20)
        // One session has two questions under way; the rest are those of the node.
        #expect(try node.metric("grapevine_postgres_calls") < 10)
    }

    @Test("logins over and over on one connection: one is judged, and the connection ends with its refusal")
    func loginsOnOneConnection() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let client = try await TalkClient.connect(to: node.node.clientAddress)
        let login = IMLoginReq(
            userName: "alice", password: "wrong", onlineStatus: .online, clientType: .android, clientVersion: nil)
        for _ in 0..<2_000 { await client.send(.loginReq, login) }
        let answer: IMLoginRes = try await client.expect(.loginRes).message()
        #expect(answer.resultCode == .dbValidateFailed)
        _ = try await client.probe.ending()
        #expect(try node.database.execute("select count(*) from login_failure") == "1")
    }

    @Test("wrong logins from one address: few are judged, and a user elsewhere is served at once")
    func loginsFromOneAddress() async throws {
        let node = try TestNode(nil, [
            "limits.failed_logins_per_address": "10", "limits.newcomers_per_address": "20",
        ])
        try node.addUsers("alice", "bob")
        let source = SocketAddress(numeric: "127.0.0.66", port: 0)
        let address = node.node.clientAddress
        let alice = try await TalkClient.logIn("alice", at: address)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<15 {
                group.addTask {
                    for number in 0..<40 {
                        // The node may close it before it is heard.
                        guard let probe = try? await StreamProbe.connect(to: address, from: source) else { continue }
                        let client = TalkClient(probe)
                        _ = try? await client.logIn("made up \(worker) \(number)", password: "wrong")
                    }
                }
            }
            // Meanwhile.
            for number in 1...20 as ClosedRange<UInt32> {
                #expect(try await alice.say("\(number)", to: 2).msgID == number)
                // A machine that is busy with other tests may be too slow for it once.
                try await eventually {
                    guard let bob = try? await TalkClient.logIn("bob", at: address) else { return false }
                    _ = try await bob.settle()
                    return true
                }
            }
            try await group.waitForAll()
        }
        // Those that the rate allows, and those that were under way when it was used up.
        let failures = try #require(Int(try node.database.execute("select count(*) from login_failure") ?? ""))
        #expect(failures >= 10 && failures <= 30)
        #expect(try node.metric("grapevine_logins_total{result=\"address_locked\"}") > 0)
        try await eventually { try node.metric("grapevine_logins_pending") == 0 }
    }

    @Test("connections from one address that say nothing: no more than may be, and a user elsewhere gets in")
    func connectionsFromOneAddress() async throws {
        let node = try TestNode(nil, ["limits.newcomers_per_address": "10"])
        try node.addUsers("alice")
        let source = SocketAddress(numeric: "127.0.0.66", port: 0)
        var silent: [StreamProbe] = []
        for _ in 0..<200 {
            if let probe = try? await StreamProbe.connect(to: node.node.clientAddress, from: source) {
                silent.append(probe)
            }
        }
        _ = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        try await eventually { try node.metric("grapevine_newcomers_refused_total") >= 190 }
        try await eventually { try node.metric("grapevine_connections") <= 11 }
        withExtendedLifetime(silent) {}
    }

    @Test("HTTP connections take no room from clients, nor those of one port from the other")
    func httpConnections() async throws {
        let node = try TestNode(nil, ["limits.connections": "1", "limits.http_connections": "5"])
        try node.addUsers("alice")
        var probes: [StreamProbe] = []
        for _ in 0..<20 {
            if let probe = try? await StreamProbe.connect(to: node.node.httpAddress) { probes.append(probe) }
        }
        // Those that have been silent for longest made room, unless they were on another loop.
        func closed() throws -> Int {
            try node.metric("grapevine_http_connections_refused_total{port=\"public\"}")
                + node.metric("grapevine_http_connections_displaced_total{port=\"public\"}")
        }
        try await eventually { try closed() >= 15 }
        #expect(try node.metric("grapevine_http_connections{port=\"public\"}") == 5)
        #expect(node.node.isReady)
        _ = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let admin = try await StreamProbe.connect(to: node.node.adminAddress)
        admin.send([UInt8]("GET /healthz HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n".utf8))
        #expect(String(decoding: try await admin.ending().rest, as: UTF8.self).hasSuffix("ok\n"))
        withExtendedLifetime(probes) {}
    }

    @Test func whatIsBoundedCanBeSeen() throws {
        let node = try TestNode()
        for name in [
            "delivery_cursors", "delivery_cursors_refused_total", "unanswered_conversations",
            "unanswered_refused_total", "log_lines_dropped_total", "logins_pending", "login_failure_addresses",
            "login_failure_addresses_crowded_out_total", "login_failures_swept_total", "sends_locked_total",
        ] {
            #expect(try node.metric("grapevine_\(name)") == 0)
        }
    }
}
