import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Names as clients write them.
@Suite(.timeLimit(.minutes(5))) struct NameTests {
    @Test func aUserLogsInWhateverTheKeyboard() async throws {
        let probe = try AdminProbe()
        let body = #"{"name":"Rene\u0301","password":"grapevine"}"#
        let made = try probe.ask(.post, "/admin/v1/users", body)
        #expect(made.status == 201 && made["name"]?.text.map { Array($0.utf8) } == Array("Ren\u{e9}".utf8))
        for name in ["Ren\u{e9}", "Rene\u{301}"] {
            let client = try await TalkClient.connect(to: probe.node.node.clientAddress)
            #expect(try await client.logIn(name).resultCode == .success)
            client.probe.close()
        }
        let other = try probe.ask(.post, "/admin/v1/users", #"{"name":"RENé","password":"grapevine"}"#)
        #expect(other.error == "name_taken")
        #expect(try probe.ask(.patch, "/admin/v1/users/1", #"{"name":"rené"}"#)["name"]?.text == "rené")
        #expect(try probe.get("/admin/v1/users?prefix=rene%CC%81")["items"]?.items.count == 1)
    }

    @Test func groupsOfClientsFollowTheSameRule() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let long = String(repeating: "群", count: 256)
        for (name, code) in [("Tea\u{202e}m", UInt32(1)), ("Te\u{301}am", 0), (long, 0)] {
            let answer: IMGroupCreateRsp = try await alice.ask(
                .groupCreateReq,
                IMGroupCreateReq(groupType: .tmp, groupName: name, groupAvatar: "", memberIDList: [2]),
                .groupCreateRsp)
            #expect(answer.resultCode == code)
        }
        let names = try node.database.execute("select encode(min(name)::bytea, 'hex') from chat_group where id = 1")
        #expect(names == "54c3a9616d")
        alice.probe.close()
    }
}
