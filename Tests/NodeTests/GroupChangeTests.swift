import Node
import PostgresKit
import TalkProtocol
import Testing
import WireKit

/// Members of a group change it at the same time.
@Suite(.timeLimit(.minutes(5))) struct GroupChangeTests {
    @Test("twelve members add one each at once: all succeed, and everybody is in")
    func together() async throws {
        let node = try TestNode()
        let names = (1...25).map { "u\($0)" }
        for name in names { try node.addUsers(name) }
        var clients: [TalkClient] = []
        for name in names.prefix(12) {
            clients.append(try await TalkClient.logIn(name, at: node.node.clientAddress))
        }
        let made: IMGroupCreateRsp = try await clients[0].ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: Array(1...12)),
            .groupCreateRsp)
        let group = try #require(made.groupID)
        // All have asked before anybody has an answer.
        for (index, client) in clients.enumerated() {
            _ = await client.send(
                .groupChangeMemberReq,
                IMGroupChangeMemberReq(changeType: .add, groupID: group, memberIDList: [UInt32(13 + index)]))
        }
        for client in clients {
            let answer: IMGroupChangeMemberRsp = try await client.expect(.groupChangeMemberRsp).message()
            #expect(answer.resultCode == 0)
        }
        #expect(
            try node.database.execute(
                "select count(*) from member where conversation_id = \(group) and left_at_id is null") == "24")
    }

    @Test("B51: the creator leaves together with others, and the group goes to one who stays and is active")
    func leavingTogether() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob", "carol", "dave")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let made: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2, 3, 4]),
            .groupCreateRsp)
        try node.database.execute("update account set status = 3 where name = 'bob'")
        let group = try #require(made.groupID)
        let answer: IMGroupChangeMemberRsp = try await alice.ask(
            .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: .del, groupID: group, memberIDList: [1, 3]),
            .groupChangeMemberRsp)
        #expect(answer.resultCode == 0 && answer.curUserIDList == [2, 4] && answer.chgUserIDList == [1, 3])
        #expect(try node.database.execute("select creator_id || ' ' || version from chat_group") == "4 2")
    }

    @Test("B51: what is refused changes nothing, the creator neither")
    func refusalsChangeNothing() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let made: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2, 3]),
            .groupCreateRsp)
        let group = try #require(made.groupID)
        // The removal fails, after whatever came before it.
        try node.database.execute("alter table member add check (user_id <> 1 or left_at_id is null)")
        let answer: IMGroupChangeMemberRsp = try await alice.ask(
            .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: .del, groupID: group, memberIDList: [1, 3]),
            .groupChangeMemberRsp)
        #expect(answer.resultCode == 1)
        #expect(try node.database.execute("select creator_id || ' ' || version from chat_group") == "1 1")
        #expect(try node.database.execute("select count(*) from member where left_at_id is null") == "3")
    }
}
