import Crypto
import Node
import PostgresKit
import Primitives
import Protobuf
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// What may be said when, and by whom: the bad input B20 to B48, and defects of the original, as PROMISES.md names
/// them.
@Suite(.timeLimit(.minutes(5))) struct SessionRuleTests {
    private let node: TestNode

    init() throws {
        node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
    }

    private func logIn(_ name: String, as type: ClientType = .android) async throws -> TalkClient {
        try await TalkClient.logIn(name, as: type, at: node.node.clientAddress)
    }

    @Test("B20, D1: before the login no command has an effect or an answer, and a few attempts close the connection")
    func nothingBeforeTheLogin() async throws {
        let message = IMMsgData(fromUserID: 1, toSessionID: 2, msgType: .singleText, msgData: [1])
        // Those that anybody may send: a login, a sign of life, and where to log in (`LookupTests`).
        let open: Set<Command> = [.loginReq, .heartBeat, .msgServReq]
        for command in Command.allCases where command.directions.contains(.toServer) && !open.contains(command) {
            let stranger = try await TalkClient.connect(to: node.node.clientAddress)
            for _ in 0..<4 { await stranger.send(command, message) }
            #expect(try await stranger.probe.ending().rest == [], "\(command)")
        }
        #expect(try node.database.execute("select count(*) from message") == "0")
    }

    @Test("B21, D2: nobody changes a group without logging in, user id 0 included")
    func noGroupChangeBeforeTheLogin() async throws {
        let alice = try await logIn("alice")
        let group = try await createGroup(by: alice, members: [1, 2])
        let stranger = try await TalkClient.connect(to: node.node.clientAddress)
        await stranger.send(
            .groupChangeMemberReq,
            IMGroupChangeMemberReq(userID: 0, changeType: .add, groupID: group, memberIDList: [3]))
        // Its answer shows that the change was looked at.
        let _: IMHeartBeat = try await stranger.ask(.heartBeat, IMHeartBeat(), .heartBeat)
        #expect(try node.database.execute("select version from chat_group") == "1")
    }

    @Test("B22: a second login on a connection is ignored")
    func secondLoginIsIgnored() async throws {
        let alice = try await logIn("alice")
        await alice.send(
            .loginReq, IMLoginReq(userName: "bob", password: "x", onlineStatus: .online, clientType: .android))
        #expect(try await alice.settle() == [])
        #expect(try await alice.say("still alice", to: 2).userID == 1)
    }

    @Test("B22: a login behind another one that is not judged yet is ignored")
    func loginBehindALogin() async throws {
        let client = try await TalkClient.connect(to: node.node.clientAddress)
        let login = IMLoginReq(
            userName: "alice", password: try MD5.hex([UInt8]("grapevine".utf8).rawBytes), onlineStatus: .online,
            clientType: .android)
        // In one piece, so that the second is there before the first is judged.
        var both = ByteWriter()
        for number in 1...2 as ClosedRange<UInt16> { both.append(.loginReq, sequence: number, login) }
        client.probe.send(both.bytes.copied())
        #expect(try await client.expect(.loginRes).header.sequence == 1)
        #expect(try await client.settle() == [])
        #expect(try node.metric("grapevine_packets_dropped_total") == 1)
        #expect(try node.database.execute("select epoch from login") == "1")
    }

    @Test("B23: after a logout nothing has an effect and the connection is closed")
    func loggedOutMeansClosed() async throws {
        let alice = try await logIn("alice")
        var packets = ByteWriter()
        packets.append(.logoutReq, sequence: 7, IMLogoutReq())
        packets.append(
            .msgData, sequence: 8, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [1]))
        alice.probe.send(packets.bytes.copied())
        let answer = try await alice.expect(.logoutRsp)
        #expect(answer.header.sequence == 7)
        #expect(try await alice.probe.ending().rest == [])
        // Whatever was under way is stored before this one.
        let bob = try await logIn("bob")
        #expect(try await bob.say("the first", to: 1).msgID == 1)
    }

    @Test func aMobileAndAPCOfOneUserLiveTogether() async throws {
        let pc = try await logIn("alice", as: .windows)
        let mobile = try await logIn("alice", as: .ios)
        #expect(try await pc.settle().allSatisfy { $0.command != .kickUser })
        let notice: IMPCLoginStatusNotify = try await mobile.push(.pcLoginStatusNotify)
        #expect(notice == IMPCLoginStatusNotify(userID: 1, loginStat: .online))
    }

    @Test("B24, D4: who sends is decided by the session, not by the packet")
    func idsInPacketsAreNotTrusted() async throws {
        let (alice, bob, carol) = (try await logIn("alice"), try await logIn("bob"), try await logIn("carol"))
        await alice.send(
            .msgData, IMMsgData(fromUserID: 3, toSessionID: 2, msgType: .singleText, msgData: [UInt8]("m".utf8)))
        #expect(try await bob.heard().from == 1)
        await alice.send(.p2pCmdMsg, IMP2PCmdMsg(fromUserID: 3, toUserID: 2, cmdMsgData: "{}"))
        let relayed = try await bob.expect(.p2pCmdMsg)
        #expect(relayed.header.sequence == 0)
        #expect(try relayed.message(IMP2PCmdMsg.self).fromUserID == 1)
        await alice.send(
            .msgDataReadAck, IMMsgDataReadAck(userID: 2, sessionID: 3, msgID: 1, sessionType: .single))
        #expect(try await carol.settle() == [])
    }

    @Test("D5: nobody's offline file is deleted on the word of a packet")
    func filesAreNotDeletedForOthers() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        await alice.send(
            .fileDelOfflineReq, IMFileDelOfflineReq(fromUserID: 2, toUserID: 1, taskID: "a task of bob's"))
        #expect(try await alice.settle() == [])
        #expect(try await bob.settle() == [])
    }

    @Test func aCommandToOneselfReachesTheOtherDeviceOnce() async throws {
        let (phone, pc) = (try await logIn("alice"), try await logIn("alice", as: .windows))
        await phone.send(.p2pCmdMsg, IMP2PCmdMsg(fromUserID: 1, toUserID: 1, cmdMsgData: "{}"))
        _ = try await pc.expect(.p2pCmdMsg)
        // What goes between the same two loops stays in order.
        _ = try await phone.say("behind it", to: 2)
        _ = try await pc.heard()
        #expect(try await pc.settle().allSatisfy { $0.command != .p2pCmdMsg })
    }

    @Test("B25, B28, B29: refused sends get no answer and leave no trace")
    func refusedSends() async throws {
        let alice = try await logIn("alice")
        let refused = [
            IMMsgData(toSessionID: 1, msgType: .singleText, msgData: [1]),
            IMMsgData(toSessionID: 0, msgType: .singleText, msgData: [1]),
            IMMsgData(toSessionID: 999, msgType: .singleText, msgData: [1]),
            IMMsgData(toSessionID: .max, msgType: .singleText, msgData: [1]),
            IMMsgData(toSessionID: 55, msgType: .groupText, msgData: [1]),
            IMMsgData(toSessionID: 2, msgType: .singleText, msgData: []),
            IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [UInt8](repeating: 65, count: 16_385)),
            IMMsgData(toSessionID: 2, msgType: .singleAudio, msgData: [0, 0, 0, 5]),
            IMMsgData(toSessionID: 2, msgType: .singleAudio, msgData: [0, 0, 0, 0, 1]),
            IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [1], clientMsgKey: [1, 2, 3]),
        ]
        for message in refused { await alice.send(.msgData, message) }
        let bob = try await logIn("bob")
        let (foreign, dissolved) = (
            try await createGroup(by: bob, members: [2, 3]), try await createGroup(by: alice, members: [1, 2])
        )
        try node.database.execute("update chat_group set deleted = true where id = \(dissolved)")
        for group in [foreign, dissolved] {
            await alice.send(.msgData, IMMsgData(toSessionID: group, msgType: .groupText, msgData: [1]))
        }
        #expect(try await alice.say("the first that counts", to: 2).msgID == 1)
        #expect(try await alice.settle() == [])
        #expect(try node.database.execute("select count(*) from message") == "1")
    }

    @Test("B26, D6: history of others looks like history that does not exist")
    func historyOfOthers() async throws {
        let (alice, carol) = (try await logIn("alice"), try await logIn("carol"))
        let group = try await createGroup(by: alice, members: [1, 2])
        _ = try await alice.say("secret", to: group, .groupText)
        for session in [group, group + 77] {
            let list: IMGetMsgListRsp = try await carol.ask(
                .getMsgListReq, IMGetMsgListReq(sessionType: .group, sessionID: session, msgCnt: 10), .getMsgListRsp)
            #expect(list.msgList == [])
            let byID: IMGetMsgByIdRsp = try await carol.ask(
                .getMsgByIdReq, IMGetMsgByIdReq(sessionType: .group, sessionID: session, msgIDList: [1]),
                .getMsgByIdRsp)
            #expect(byID.msgList == [])
            let latest: IMGetLatestMsgIdRsp = try await carol.ask(
                .getLatestMsgIdReq, IMGetLatestMsgIdReq(sessionType: .group, sessionID: session),
                .getLatestMsgIdRsp)
            #expect(latest.latestMsgID == 0)
            let change: IMGroupChangeMemberRsp = try await carol.ask(
                .groupChangeMemberReq,
                IMGroupChangeMemberReq(changeType: .add, groupID: session, memberIDList: [3]),
                .groupChangeMemberRsp)
            #expect(change.resultCode == 1 && change.curUserIDList == [])
        }
    }

    @Test("B27: only the creator removes others, nobody removes him, members may add; who leaves hands over")
    func groupRules() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        let group = try await createGroup(by: alice, members: [1, 2])
        func change(_ client: TalkClient, _ type: GroupModifyType, _ users: [UInt32]) async throws -> UInt32 {
            let answer: IMGroupChangeMemberRsp = try await client.ask(
                .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: type, groupID: group, memberIDList: users),
                .groupChangeMemberRsp)
            return answer.resultCode
        }
        #expect(try await change(bob, .del, [1]) == 1)
        #expect(try await change(bob, .add, [3]) == 0)
        let notice: IMGroupChangeMemberNotify = try await alice.push(.groupChangeMemberNotify)
        #expect(notice.curUserIDList == [1, 2, 3] && notice.chgUserIDList == [3])
        #expect(try await change(bob, .del, [3]) == 1)
        #expect(try await change(bob, .del, [2]) == 0)
        #expect(try await change(bob, .add, [2]) == 1)
        #expect(try await change(alice, .add, Array(100...700)) == 1)
        // Users who do not exist: nothing is changed.
        #expect(try await change(alice, .add, [77, .max]) == 1)
        // The group goes to who has been in it for longest.
        #expect(try await change(alice, .del, [1]) == 0)
        #expect(try node.database.execute("select creator_id from chat_group where id = \(group)") == "3")
        #expect(try await change(alice, .add, [1]) == 1)
    }

    @Test("B30, D7: quotes, percent signs and SQL are stored as they are; control characters are refused")
    func textIsText() async throws {
        let nasty = "'; drop table account; -- % \\ \" 😀"
        let alice = try await logIn("alice")
        let sign: IMChangeSignInfoRsp = try await alice.ask(
            .changeSignInfoReq, IMChangeSignInfoReq(signInfo: nasty), .changeSignInfoRsp)
        #expect(sign.resultCode == 0 && sign.signInfo == nasty)
        let info: IMUsersInfoRsp = try await alice.ask(
            .usersInfoReq, IMUsersInfoReq(userIDList: [1]), .usersInfoRsp)
        #expect(info.userInfoList.first?.signInfo == nasty)
        let odd = "a\u{1b}[2Jb"
        for text in ["a\0b", odd] {
            let sign: IMChangeSignInfoRsp = try await alice.ask(
                .changeSignInfoReq, IMChangeSignInfoReq(signInfo: text), .changeSignInfoRsp)
            #expect(sign.resultCode == 1)
        }
        for (phone, mail, url) in [(odd, "a@b", ""), ("1", odd, ""), ("", "", odd)] {
            let wanted = IMChangeUserInfoReq(telephoneNum: phone, emailAddress: mail, avatarURL: url)
            let contact: IMChangeUserInfoRsp = try await alice.ask(.changeUserInfoReq, wanted, .changeUserInfoRsp)
            #expect(contact.resultCode == 1)
        }
        let group: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: odd, memberIDList: [2]), .groupCreateRsp)
        #expect(group.resultCode == 1)
        let empty: IMChangeUserInfoRsp = try await alice.ask(
            .changeUserInfoReq, IMChangeUserInfoReq(telephoneNum: "", emailAddress: "", signInfo: "", avatarURL: ""),
            .changeUserInfoRsp)
        #expect(empty.resultCode == 0)
        for name in [nasty, "a\0b", "' or 1=1 --"] {
            let client = try await TalkClient.connect(to: node.node.clientAddress)
            #expect(try await client.logIn(name).resultCode == .dbValidateFailed)
        }
    }

    @Test("B36, D22: counts and ids out of range are clamped")
    func clampedPaging() async throws {
        let alice = try await logIn("alice")
        for number in 1...120 { _ = try await alice.say("\(number)", to: 2) }
        func list(_ begin: UInt32, _ count: UInt32) async throws -> [UInt32] {
            let answer: IMGetMsgListRsp = try await alice.ask(
                .getMsgListReq,
                IMGetMsgListReq(sessionType: .single, sessionID: 2, msgIDBegin: begin, msgCnt: count), .getMsgListRsp)
            return answer.msgList.map(\.msgID)
        }
        #expect(try await list(0, .max) == (21...120).reversed())
        #expect(try await list(.max, 2) == [120, 119])
        #expect(try await list(3, 10) == [3, 2, 1])
        #expect(try await list(0, 0) == [])
        let byID: IMGetMsgByIdRsp = try await alice.ask(
            .getMsgByIdReq,
            IMGetMsgByIdReq(sessionType: .single, sessionID: 2, msgIDList: Array(1...120) + [0, .max]), .getMsgByIdRsp)
        #expect(byID.msgList.map(\.msgID) == (1...120).reversed())
    }

    @Test("B44, D13: a read mark never goes back, stops at the last message, and leaves later ones unread")
    func readMarks() async throws {
        let alice = try await logIn("alice")
        let bob = try await TalkClient.connect(to: node.node.clientAddress)
        _ = try await bob.logIn("bob", token: [])
        let bobsPC = try await logIn("bob", as: .windows)
        for number in 1...5 { _ = try await alice.say("\(number)", to: 2) }
        func unread() async throws -> [UInt32] {
            let answer: IMUnreadMsgCntRsp = try await bob.ask(
                .unreadMsgCntReq, IMUnreadMsgCntReq(userID: 2), .unreadMsgCntRsp)
            #expect(answer.totalCnt == answer.unreadinfoList.reduce(0) { $0 + $1.unreadCnt })
            return answer.unreadinfoList.map(\.unreadCnt)
        }
        func read(_ id: UInt32) async throws {
            await bob.send(.msgDataReadAck, IMMsgDataReadAck(sessionID: 1, msgID: id, sessionType: .single))
        }
        #expect(try await unread() == [5])
        try await read(3)
        let notice: IMMsgDataReadNotify = try await bobsPC.push(.msgDataReadNotify)
        #expect(notice == IMMsgDataReadNotify(userID: 2, sessionID: 1, msgID: 3, sessionType: .single))
        #expect(try await unread() == [2])
        try await read(1)
        let same: IMMsgDataReadNotify = try await bobsPC.push(.msgDataReadNotify)
        #expect(same.msgID == 3)
        #expect(try await unread() == [2])
        try await read(99)
        let last: IMMsgDataReadNotify = try await bobsPC.push(.msgDataReadNotify)
        #expect(last.msgID == 5)
        #expect(try await unread() == [])
        _ = try await alice.say("6", to: 2)
        #expect(try await unread() == [1])
    }

    @Test("B44: a read acknowledgement of a conversation one is not part of has no effect")
    func readMarksOfOthers() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        let bobsPC = try await logIn("bob", as: .windows)
        let group = try await createGroup(by: alice, members: [1, 3])
        _ = try await alice.say("not for bob", to: group, .groupText)
        for (id, type) in [(group, SessionType.group), (group + 77, .group), (3, .single), (2, .single)] {
            await bob.send(.msgDataReadAck, IMMsgDataReadAck(userID: 1, sessionID: id, msgID: 1, sessionType: type))
        }
        _ = try await bob.say("behind them", to: 1)
        _ = try await bobsPC.heard()
        #expect(try await bobsPC.settle().allSatisfy { $0.command == .userStatNotify })
        #expect(try node.database.execute("select max(read_msg_id) from member") == "0")
    }

    @Test("B45: acknowledgements of messages that were never pushed are ignored")
    func strangeAcknowledgements() async throws {
        let alice = try await logIn("alice")
        for id in [0, 1, 99, .max] as [UInt32] {
            await alice.send(
                .msgDataAck, IMMsgDataAck(userID: 3, sessionID: id, msgID: id, sessionType: .group))
        }
        #expect(try await alice.settle() == [])
        #expect(try await alice.say("the first", to: 2).msgID == 1)
    }

    @Test func aSecondQuestionForAllUsersIsAnsweredToo() async throws {
        let alice = try await logIn("alice")
        // In one piece, so that the second is there before the first is answered.
        let numbers = [901, 902] as [UInt16]
        var questions = ByteWriter()
        for number in numbers { questions.append(.allUserReq, sequence: number, IMAllUserReq()) }
        alice.probe.send(questions.bytes.copied())
        for number in numbers {
            let list: IMAllUserRsp = try await alice.expect(.allUserRsp) { $0.header.sequence == number }.message()
            #expect(list.userList.count == 3)
        }
    }

    @Test("B46: a push token belongs to the last user who registered it, on mobiles only")
    func deviceTokens() async throws {
        let (alice, bob) = (try await logIn("alice", as: .ios), try await logIn("bob", as: .ios))
        let carol = try await logIn("carol", as: .windows)
        for client in [alice, bob] {
            let answer: IMDeviceTokenRsp = try await client.ask(
                .deviceTokenReq, IMDeviceTokenReq(userID: 3, deviceToken: "token"), .deviceTokenRsp)
            #expect(answer.userID == (await client.user).rawValue)
        }
        await carol.send(.deviceTokenReq, IMDeviceTokenReq(deviceToken: "other"))
        await bob.send(.deviceTokenReq, IMDeviceTokenReq(deviceToken: String(repeating: "x", count: 300)))
        // A PC sees who comes and goes, herself included.
        #expect(try await carol.settle().allSatisfy { $0.command == .userStatNotify })
        #expect(try await bob.settle() == [])
        #expect(try node.database.execute("select string_agg(user_id || token, ',') from device_token") == "2token")
    }

    @Test("B48: a client type that does not exist is refused with an answer")
    func unknownClientType() async throws {
        let client = try await TalkClient.connect(to: node.node.clientAddress)
        var body = ByteWriter()
        body.append(field: 1, string: "alice")
        body.append(field: 2, string: "x")
        body.append(field: 3, varint: UInt32(1))
        body.append(field: 4, varint: UInt32(0x20))
        var packet = ByteWriter()
        PDUHeader(.loginReq, sequence: 9, bodyByteCount: body.count).write(into: &packet)
        packet.append(body.bytes)
        client.probe.send(packet.bytes.copied())
        let answer = try await client.expect(.loginRes)
        #expect(answer.header.sequence == 9)
        #expect(try answer.message(IMLoginRes.self).resultCode == .dbValidateFailed)
        _ = try await client.probe.ending()
    }

    @Test("B42, D8: a token logs in once and only its owner, and is stored as a hash only")
    func tokensLogInOnceAndOnlyTheirOwner() async throws {
        func logIn(_ name: String, token: [UInt8]) async throws -> IMLoginRes {
            let client = try await TalkClient.connect(to: node.node.clientAddress)
            return try await client.logIn(name, password: "not the password", token: token)
        }
        let first = try await TalkClient.connect(to: node.node.clientAddress)
        let token = try #require(try await first.logIn("alice", token: []).sessionToken)
        #expect(token.count == 32)
        #expect(try await logIn("bob", token: token).resultCode == .dbValidateFailed)
        let next = try await logIn("alice", token: token)
        #expect(next.resultCode == .success && next.sessionToken != token)
        #expect(try await logIn("alice", token: token).resultCode == .dbValidateFailed)
        #expect(try node.database.execute("select octet_length(token_hash) from login") == "32")
    }

    private func createGroup(by client: TalkClient, members: [UInt32]) async throws -> UInt32 {
        let answer: IMGroupCreateRsp = try await client.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: members),
            .groupCreateRsp)
        return try #require(answer.groupID)
    }
}
