import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// The original's two calls for making groups.
@Suite(.timeLimit(.minutes(5))) struct LegacyGroupTests {
    private static let key = "a key of the company"

    private func ask(_ path: String, _ body: String, at node: TestNode) throws -> String {
        let call = HTTPCall(.post, path, body: Array(body.utf8))
        let reply = try HTTPClient.send(call, to: node.node.httpAddress, within: .seconds(10))
        #expect(reply.status == 200)
        return String(decoding: reply.body, as: UTF8.self)
    }

    private func creation(key: String = LegacyGroupTests.key, name: String = "Lunch", users: String = "1,2") -> String {
        #"{"req_user_id":0,"app_key":"\#(key)","group_name":"\#(name)","group_type":1,"group_avatar":"","#
            + #""user_id_list":[\#(users)]}"#
    }

    private func change(_ type: Int, _ users: String, key: String = LegacyGroupTests.key, group: Int = 1) -> String {
        #"{"req_user_id":0,"app_key":"\#(key)","group_id":\#(group),"modify_type":\#(type),"user_id_list":[\#(users)]}"#
    }

    @Test func programsMakeGroupsAndClientsHearOfTheirMembers() async throws {
        let node = try TestNode(nil, ["http.app_key": Self.key])
        try node.addUsers("alice", "bob", "carol")
        #expect(
            try ask("/query/CreateGroup", creation(), at: node)
                == #"{"error_code":0,"error_msg":"成功","group_id":1}"#)
        let carol = try await TalkClient.logIn("carol", at: node.node.clientAddress)
        #expect(try ask("/query/ChangeMembers", change(1, "3"), at: node) == #"{"error_code":0,"error_msg":"成功"}"#)
        let notice: IMGroupChangeMemberNotify = try await carol.push(.groupChangeMemberNotify)
        #expect(notice.userID == 0 && notice.changeType == .add)
        #expect(notice.chgUserIDList == [3] && notice.curUserIDList.sorted() == [1, 2, 3])
        #expect(try ask("/query/ChangeMembers", change(2, "3"), at: node) == #"{"error_code":0,"error_msg":"成功"}"#)
        let left: IMGroupChangeMemberNotify = try await carol.push(.groupChangeMemberNotify)
        #expect(left.changeType == .del)
        carol.probe.close()

        #expect(try ask("/query/ChangeMembers", change(1, "3", group: 9), at: node).contains(#""error_code":12"#))
        // The administration API shows the group, which nobody has made, and the notes, without the key.
        let probe = try AdminProbe(node)
        #expect(try probe.get("/admin/v1/groups/1")["creator_id"]?.integer == 0)
        let audit = try probe.get("/admin/v1/audit")
        #expect(audit["items"]?.items.map { $0["outcome"]?.integer } == [409, 200, 200, 200])
        #expect(audit["items"]?.items.allSatisfy { $0["token"]?.text == "http.app_key" } == true)
        #expect(!String(decoding: audit.body.bytes, as: UTF8.self).contains(Self.key))
    }

    @Test func withoutTheKeyNothingIsDone() throws {
        let node = try TestNode(nil, ["http.app_key": Self.key])
        try node.addUsers("alice", "bob")
        for key in ["", "a", Self.key + "x"] {
            #expect(
                try ask("/query/CreateGroup", creation(key: key), at: node)
                    == #"{"error_code":3,"error_msg":"appKey不匹配"}"#)
            #expect(try ask("/query/ChangeMembers", change(1, "1", key: key), at: node).contains(#""error_code":3"#))
        }
        #expect(try node.database.execute("select count(*) from chat_group") == "0")
        #expect(try node.database.execute("select count(*) from admin_audit") == "0")
    }

    @Test func withoutTheSettingNobodyHasAKey() throws {
        let node = try TestNode()
        for key in ["", Self.key] {
            #expect(
                try ask("/query/CreateGroup", creation(key: key), at: node)
                    == #"{"error_code":2,"error_msg":"appKey不存在"}"#)
        }
    }

    @Test func badParametersAreRefused() throws {
        let node = try TestNode(nil, ["http.app_key": Self.key])
        let users = ["", "0", #""1""#].map { creation(users: $0) }
        for body in ["", "{}x", creation(name: "")] + users {
            #expect(try ask("/query/CreateGroup", body, at: node) == #"{"error_code":1,"error_msg":"参数错误"}"#)
        }
        #expect(try ask("/query/ChangeMembers", change(3, "1"), at: node).contains(#""error_code":1,"#))
    }
}
