import Accounts
import Crypto
import Node
import PostgresKit
import Primitives
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Two databases on one Redis, as after a reset, a restore, or with two clusters: what was derived from one says
/// nothing about the other (P6, P8).
@Suite(.timeLimit(.minutes(5))) struct CacheIdentityTests {
    private func node() throws -> TestNode {
        let node = try TestNode(nil, ["redis.address": try TestRedis.address])
        try node.addUsers("alice", "bob", "carol")
        return node
    }

    private func startGroup(of members: [UInt32], by alice: TalkClient) async throws -> UInt32 {
        let group: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: members),
            .groupCreateRsp)
        return try #require(group.groupID)
    }

    @Test("the members of a group of one database are not those of the other's group with the same number and version")
    func members() async throws {
        var heard: [String] = []
        for (name, members) in [("bob", [1, 2]), ("carol", [1, 3])] as [(String, [UInt32])] {
            let node = try node()
            let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
            let other = try await TalkClient.logIn(name, at: node.node.clientAddress)
            let group = try await startGroup(of: members, by: alice)
            #expect(group == 1)
            _ = try await alice.say("for \(name)", to: group, .groupText)
            heard.append(try await other.heard().text)
        }
        #expect(heard == ["for bob", "for carol"])
    }

    @Test("a password that was verified in one database opens nothing in the other")
    func passwords() async throws {
        let first = try node()
        _ = try await TalkClient.logIn("alice", at: first.node.clientAddress)
        let second = try node()
        let secret = try MD5.hex([UInt8]("another".utf8).rawBytes)
        try second.database.execute(
            "update account set password = '\(try PasswordHash(of: secret, cost: .loadTest).stored)' where id = 1")
        let client = try await TalkClient.connect(to: second.node.clientAddress)
        #expect(try await client.logIn("alice").resultCode == .dbValidateFailed)
        _ = try await TalkClient.logIn("alice", password: "another", at: second.node.clientAddress)
    }

    @Test("a database that is replaced by a copy under a running node takes what the node remembers with it")
    func replacedUnderTheNode() async throws {
        let node = try node()
        _ = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let secret = try MD5.hex([UInt8]("another".utf8).rawBytes)
        try node.database.execute(
            "update account set password = '\(try PasswordHash(of: secret, cost: .loadTest).stored)' where id = 1")
        try node.database.execute("update database_identity set id = id")
        try node.database.takeAway()
        try await eventually { !node.node.isReady }
        try node.database.giveBack()
        try await eventually { node.node.isReady }
        let client = try await TalkClient.connect(to: node.node.clientAddress)
        #expect(try await client.logIn("alice").resultCode == .dbValidateFailed)
    }
}
