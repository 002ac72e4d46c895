import Node
import PostgresKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// The database goes away and comes back; Redis is emptied (P14, F11, F12, F15; D9, D10).
@Suite(.timeLimit(.minutes(5))) struct OutageTests {
    private let node: TestNode

    init() throws {
        node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
    }

    @Test("D10, P14: without the database connections stay, nothing is acknowledged and nobody logs in")
    func outage() async throws {
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        _ = try await alice.say("before", to: 2)
        _ = try await bob.heard()

        try node.database.takeAway()
        try await eventually { !node.node.isReady }
        let key = [UInt8](repeating: 5, count: 16)
        let message = IMMsgData(
            toSessionID: 2, msgType: .singleText, msgData: [UInt8]("meanwhile".utf8), clientMsgKey: key)
        await alice.send(.msgData, message)
        // Pulls stay unanswered: an empty list would say that there is nothing.
        await bob.send(.unreadMsgCntReq, IMUnreadMsgCntReq())
        #expect(try await alice.settle() == [])
        #expect(try await bob.settle() == [])
        let carol = try await TalkClient.connect(to: node.node.clientAddress)
        #expect(try await carol.logIn("carol").resultCode == .noDBServer)

        try node.database.giveBack()
        try await eventually { node.node.isReady }
        // Either the first send was kept until now, or this one is stored: one message, one id, one push.
        await alice.send(.msgData, message)
        let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
        #expect(ack.msgID == 2 && ack.clientMsgKey == key)
        #expect(try await bob.heard() == (2, 1, "meanwhile"))
        #expect(try await alice.say("after", to: 2).msgID == 3)
        #expect(try await bob.heard() == (3, 1, "after"))
        #expect(try node.database.execute("select count(*) from message") == "3")
    }

    @Test("D10, F13: a message whose insert fails is not acknowledged, and the next one is")
    func failedInsert() async throws {
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        _ = try await alice.say("one", to: 2)
        try node.database.execute("alter table message add constraint full_disk check (msg_id <> 2)")
        await alice.send(.msgData, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [65]))
        // In the same transaction, perhaps.
        #expect(try await alice.say("elsewhere", to: 3).sessionID == 3)
        #expect(try await alice.settle() == [])
        try node.database.execute("alter table message drop constraint full_disk")
        #expect(try await alice.say("two", to: 2).msgID == 2)
    }

    @Test("F13: a conversation that somebody has locked takes no other message with it")
    func lockedConversation() async throws {
        // One lane: whatever waits there waits for everybody.
        let one = try TestNode(node.database, [
            "node.loops": "1", "limits.messages_per_second": "1000", "limits.message_burst": "1000",
        ])
        let alice = try await TalkClient.logIn("alice", at: one.node.clientAddress)
        _ = try await alice.say("first", to: 2)
        _ = try await alice.say("first", to: 3)
        let database = node.database
        let blocker = try database.begin("select from conversation where id = (1::bigint << 32) | 2 for update")
        await alice.send(.msgData, IMMsgData(toSessionID: 2, createTime: 1, msgType: .singleText, msgData: [1]))
        let others: ClosedRange<UInt32> = 1...50
        for number in others {
            await alice.send(
                .msgData, IMMsgData(toSessionID: 3, createTime: number, msgType: .singleText, msgData: [2]))
        }
        for number in others {
            let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
            #expect(ack.sessionID == 3 && ack.msgID == number + 1)
        }
        #expect(try await alice.say("still", to: 3).msgID == 52)
        try await eventually { try one.metric("grapevine_sends_locked_total") != 0 }
        // Longer than the lock timeout and the budget of a send together.
        try await eventually { try one.metric("grapevine_messages_refused_total{reason=\"timed_out\"}") == 1 }
        try blocker.commit()
        #expect(try await alice.say("free again", to: 2).sessionID == 2)
    }

    @Test("P4: a message whose receivers could not be found out is pushed when they can be")
    func membersAreUnknownForAWhile() async throws {
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let group: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2]),
            .groupCreateRsp)
        let id = try #require(group.groupID)
        // Appends do without this column; the question for the members does not.
        try node.database.execute("alter table member rename joined_at_id to not_there")
        #expect(try await alice.say("one", to: id, .groupText).msgID == 1)
        try await eventually { try node.metric("grapevine_postgres_calls") == 0 }
        try node.database.execute("alter table member rename not_there to joined_at_id")
        #expect(try await bob.heard() == (1, 1, "one"))
    }

    @Test("P6: a resend in a group changes nothing for who gets the messages behind it")
    func resendAfterAChangeOfMembers() async throws {
        let one = try TestNode(node.database, ["node.loops": "1"])
        let (alice, bob, carol) = (
            try await TalkClient.logIn("alice", at: one.node.clientAddress),
            try await TalkClient.logIn("bob", at: one.node.clientAddress),
            try await TalkClient.logIn("carol", at: one.node.clientAddress)
        )
        let group: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2]),
            .groupCreateRsp)
        let id = try #require(group.groupID)
        let key = [UInt8](repeating: 3, count: 16)
        _ = try await alice.say("one", to: id, .groupText, key: key)
        #expect(try await bob.heard().text == "one")
        for (type, user) in [(GroupModifyType.add, 3), (.del, 2)] as [(GroupModifyType, UInt32)] {
            let change: IMGroupChangeMemberRsp = try await alice.ask(
                .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: type, groupID: id, memberIDList: [user]),
                .groupChangeMemberRsp)
            #expect(change.resultCode == 0)
        }
        // Was accepted when bob was a member and carol was not.
        #expect(try await alice.say("one", to: id, .groupText, key: key).msgID == 1)
        // Questions of one loop are answered in order: what the resend asked for is there now.
        let _: IMUsersInfoRsp = try await alice.ask(.usersInfoReq, IMUsersInfoReq(userIDList: [1]), .usersInfoRsp)
        _ = try await alice.say("two", to: id, .groupText)
        #expect(try await carol.heard() == (2, 1, "two"))
        #expect(try await bob.settle().allSatisfy { $0.command != .msgData })
    }

    @Test("B43, P2, D11: a resend gets the first id, from another connection and after a restart as well")
    func resendsAfterARestart() async throws {
        let key = [UInt8](repeating: 8, count: 16)
        do {
            let first = try TestNode(node.database)
            let alice = try await TalkClient.logIn("alice", at: first.node.clientAddress)
            #expect(try await alice.say("once", to: 2, key: key).msgID == 1)
            #expect(try await alice.say("once", to: 2, key: key).msgID == 1)
        }
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        #expect(try await alice.say("once", to: 2, key: key).msgID == 1)
        #expect(try await alice.say("next", to: 2).msgID == 2)
        #expect(try await bob.heard() == (2, 1, "next"))
    }

    @Test("B43, P2, D11: a stock client's resend, same number, time and text, gets the first id and is pushed once")
    func legacyResend() async throws {
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let alice = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        let message = IMMsgData(toSessionID: 2, createTime: 1_700_000_000, msgType: .singleText, msgData: [65])
        for _ in 0..<3 { await alice.send(.msgData, message, sequence: 900) }
        for _ in 0..<3 {
            let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
            #expect(ack.msgID == 1)
        }
        #expect(try await bob.heard().id == 1)
        #expect(try await bob.settle().filter { $0.command == .msgData } == [])
    }

    @Test("D12, F31: first messages in both directions at the same moment make one conversation with ids 1 and 2")
    func firstContact() async throws {
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        async let one = alice.say("a", to: 2)
        async let other = bob.say("b", to: 1)
        #expect(try await [one.msgID, other.msgID].sorted() == [1, 2])
        #expect(try node.database.execute("select count(*) from conversation") == "1")
    }

    @Test("D9, F15: with Redis emptied, cut off or never there everything works and ids go on")
    func redisVanishes() async throws {
        let cached = try TestNode(node.database, ["redis.address": try TestRedis.address])
        let alice = try await TalkClient.logIn("alice", at: cached.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: cached.node.clientAddress)
        let group: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2]),
            .groupCreateRsp)
        let id = try #require(group.groupID)
        for number in 1...30 as ClosedRange<UInt32> {
            if number.isMultiple(of: 10) { try TestRedis.command("FLUSHALL") }
            if number == 15 { try TestRedis.command("CLIENT KILL TYPE normal") }
            #expect(try await alice.say("\(number)", to: id, .groupText).msgID == number)
            #expect(try await bob.heard().id == number)
        }
        // The list of members is read anew after a change, cache or not.
        let change: IMGroupChangeMemberRsp = try await alice.ask(
            .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: .add, groupID: id, memberIDList: [3]),
            .groupChangeMemberRsp)
        #expect(change.curUserIDList == [1, 2, 3])
        let carol = try await TalkClient.logIn("carol", at: cached.node.clientAddress)
        _ = try await alice.say("welcome", to: id, .groupText)
        #expect(try await carol.heard() == (31, 1, "welcome"))
    }
}
