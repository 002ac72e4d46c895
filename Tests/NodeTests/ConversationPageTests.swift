import Glibc
import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What administrators see of conversations, and say in them.
@Suite(.timeLimit(.minutes(5))) struct ConversationPageTests {
    @Test func aMessageIsFollowedFromItsSenderToEveryDevice() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", as: .windows, at: cluster[0])
        let bob = try await TalkClient.logIn("bob", as: .ios, at: cluster[1])
        let probe = try AdminProbe(cluster.nodes[0])
        try await eventually { try probe.get("/admin/v1/presence/2")["sessions"]?.items.count == 1 }
        let id = try await alice.say("where am I?", to: 2).msgID
        _ = try await bob.heard()
        await bob.send(.msgDataAck, IMMsgDataAck(userID: 2, sessionID: 1, msgID: id, sessionType: .single))
        await bob.send(
            .msgDataReadAck, IMMsgDataReadAck(userID: 2, sessionID: 1, msgID: id, sessionType: .single))
        let page = "/admin/v1/conversations/1,2/messages/\(id)"
        try await eventually { try probe.get(page)["read_by"]?.items.isEmpty == false }
        let stored = try probe.get(page)
        #expect(stored["from"]?.integer == 1 && stored["type"]?.text == "text")
        #expect(stored["for"]?.items.compactMap(\.integer) == [1, 2])
        #expect(stored["read_by"]?.items.compactMap(\.integer) == [2])
        #expect(stored["text"] == nil)

        func steps(_ node: Int) throws -> [String] {
            try probe.get("\(page)/trace?node=\(node)")["notes"]?.items.map { note in
                [
                    note["step"]?.text, note["user"]?.integer.map(String.init), note["device"]?.text,
                    note["peer"]?.integer.map { "node \($0)" },
                ].compactMap(\.self).joined(separator: " ")
            } ?? []
        }
        #expect(Set(try steps(1)) == ["stored 1", "acknowledged 1 pc", "sent node 2"])
        #expect(try steps(1).first == "stored 1")
        try await eventually { try steps(2).count >= 4 }
        #expect(try steps(2) == ["arrived", "pushed 2 mobile", "received 2 mobile", "read 2 mobile"])
        #expect(try probe.get("/admin/v1/conversations/1,2/messages/7").error == "message_unknown")
    }

    @Test("B45: who is no member says that he received a message: it is not in its trail")
    func strangersHaveNoPlaceInATrail() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let carol = try await TalkClient.logIn("carol", at: node.node.clientAddress)
        let made: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2]), .groupCreateRsp)
        let group = try #require(made.groupID)
        let id = try await alice.say("for members", to: group, .groupText).msgID
        _ = try await bob.heard()
        for client in [bob, carol] {
            await client.send(.msgDataAck, IMMsgDataAck(sessionID: group, msgID: id, sessionType: .group))
            _ = try await client.settle()
        }
        let trail = try AdminProbe(node).get("/admin/v1/conversations/g\(group)/messages/\(id)/trace?node=1")
        let receipts = trail["notes"]?.items.filter { $0["step"]?.text == "received" } ?? []
        #expect(receipts.map { $0["user"]?.integer } == [2])
    }

    @Test func whatUsersWroteIsShownToThoseWhoMayAndNotedBefore() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        for text in ["one", "two", "three"] {
            let body = String(decoding: try TextCodec().encode(text), as: UTF8.self)
            _ = try await alice.say(body, to: 2)
        }
        let probe = try AdminProbe(node)
        let page = try probe.get("/admin/v1/conversations/2,1/messages?limit=2")
        #expect(page["items"]?.items.compactMap { $0["text"]?.text } == ["three", "two"])
        let cursor = try #require(page["next_cursor"]?.text)
        let rest = try probe.get("/admin/v1/conversations/1,2/messages?cursor=\(cursor)")
        #expect(rest["items"]?.items.compactMap { $0["text"]?.text } == ["one"])
        #expect(rest["next_cursor"]?.text == nil)
        let audit = try probe.get("/admin/v1/audit")["items"]?.items ?? []
        #expect(audit.compactMap { $0["path"]?.text }.prefix(2) == [
            "/admin/v1/conversations/1,2/messages?cursor=\(cursor)", "/admin/v1/conversations/2,1/messages?limit=2",
        ])
        #expect(try probe.get("/admin/v1/conversations/1,1/messages").error == "invalid_request")
        #expect(try probe.get("/admin/v1/conversations/g01/messages").error == "invalid_request")
    }

    @Test func aNoticeReachesEverybodyOnce() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("news", "alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        let probe = try AdminProbe(cluster.nodes[0])
        let trial = try probe.ask(.post, "/admin/v1/notices?dry_run=true", #"{"from":1,"text":"x"}"#)
        #expect(trial["users"]?.integer == 3)
        let made = try probe.ask(.post, "/admin/v1/notices", #"{"from":1,"text":"The lift is broken."}"#)
        #expect(made["users"]?.integer == 3)
        for client in [alice, bob] {
            let message: IMMsgData = try await client.push(.msgData)
            #expect(message.fromUserID == 1 && message.msgID == 1)
            #expect(try TextCodec().decode(message.msgData.rawBytes) == [UInt8]("The lift is broken.".utf8))
        }
        func isDone() throws -> Bool {
            try probe.get("/admin/v1/notices")["items"]?.items.first?["done_at"]?.text != nil
        }
        try await eventually { try isDone() }
        // Who was away finds it.
        let carol = try await TalkClient.logIn("carol", at: cluster[1])
        let unread: IMUnreadMsgCntRsp = try await carol.ask(
            .unreadMsgCntReq, IMUnreadMsgCntReq(userID: 4), .unreadMsgCntRsp)
        #expect(unread.totalCnt == 1)
        // The text is nobody's business but theirs.
        let audit = try probe.get("/admin/v1/audit")
        #expect(!String(decoding: audit.body.bytes, as: UTF8.self).contains("lift"))
        #expect(try probe.ask(.post, "/admin/v1/notices", #"{"from":99,"text":"x"}"#).error == "audience_unknown")
    }

    @Test func aNoticeGoesOnWhereAnotherNodeLeftOff() async throws {
        let node = try TestNode()
        try node.addUsers("news", "alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        _ = try await alice.say("before", to: 1)
        // The node that sent it stored alice's message and died before it could say so.
        try node.database.execute(
            """
            insert into notice (sender_id, body, users, lease_until)
            values (1, 'aGVsbG8=', 2, now() + interval '1 second')
            """)
        try node.database.execute(
            """
            insert into message (conversation_id, msg_id, sender_id, type, created_at, client_key, body)
            values ((1::bigint << 32) | 2, 2, 1, 1, 1700000000,
                decode('677261706576696e', 'hex') || int8send(1), 'aGVsbG8=')
            """)
        try node.database.execute("update conversation set last_msg_id = 2 where id = (1::bigint << 32) | 2")
        let message: IMMsgData = try await bob.push(.msgData)
        #expect(message.fromUserID == 1 && message.msgID == 1)
        let probe = try AdminProbe(node)
        try await eventually { try probe.get("/admin/v1/notices")["items"]?.items.first?["done_at"]?.text != nil }
        #expect(try probe.get("/admin/v1/conversations/1,2/messages")["items"]?.items.count == 2)
    }

    @Test func linksAreShownToClientsInTheirOrder() async throws {
        let probe = try AdminProbe()
        let wiki = try probe.ask(
            .post, "/admin/v1/discovery", #"{"name":"Wiki","url":"https://wiki.example/","priority":2}"#)
        #expect(wiki.status == 201)
        let id = try #require(wiki["id"]?.integer)
        _ = try probe.ask(.post, "/admin/v1/discovery", #"{"name":"Lunch","url":"http://lunch.example/?a=b"}"#)
        // What clients read is some seconds old at most; this is asked for the first time.
        func list() throws -> String {
            let call = HTTPCall(.get, "/api/discovery")
            let reply = try HTTPClient.send(call, to: probe.node.node.httpAddress, within: .seconds(10))
            return String(decoding: reply.body, as: UTF8.self)
        }
        #expect(
            try list()
                == #"[{"itemName":"Lunch","itemUrl":"http://lunch.example/?a=b","itemPriority":0},"#
                + #"{"itemName":"Wiki","itemUrl":"https://wiki.example/","itemPriority":2}]"#)
        let changed = try probe.ask(.patch, "/admin/v1/discovery/\(id)", #"{"priority":-1}"#)
        #expect(changed["name"]?.text == "Wiki" && changed["priority"]?.integer == -1)
        #expect(try probe.get("/admin/v1/discovery")["items"]?.items.first?["name"]?.text == "Wiki")
        #expect(try probe.ask(.delete, "/admin/v1/discovery/\(id)").status == 200)
        #expect(try probe.ask(.delete, "/admin/v1/discovery/\(id)").error == "link_unknown")
        #expect(
            try probe.ask(.post, "/admin/v1/discovery", #"{"name":"x","url":"javascript:alert(1)"}"#).error
                == "invalid_request")
    }

    @Test func aDisabledUserIsLoggedOut() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: cluster[1])
        let probe = try AdminProbe(cluster.nodes[0])
        try await eventually { try probe.get("/admin/v1/presence/1")["sessions"]?.items.count == 1 }
        #expect(try probe.ask(.post, "/admin/v1/users/1/disable")["state"]?.text == "disabled")
        let kick: IMKickUser = try await alice.push(.kickUser)
        #expect(kick.kickReason == .duplicateUser)
        #expect(try probe.get("/admin/v1/users/1/logins")["items"]?.items.first?["device"]?.text == "mobile")
    }
}
