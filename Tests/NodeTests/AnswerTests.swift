import Node
import PostgresKit
import SocketKit
import Primitives
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What is asked for is answered whole, in several packets under one number, or refused.
@Suite(.timeLimit(.minutes(5))) struct AnswerTests {
    private let node: TestNode

    init() throws {
        node = try TestNode(nil, ["limits.groups_per_creator": "2"])
        try node.addUsers("alice", "bob")
    }

    private func logIn(_ name: String, as type: ClientType = .android) async throws -> TalkClient {
        try await TalkClient.logIn(name, as: type, at: node.node.clientAddress)
    }

    @Test("the mac client asks for the status of all users at once")
    func statusOfManyUsers() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob", as: .windows))
        let everybody = [UInt32](3...12_001) + [2]
        let answer: IMUsersStatRsp = try await alice.ask(
            .usersStatReq, IMUsersStatReq(userID: 1, userIDList: everybody), .usersStatRsp)
        #expect(answer.userStatList.map(\.userID) == everybody)
        #expect(answer.userStatList.last?.status == .online)
        _ = try await bob.settle()
        await alice.send(.usersStatReq, IMUsersStatReq(userID: 1, userIDList: [UInt32](1...20_001)))
        #expect(try await alice.settle() == [])
        #expect(try node.metric("grapevine_requests_unanswered_total") == 1)
    }

    @Test func manyUsersAreDescribedInSeveralAnswers() async throws {
        try node.database.execute(
            """
            insert into account (name, password, avatar, stamp)
            select 'u' || i, '', repeat('a', 400), 1 from generate_series(1, 2500) i
            """)
        let alice = try await logIn("alice")
        let asked = [UInt32](1...2_502)
        let sequence = await alice.send(.usersInfoReq, IMUsersInfoReq(userID: 1, userIDList: asked))
        var found: [UInt32] = []
        while found.count < asked.count {
            let packet = try await alice.expect(.usersInfoRsp)
            #expect(packet.header.sequence == sequence && packet.header.length < 409_600)
            found += try packet.message(IMUsersInfoRsp.self).userInfoList.map(\.userID)
        }
        #expect(found == asked)
    }

    @Test("an answer that is longer than the output queue waits for its client to read, and the client is not closed")
    func aLongAnswerToASlowClient() async throws {
        try node.database.execute(
            """
            insert into account (name, password, avatar, stamp)
            select 'u' || i, '', repeat('a', 500), 1 from generate_series(1, 19998) i
            """)
        let alice = try await logIn("alice")
        alice.probe.pause()
        let asked = [UInt32](3...20_000)
        await alice.send(.usersInfoReq, IMUsersInfoReq(userID: 1, userIDList: asked))
        // Whatever the sockets do not take waits here.
        try await eventually {
            try #require(try node.metric("grapevine_slow_readers_total") == 0)
            return try node.metric("grapevine_buffer_bytes") >= 100_000
        }
        alice.probe.resume()
        var found: [UInt32] = []
        while found.count < asked.count {
            found += try await (alice.expect(.usersInfoRsp).message(IMUsersInfoRsp.self)).userInfoList.map(\.userID)
        }
        #expect(found == asked)
    }

    @Test("a node stops while a client waits for the answer to an earlier question")
    func stoppingWithAHeldUpClient() async throws {
        let node = try TestNode(node.database)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let lock = try node.database.begin("lock table member in access exclusive mode")
        for _ in 0..<5 { await alice.send(.unreadMsgCntReq, IMUnreadMsgCntReq()) }
        try await eventually { try node.metric("grapevine_packets_throttled_total") != 0 }
        node.node.stop()
        withExtendedLifetime(lock) {}
    }

    @Test("P5: who is in more conversations than a list holds gets the newest ones")
    func longListsHoldTheNewest() async throws {
        try node.database.execute(
            """
            with g as (
                insert into chat_group (name, creator_id, type, updated_at)
                select 'g', 1, 2, 1 from generate_series(1, 20001) returning id
            ), c as (insert into conversation (id, updated_at, last_msg_id) select id, id, 1 from g returning id),
            m as (insert into member (conversation_id, user_id) select id, 2 from c)
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            select id, 1, 1, 17, id, 'x' from c
            """)
        let bob = try await logIn("bob")
        let newest = (2...20_001).reversed().map(UInt32.init)
        await bob.send(.recentContactSessionReq, IMRecentContactSessionReq())
        var recent: [UInt32] = []
        while recent.count < 20_000 {
            let packet = try await bob.expect(.recentContactSessionRsp)
            recent += try packet.message(IMRecentContactSessionRsp.self).contactSessionList.map(\.sessionID)
        }
        #expect(recent == newest)
        await bob.send(.unreadMsgCntReq, IMUnreadMsgCntReq())
        var unread: [UInt32] = []
        while unread.count < 20_000 {
            let answer: IMUnreadMsgCntRsp = try await bob.expect(.unreadMsgCntRsp).message()
            #expect(answer.totalCnt == 20_000)
            unread += answer.unreadinfoList.map(\.sessionID)
        }
        #expect(unread == newest)
        #expect(try await bob.settle() == [])
    }

    @Test("all 250 large groups are answered, and only those that one is in")
    func manyLargeGroups() async throws {
        try node.database.execute(
            """
            insert into chat_group (name, creator_id, type, updated_at)
            select 'g' || i, 1, 2, 1 from generate_series(1, 300) i;
            insert into conversation (id) select id from chat_group;
            insert into member (conversation_id, user_id)
            select g.id, u + case when g.id <= 250 then 0 else 1 end
            from chat_group g, generate_series(1, 500) u;
            """)
        let alice = try await logIn("alice")
        await alice.send(
            .groupInfoListReq,
            IMGroupInfoListReq(
                userID: 1, groupVersionList: (1...300).map { GroupVersionInfo(groupID: $0, version: 0) }))
        var found: [UInt32] = []
        while found.count < 250 {
            let packet = try await alice.expect(.groupInfoListRsp)
            #expect(packet.header.length < 409_600)
            let groups = try packet.message(IMGroupInfoListRsp.self).groupInfoList
            #expect(groups.allSatisfy { $0.groupMemberList.count == 500 })
            found += groups.map(\.groupID)
        }
        #expect(found == Array(1...250))
        #expect(try await alice.settle() == [])
    }

    @Test("voice messages of the past are read as far as an answer holds, and at least one")
    func historyIsBoundedInBytes() async throws {
        try node.database.execute(
            """
            select count(*) from open_pairs(array[(1::bigint << 32) | 2]);
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            select (1::bigint << 32) | 2, i, 2, 2, 1,
                decode(repeat('ab', case i when 5 then 500000 else 150000 end), 'hex')
            from generate_series(1, 5) i;
            update conversation set last_msg_id = 5;
            """)
        let alice = try await logIn("alice")
        func pull(_ begin: UInt32) async throws -> [UInt32] {
            let answer: IMGetMsgListRsp = try await alice.ask(
                .getMsgListReq,
                IMGetMsgListReq(sessionType: .single, sessionID: 2, msgIDBegin: begin, msgCnt: 100), .getMsgListRsp)
            return answer.msgList.map(\.msgID)
        }
        #expect(try await pull(5) == [5])
        #expect(try await pull(4) == [4, 3])
        #expect(try await pull(2) == [2, 1])
        let byID: IMGetMsgByIdRsp = try await alice.ask(
            .getMsgByIdReq, IMGetMsgByIdReq(sessionType: .single, sessionID: 2, msgIDList: [1, 2, 3, 4]),
            .getMsgByIdRsp)
        #expect(byID.msgList.map(\.msgID) == [4, 3])
    }

    @Test func nobodyMakesAGroupOfNobodyOrTooMany() async throws {
        try node.database.execute("insert into account (name, password, stamp, status) values ('gone', '', 1, 3)")
        let alice = try await logIn("alice")
        func create(_ members: [UInt32]) async throws -> UInt32 {
            let answer: IMGroupCreateRsp = try await alice.ask(
                .groupCreateReq,
                IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: members),
                .groupCreateRsp)
            return answer.resultCode
        }
        #expect(try await create([999_999]) == 1)
        #expect(try await create([3]) == 1)
        #expect(try await create([1, 2, 999_999]) == 1)
        #expect(try await create([1, 2]) == 0)
        #expect(try await create([1, 2]) == 0)
        #expect(try await create([1, 2]) == 1)
        #expect(try node.database.execute("select count(*) from chat_group") == "2")
    }

    @Test("what was not stored is counted by its reason")
    func refusedMessagesAreCounted() async throws {
        let alice = try await logIn("alice")
        await alice.send(
            .msgData, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: Array(repeating: 65, count: 20_000)))
        await alice.send(.msgData, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: []))
        await alice.send(.msgData, IMMsgData(toSessionID: 2, msgType: .singleAudio, msgData: [1]))
        await alice.send(.msgData, IMMsgData(toSessionID: 0, msgType: .singleText, msgData: [1]))
        #expect(try await alice.settle() == [])
        for reason in ["too_long", "empty", "not_audio", "no_conversation"] {
            #expect(try node.metric("grapevine_messages_refused_total{reason=\"\(reason)\"}") == 1, "\(reason)")
        }
    }

    @Test("what the database does not take is counted, logged with its sender, and told with the conversation")
    func lostMessagesAreTold() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        let made: IMGroupCreateRsp = try await bob.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [2]), .groupCreateRsp)
        let group = try #require(made.groupID)
        _ = try await bob.say("for members", to: group, .groupText)
        await alice.send(.msgData, IMMsgData(toSessionID: group, msgType: .groupText, msgData: [1, 2, 3]))
        await alice.send(.msgData, IMMsgData(toSessionID: 999_999, msgType: .singleText, msgData: [1]))
        for reason in ["not_allowed", "no_receiver"] {
            let counter = "grapevine_messages_refused_total{reason=\"\(reason)\"}"
            try await eventually { try node.metric(counter) == 1 }
            try await eventually { node.logged("message_refused").contains { $0["reason"] == reason } }
        }
        try node.database.execute("alter table message add check (sender_id <> 2) not valid")
        await bob.send(.msgData, IMMsgData(toSessionID: 1, msgType: .singleText, msgData: [1]))
        try await eventually { node.logged("message_refused").contains { $0["reason"] == "database_failed" } }
        #expect(node.logged("message_refused").last?["sqlstate"] == "23514")
        let line = try #require(node.logged("message_refused").first { $0["reason"] == "not_allowed" })
        #expect(line["sqlstate"] == nil)
        #expect(line["trace"]?.hasPrefix("1-mobile-") == true && line["bytes"] == "3", "\(line)")
        let trail = try AdminProbe(node).get("/admin/v1/conversations/g\(group)/messages/1/trace")
        let refused = try #require(trail["notes"]?.items.first { $0["step"]?.text == "refused" })
        #expect(refused["user"]?.integer == 1 && refused["reason"]?.text == "not_allowed")
    }
}
