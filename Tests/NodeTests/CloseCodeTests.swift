import ClientGateway
import Node
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Each end of a session has its own close code on a WebSocket, behind the protocol's own notice.
@Suite(.timeLimit(.minutes(5))) struct CloseCodeTests {
    private func node(_ settings: [String: String] = [:]) throws -> TestNode {
        let node = try TestNode(nil, settings)
        try node.addUsers("alice", "bob")
        return node
    }

    private func connect(to node: TestNode) async throws -> TalkClient {
        try await TalkClient.connect(toWebSocket: "/", at: node.node.clientAddress)
    }

    private func logIn(at node: TestNode) async throws -> TalkClient {
        let client = try await connect(to: node)
        #expect(try await client.logIn("alice", as: .windows).resultCode == .success)
        return client
    }

    @Test func kicked() async throws {
        let node = try node()
        let old = try await logIn(at: node)
        _ = try await logIn(at: node)
        let kick: IMKickUser = try await old.push(.kickUser)
        #expect(kick.kickReason == .duplicateUser)
        // Its connection stays for a while, without effect; who goes on and on is not listening.
        for _ in 0..<101 { await old.send(.heartBeat, IMHeartBeat()) }
        #expect(try await old.probe.closeCode() == 4001)
    }

    @Test func loggedOut() async throws {
        let node = try node()
        let client = try await logIn(at: node)
        let answer: IMLogoutRsp = try await client.ask(.logoutReq, IMLogoutReq(), .logoutRsp)
        #expect(answer.resultCode == 0)
        #expect(try await client.probe.closeCode() == 1000)
    }

    @Test func loginRefused() async throws {
        let node = try node()
        let client = try await connect(to: node)
        #expect(try await client.logIn("alice", password: "wrong").resultCode != .success)
        #expect(try await client.probe.closeCode() == 4003)
    }

    @Test func drained() async throws {
        // Each loop hears of it in its own time.
        let node = try node(["node.loops": "1"])
        let client = try await logIn(at: node)
        node.node.drain(DrainOrder(rate: 1_000, notice: .zero))
        #expect(try await client.probe.closeCode() == 1012)
        // Nobody is let in any more.
        let late = try await StreamProbe.connect(to: node.node.httpAddress)
        late.openWebSocket(path: "/ws")
        _ = try await late.head()
        #expect(try await late.closeCode() == 1013)
    }

    @Test func badPacket() async throws {
        let node = try node()
        let client = try await connect(to: node)
        // Nothing but a login is for newcomers; the fourth is one too many.
        for _ in 0..<4 { await client.send(.clientTimeReq, IMClientTimeReq()) }
        #expect(try await client.probe.closeCode() == 1002)
    }

    @Test func busy() async throws {
        let node = try node(["limits.newcomers_per_address": "1"])
        let first = try await connect(to: node)
        let second = try await connect(to: node)
        #expect(try await first.probe.closeCode() == 1013)
        #expect(try await second.logIn("alice").resultCode == .success)
    }

    @Test func silent() async throws {
        let node = try node(["limits.login_deadline": "300ms"])
        let client = try await connect(to: node)
        #expect(try await client.probe.closeCode() == 4002)
    }
}
