import Node
import PostgresKit
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Deadlines, rates and full tables (D15, D19).
@Suite(.timeLimit(.minutes(5))) struct LimitTests {
    @Test("B01: a connection that says nothing is closed")
    func silence() async throws {
        let node = try TestNode(nil, ["limits.first_byte_deadline": "200ms"])
        let probe = try await StreamProbe.connect(to: node.node.clientAddress)
        #expect(try await probe.ending().rest == [])
    }

    @Test("B01: half a header does not keep a newcomer alive beyond the login deadline")
    func neverLoggingIn() async throws {
        let node = try TestNode(nil, ["limits.login_deadline": "300ms"])
        let probe = try await StreamProbe.connect(to: node.node.clientAddress)
        probe.send([0, 0, 0])
        #expect(try await probe.ending().rest == [])
    }

    @Test("B05: a packet that never ends is cut off, whatever else keeps arriving of it")
    func tricklingPacket() async throws {
        let node = try TestNode(nil, ["limits.packet_deadline": "300ms"])
        try node.addUsers("alice")
        let client = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        var header = ByteWriter()
        PDUHeader(.msgData, sequence: 1, bodyByteCount: 100_000).write(into: &header)
        client.probe.send(header.bytes.copied())
        for _ in 0..<50 { client.probe.send([0]) }
        _ = try await client.probe.ending()
    }

    @Test(arguments: [("limits.idle_pc", ClientType.windows), ("limits.idle_mobile", .ios)])
    func anIdleClientIsClosed(setting: (name: String, type: ClientType)) async throws {
        let node = try TestNode(nil, [setting.name: "300ms"])
        try node.addUsers("alice")
        let client = try await TalkClient.logIn("alice", as: setting.type, at: node.node.clientAddress)
        _ = try await client.probe.ending()
    }

    @Test("B41, D15: messages above the rate wait in the client's own socket and none is dropped")
    func theRateIsKeptWithoutLoss() async throws {
        let node = try TestNode(nil, ["limits.messages_per_second": "200", "limits.message_burst": "10"])
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        for number in 1...100 {
            await alice.send(
                .msgData,
                IMMsgData(toSessionID: 2, createTime: UInt32(number), msgType: .singleText, msgData: [1]))
        }
        for number in 1...100 as ClosedRange<UInt32> {
            let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
            #expect(ack.msgID == number)
        }
    }

    @Test("B41: a client that is always above its rate is heard, not closed for silence or for a packet without end")
    func throttledIsNotSilent() async throws {
        let node = try TestNode(nil, [
            "limits.messages_per_second": "20", "limits.message_burst": "1", "limits.idle_pc": "600ms",
            "limits.packet_deadline": "600ms",
        ])
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        for number in 1...40 as ClosedRange<UInt32> {
            await alice.send(
                .msgData, IMMsgData(toSessionID: 2, createTime: number, msgType: .singleText, msgData: [1]))
        }
        for number in 1...40 as ClosedRange<UInt32> {
            let ack: IMMsgDataAck = try await alice.expect(.msgDataAck).message()
            #expect(ack.msgID == number)
        }
    }

    @Test("B41: pulls above the rate wait their turn, and others are served meanwhile")
    func pullsAboveTheRate() async throws {
        let node = try TestNode(nil, ["limits.requests_per_second": "100", "limits.request_burst": "10"])
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for number in 1...100 as ClosedRange<UInt16> {
            await alice.send(.unreadMsgCntReq, IMUnreadMsgCntReq(), sequence: number)
        }
        #expect(try await bob.settle() == [])
        for number in 1...100 as ClosedRange<UInt16> {
            _ = try await alice.expect(.unreadMsgCntRsp) { $0.header.sequence == number }
        }
        #expect(try node.metric("grapevine_packets_throttled_total") > 0)
    }

    @Test("Android drops frames of 400 KiB: a large directory comes in pages, all under the number of the request")
    func aLargeDirectoryComesInPages() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        // Behind her, more of one time than are read at once.
        try node.database.execute(
            """
            insert into account (name, password, avatar, stamp)
            select 'u' || i, '', repeat('a', 200), case when i < 6000 then 4000000000 else 4000000000 + i end
            from generate_series(1, 7000) i
            """)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let sequence = await alice.send(.allUserReq, IMAllUserReq())
        var users: [UInt32] = []
        var times: [UInt32] = []
        while users.count < 7_001 {
            let packet = try await alice.expect(.allUserRsp)
            #expect(packet.header.length < 409_600 && packet.header.sequence == sequence)
            let page: IMAllUserRsp = try packet.message()
            users += page.userList.map(\.userID)
            times.append(page.latestUpdateTime)
        }
        #expect(times.count > 2 && times == times.sorted() && times.last == 4_000_007_000)
        #expect(users.sorted() == Array(1...7_001))
    }

    @Test("Android drops frames of 400 KiB: many long messages shorten the lists, and no conversation is missing")
    func listsStayBelowTheLongestFrame() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        try node.database.execute(
            """
            insert into account (name, password, stamp)
            select 'u' || i, (select password from account), 1 from generate_series(1, 20) i;
            select count(*) from open_pairs(array(select (1::bigint << 32) | id from account where id > 1));
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            select id, 1, id & 4294967295, 1, 1, convert_to(repeat('x', 60000), 'UTF8') from conversation;
            update conversation set last_msg_id = 1, updated_at = 1700000000;
            """)
        let android = try await StockClient(.android, at: node.node.clientAddress)
        _ = try await android.logIn("alice")
        let unread: IMUnreadMsgCntRsp = try await android.ask(
            .unreadMsgCntReq, IMUnreadMsgCntReq(), .unreadMsgCntRsp)
        #expect(unread.totalCnt == 20 && unread.unreadinfoList.count == 20)
        #expect(unread.unreadinfoList.allSatisfy { !$0.latestMsgData.isEmpty && $0.latestMsgID == 1 })
        let recent: IMRecentContactSessionRsp = try await android.ask(
            .recentContactSessionReq, IMRecentContactSessionReq(), .recentContactSessionRsp)
        #expect(recent.contactSessionList.count == 20)
    }

    @Test func aClientThatWouldHaveToWaitTooLongIsClosed() async throws {
        let node = try TestNode(nil, ["limits.messages_per_second": "1", "limits.message_burst": "1"])
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        _ = try await alice.say("one", to: 2)
        for _ in 0..<3 { await alice.send(.msgData, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [1])) }
        // Slower than one in two seconds is no conversation, but each of these waits only one.
        _ = try await alice.expect(.msgDataAck)
    }

    @Test("login code 2: a full node refuses with an answer")
    func aFullNodeSaysSo() async throws {
        let node = try TestNode(nil, ["limits.connections": "1"])
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.connect(to: node.node.clientAddress)
        #expect(try await bob.logIn("bob").resultCode == .msgServerFull)
        _ = try await alice.settle()
    }

    @Test("login code 7: a version that is too old is refused with an answer")
    func anOldVersionIsTold() async throws {
        let node = try TestNode(nil, ["client.min_version": "android=1.2.0"])
        try node.addUsers("alice")
        for (version, code) in [("1.1.9", ResultType.versionTooOld), ("1.2.0", .success), ("1.10", .success)] {
            let client = try await TalkClient.connect(to: node.node.clientAddress)
            #expect(try await client.logIn("alice", version: version).resultCode == code, "\(version)")
        }
    }

    @Test func strangersOfOneAddressAreBounded() async throws {
        let node = try TestNode(nil, ["limits.newcomers_per_address": "3"])
        var probes: [StreamProbe] = []
        let heartbeat: [UInt8] = [0, 0, 0, 16, 0, 1, 0, 0, 0, 7, 7, 1, 0, 1, 0, 0]
        for _ in 0..<3 {
            let probe = try await StreamProbe.connect(to: node.node.clientAddress)
            // Each is known before the next one comes, on whichever loop.
            probe.send(heartbeat)
            _ = try await probe.receive(16)
            probes.append(probe)
        }
        // The oldest gives way.
        let next = try await StreamProbe.connect(to: node.node.clientAddress)
        next.send(heartbeat)
        _ = try await next.receive(16)
        _ = try await probes[0].ending()
        probes[1].send(heartbeat)
        _ = try await probes[1].receive(16)
    }

    @Test("F19, D19: a member who does not read is closed, the others are served and he can catch up")
    func aSlowReaderInAGroup() async throws {
        let node = try TestNode(nil, ["limits.messages_per_second": "100000", "limits.message_burst": "100000"])
        try node.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let carol = try await TalkClient.logIn("carol", at: node.node.clientAddress)
        let group: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2, 3]),
            .groupCreateRsp)
        let id = try #require(group.groupID)
        carol.probe.pause()
        let body = [UInt8](repeating: 65, count: 16_000)
        var sent: UInt32 = 0
        // Until her socket and then her queue are full; the kernel takes some megabytes first.
        while try node.metric("grapevine_slow_readers_total") == 0 {
            for _ in 0..<20 {
                sent += 1
                await alice.send(
                    .msgData, IMMsgData(toSessionID: id, createTime: sent, msgType: .groupText, msgData: body))
            }
            for _ in 0..<20 { _ = try await alice.expect(.msgDataAck) }
            for _ in 0..<20 { _ = try await bob.heard() }
            try #require(sent < 4_000)
        }
        let back = try await TalkClient.logIn("carol", at: node.node.clientAddress)
        let unread: IMUnreadMsgCntRsp = try await back.ask(
            .unreadMsgCntReq, IMUnreadMsgCntReq(), .unreadMsgCntRsp)
        #expect(unread.unreadinfoList.first?.latestMsgID == sent)
    }
}
