import Node
import PostgresKit
import Primitives
import Protobuf
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Who is out is out at once, whatever put him out: here plain SQL, below any tool.
@Suite(.timeLimit(.minutes(5))) struct SessionEndTests {
    private static let password = "(select password || '=' from account where id = 2)"

    @Test("sessions on all nodes end, tokens die, and others stay",
        arguments: [
            "update account set status = 3 where id = 1", "update account set password = \(password) where id = 1",
            "delete from account where id = 1",
        ])
    func changesEndSessions(statement: String) async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let phone = try await TalkClient.connect(to: cluster[0])
        let token = try #require(try await phone.logIn("alice", as: .ios, token: []).sessionToken)
        let pc = try await TalkClient.logIn("alice", as: .windows, at: cluster[1])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        try cluster.nodes[0].database.execute(statement)
        let _: IMKickUser = try await phone.push(.kickUser, within: .seconds(2))
        let _: IMKickUser = try await pc.push(.kickUser, within: .seconds(2))
        let again = try await TalkClient.connect(to: cluster[0])
        #expect(try await again.logIn("alice", as: .ios, token: token).resultCode == .dbValidateFailed)
        #expect(try await bob.settle().allSatisfy { $0.command != .kickUser })
    }

    @Test("a logout is answered when the token is gone, not before")
    func logoutIsAnsweredWhenDone() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        let lock = try node.database.begin("select from login for update")
        var packet = ByteWriter()
        packet.append(.logoutReq, sequence: 7, IMLogoutReq())
        alice.probe.send(packet.bytes.copied())
        try await eventually {
            try node.database.execute("select count(*) from pg_locks where not granted") != "0"
        }
        await #expect(throws: StreamProbe.Failure.self) {
            try await alice.expect(.logoutRsp, within: .milliseconds(100))
        }
        try lock.commit()
        let answer: IMLogoutRsp = try await alice.expect(.logoutRsp).message()
        #expect(answer.resultCode == 0)
        #expect(try node.database.execute("select count(token_hash) from login") == "0")
    }

    @Test("a change that is committed late ends what was opened meanwhile, and a login after it stays")
    func lateCommits() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let before = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        let change = try node.database.begin("update account set status = 3 where id = 1")
        // Nodes look meanwhile, and the change is not there.
        let bob = try await TalkClient.logIn("bob", as: .windows, at: node.node.clientAddress)
        try change.commit()
        let _: IMKickUser = try await before.push(.kickUser, within: .seconds(2))
        try node.database.execute("update account set status = 0 where id = 1")
        let after = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        try node.database.execute("update account set status = 3 where id = 2")
        let _: IMKickUser = try await bob.push(.kickUser, within: .seconds(2))
        #expect(try await after.settle().allSatisfy { $0.command != .kickUser })
    }
}
