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
}
