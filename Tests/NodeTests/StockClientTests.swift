import Node
import PostgresKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// The start-up sequences of the stock clients, as each of them sends and reads it.
@Suite(.timeLimit(.minutes(5))) struct StockClientTests {
    private let node: TestNode

    init() throws {
        node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
        try node.database.execute(
            "insert into department (name, stamp) values ('Sales', next_stamp()), ('Support', next_stamp())")
    }

    /// A group with a message, and a message from bob: something to find at the start.
    private func prepare() async throws -> UInt32 {
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let group: IMGroupCreateRsp = try await bob.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "team", groupAvatar: "", memberIDList: [1, 2]),
            .groupCreateRsp)
        let id = try #require(group.groupID)
        _ = try await bob.say("to all", to: id, .groupText)
        _ = try await bob.say("to alice", to: 1)
        return id
    }

    private func logIn(_ profile: ClientProfile) async throws -> StockClient {
        let client = try await StockClient(profile, at: node.node.clientAddress)
        let answer = try await client.logIn("alice")
        #expect(answer.resultCode == .success)
        #expect(answer.resultString == "成功")
        #expect(answer.onlineStatus == .online)
        #expect(answer.userInfo?.userID == 1 && answer.userInfo?.status == 0)
        #expect(answer.sessionToken == nil)
        return client
    }

    @Test("iOS removes a conversation under the number of the answer, and goes on")
    func iOSRemovesAConversation() async throws {
        _ = try await prepare()
        let client = try await logIn(.ios)
        let answer: IMRemoveSessionRsp = try await client.ask(
            .removeSessionRsp, IMRemoveSessionReq(userID: 1, sessionType: .single, sessionID: 2), .removeSessionRsp)
        #expect(answer.resultCode == 0 && answer.sessionID == 2)
        try await chat(client)
    }

    @Test("Electron says that it has read message 1 whatever it has read: all that it was sent is")
    func electronReads() async throws {
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let client = try await TalkClient.logIn("alice", as: .mac, at: node.node.clientAddress)
        for round in 0..<3 as Range<UInt32> {
            for _ in 0..<2 { _ = try await bob.say("hello", to: 1) }
            for _ in 0..<2 { _ = try await client.heard() }
            await client.send(.msgDataReadAck, IMMsgDataReadAck(sessionID: 2, msgID: 1, sessionType: .single))
            // The first one may be meant as it is said.
            let mark = round == 0 ? "1" : "\(2 * round + 2)"
            try await eventually {
                try node.database.execute("select read_msg_id from member where user_id = 1") == mark
            }
        }
    }

    @Test("who says quickly what he has read, one after the other, has read no more than that")
    func readingInOrder() async throws {
        let node = try TestNode(node.database, ["postgres.query_connections": "4"])
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        let client = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let other = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
        for _ in 1...10 { _ = try await bob.say("hello", to: 1) }
        for id in 1...9 as ClosedRange<UInt32> {
            await client.send(.msgDataReadAck, IMMsgDataReadAck(sessionID: 2, msgID: id, sessionType: .single))
        }
        for id in 1...9 as ClosedRange<UInt32> {
            #expect(try await (other.push(.msgDataReadNotify) as IMMsgDataReadNotify).msgID == id)
        }
    }

    @Test("iOS gives no time and counts anew with each start: the same words at the same place are another message")
    func iOSRestarts() async throws {
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for round in 1...2 as ClosedRange<UInt32> {
            let client = try await logIn(.ios)
            #expect(try await client.say([UInt8]("good morning".utf8), to: 2).msgID == round)
            #expect(try await bob.heard().id == round)
        }
    }

    @Test func windows() async throws {
        let group = try await prepare()
        let client = try await logIn(.windows)
        let departments: IMDepartmentRsp = try await client.ask(
            .departmentReq, IMDepartmentReq(userID: 1, latestUpdateTime: 0), .departmentRsp)
        #expect(departments.deptList.map(\.deptName) == ["Sales", "Support"])
        let users: IMAllUserRsp = try await client.ask(
            .allUserReq, IMAllUserReq(userID: 1, latestUpdateTime: 0), .allUserRsp)
        #expect(users.userList.map(\.userNickName) == ["alice", "bob", "carol"])
        let groups: IMNormalGroupListRsp = try await client.ask(
            .normalGroupListReq, IMNormalGroupListReq(userID: 1), .normalGroupListRsp)
        #expect(groups.groupVersionList == [])
        try await checkUnread(client, group)
        try await checkRecent(client, group)
        let files: IMFileHasOfflineRsp = try await client.ask(
            .fileHasOfflineReq, IMFileHasOfflineReq(userID: 1), .fileHasOfflineRsp)
        #expect(files.offlineFileList == [])
        try await checkGroup(client, group)
        try await chat(client)
    }

    @Test func android() async throws {
        let group = try await prepare()
        let client = try await logIn(.android)
        let users: IMAllUserRsp = try await client.ask(
            .allUserReq, IMAllUserReq(userID: 1, latestUpdateTime: 0), .allUserRsp)
        #expect(users.userList.count == 3 && users.latestUpdateTime > 0)
        // Nothing is newer than what the client knows now.
        let again: IMAllUserRsp = try await client.ask(
            .allUserReq, IMAllUserReq(userID: 1, latestUpdateTime: users.latestUpdateTime), .allUserRsp)
        #expect(again.userList == [] && again.latestUpdateTime == users.latestUpdateTime)
        let departments: IMDepartmentRsp = try await client.ask(
            .departmentReq, IMDepartmentReq(userID: 1, latestUpdateTime: 0), .departmentRsp)
        #expect(departments.deptList.count == 2)
        try await checkRecent(client, group)
        let groups: IMNormalGroupListRsp = try await client.ask(
            .normalGroupListReq, IMNormalGroupListReq(userID: 1), .normalGroupListRsp)
        #expect(groups.groupVersionList == [])
        try await checkGroup(client, group)
        try await checkUnread(client, group)
        try await chat(client)
    }

    @Test func ios() async throws {
        let group = try await prepare()
        let client = try await logIn(.ios)
        for _ in 0..<2 {
            let users: IMAllUserRsp = try await client.ask(
                .allUserReq, IMAllUserReq(userID: 1, latestUpdateTime: 0), .allUserRsp)
            #expect(users.userList.count == 3)
        }
        try await checkGroup(client, group)
        try await checkRecent(client, group)
        try await checkUnread(client, group)
        let token: IMDeviceTokenRsp = try await client.ask(
            .deviceTokenReq, IMDeviceTokenReq(userID: 1, deviceToken: "abc", clientType: .ios), .deviceTokenRsp)
        #expect(token.userID == 1)
        try await chat(client)
    }

    @Test func web() async throws {
        let group = try await prepare()
        let client = try await logIn(.web)
        let users: IMAllUserRsp = try await client.ask(
            .allUserReq, IMAllUserReq(userID: 1, latestUpdateTime: 0), .allUserRsp)
        #expect(users.userList.count == 3)
        try await checkRecent(client, group)
        try await checkUnread(client, group)
        try await chat(client)
    }

    private func checkUnread(_ client: StockClient, _ group: UInt32) async throws {
        let unread: IMUnreadMsgCntRsp = try await client.ask(
            .unreadMsgCntReq, IMUnreadMsgCntReq(userID: 1), .unreadMsgCntRsp)
        #expect(unread.totalCnt == 2)
        #expect(Set(unread.unreadinfoList.map(\.sessionID)) == [2, group])
        #expect(unread.unreadinfoList.allSatisfy { $0.unreadCnt == 1 && $0.latestMsgID == 1 })
        #expect(unread.unreadinfoList.allSatisfy { $0.latestMsgFromUserID == 2 })
    }

    private func checkRecent(_ client: StockClient, _ group: UInt32) async throws {
        let recent: IMRecentContactSessionRsp = try await client.ask(
            .recentContactSessionReq, IMRecentContactSessionReq(userID: 1, latestUpdateTime: 0),
            .recentContactSessionRsp)
        let sessions = recent.contactSessionList
        #expect(Set(sessions.map(\.sessionID)) == [2, group])
        #expect(Set(sessions.map { String(decoding: $0.latestMsgData, as: UTF8.self) }) == ["to all", "to alice"])
        #expect(sessions.allSatisfy { $0.sessionStatus == .ok && $0.updatedTime > 1_700_000_000 })
    }

    private func checkGroup(_ client: StockClient, _ group: UInt32) async throws {
        let info: IMGroupInfoListRsp = try await client.ask(
            .groupInfoListReq,
            IMGroupInfoListReq(userID: 1, groupVersionList: [GroupVersionInfo(groupID: group, version: 0)]),
            .groupInfoListRsp)
        let found = try #require(info.groupInfoList.first)
        #expect(found.groupName == "team" && found.groupCreatorID == 2 && found.groupMemberList == [1, 2])
        #expect(found.version == 1 && found.groupType == .tmp && found.shieldStatus == 0)
    }

    /// Sends, receives, and answers a heartbeat; messages arrive with number 0, whoever sent them how.
    private func chat(_ client: StockClient) async throws {
        #expect(try await client.say([UInt8]("nnZSBwfPCz60q69ddmfIJA==".utf8), to: 3).msgID == 1)
        let carol = try await TalkClient.logIn("carol", as: .ios, at: node.node.clientAddress)
        // A number that the other side may be waiting for: it must not travel with the message.
        for sequence in 1...12 as ClosedRange<UInt16> {
            await carol.send(
                .msgData,
                IMMsgData(toSessionID: 1, createTime: UInt32(sequence), msgType: .singleText, msgData: [65]),
                sequence: sequence)
            let message: IMMsgData = try await client.push(.msgData)
            #expect(message.fromUserID == 3 && message.toSessionID == 1 && message.msgID == UInt32(sequence) + 1)
        }
        let time: IMClientTimeRsp = try await client.ask(.clientTimeReq, IMClientTimeReq(), .clientTimeRsp)
        #expect(time.serverTime > 1_700_000_000)
    }
}
