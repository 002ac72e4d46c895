import Node
import PostgresKit
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What becomes of a connection whose session was ended by another one.
@Suite(.timeLimit(.minutes(5))) struct KickTests {
    private let node: TestNode

    init() throws {
        node = try TestNode()
        try node.addUsers("alice", "bob")
    }

    private func logIn(_ name: String, as type: ClientType = .android) async throws -> TalkClient {
        try await TalkClient.logIn(name, as: type, at: node.node.clientAddress)
    }

    @Test("B23, D16: after a kick the old connection stays open, hears nothing and says nothing")
    func kickedMeansSilent() async throws {
        let old = try await logIn("alice", as: .windows)
        let new = try await logIn("alice", as: .mac)
        let kick: IMKickUser = try await old.push(.kickUser)
        #expect(kick == IMKickUser(userID: 1, kickReason: .duplicateUser))
        await old.send(.msgData, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [1]))
        await old.send(.heartBeat, IMHeartBeat())
        try await eventually { try node.metric("grapevine_packets_dropped_total") >= 2 }
        let bob = try await logIn("bob")
        _ = try await bob.say("for one of them", to: 1)
        #expect(try await new.heard().text == "for one of them")
        #expect(try node.database.execute("select count(*) from message") == "1")
        // Who goes on and on is not listening.
        for _ in 0..<99 { await old.send(.heartBeat, IMHeartBeat()) }
        #expect(try await old.probe.ending().rest == [])
    }

    @Test func aMobileSendsItsPCAway() async throws {
        let pc = try await logIn("alice", as: .windows)
        let mobile = try await logIn("alice", as: .ios)
        let answer: IMKickPCClientRsp = try await mobile.ask(
            .kickPCClientReq, IMKickPCClientReq(userID: 1), .kickPCClientRsp)
        #expect(answer.resultCode == 0)
        #expect(try await (pc.push(.kickUser) as IMKickUser).kickReason == .mobileKick)
        await pc.send(.heartBeat, IMHeartBeat())
        try await eventually { try node.metric("grapevine_packets_dropped_total") != 0 }
    }
}
