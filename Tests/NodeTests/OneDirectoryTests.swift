import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// Whatever door an order comes through, the same is judged, written and told.
@Suite(.timeLimit(.minutes(5))) struct OneDirectoryTests {
    private static let key = "a key of the company"

    enum Door: CaseIterable {
        case client, program, administrator
    }

    private let node: TestNode
    private let probe: AdminProbe

    init() throws {
        node = try TestNode(nil, ["http.app_key": Self.key])
        try node.addUsers("alice", "bob", "carol", "dave")
        try node.database.execute("update account set status = 3 where name = 'dave'")
        probe = try AdminProbe(node)
    }

    private func ask(_ path: String, _ members: String) throws -> Bool {
        let body = #"{"app_key":"\#(Self.key)",\#(members)}"#
        let reply = try HTTPClient.send(
            HTTPCall(.post, path, body: Array(body.utf8)), to: node.node.httpAddress, within: .seconds(10))
        return String(decoding: reply.body, as: UTF8.self).contains(#""error_code":0"#)
    }

    /// As alice, who leads the group; returns whether it was made.
    private func make(through door: Door, creator: UInt32 = 1, _ members: [UInt32]) async throws -> Bool {
        switch door {
        case .client:
            let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
            let answer: IMGroupCreateRsp = try await alice.ask(
                .groupCreateReq,
                IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: members),
                .groupCreateRsp)
            return answer.resultCode == 0
        case .program:
            let group = #""group_name":"g","group_type":1,"group_avatar":"","user_id_list":\#(members)"#
            return try ask("/query/CreateGroup", #""req_user_id":\#(creator),\#(group)"#)
        case .administrator:
            let body = #"{"name":"g","creator_id":\#(creator),"member_ids":\#(members)}"#
            return try probe.ask(.post, "/admin/v1/groups", body).status == 201
        }
    }

    private func add(through door: Door, _ users: [UInt32]) async throws -> Bool {
        switch door {
        case .client:
            let alice = try await TalkClient.logIn("alice", as: .windows, at: node.node.clientAddress)
            let answer: IMGroupChangeMemberRsp = try await alice.ask(
                .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: .add, groupID: 1, memberIDList: users),
                .groupChangeMemberRsp)
            return answer.resultCode == 0
        case .program:
            let change = #""req_user_id":0,"group_id":1,"modify_type":1,"user_id_list":\#(users)"#
            return try ask("/query/ChangeMembers", change)
        case .administrator:
            return try probe.ask(.post, "/admin/v1/groups/1/members", #"{"user_ids":\#(users)}"#).status == 200
        }
    }

    private var members: String? {
        get throws {
            try node.database.execute(
                "select string_agg(user_id::text, ' ' order by user_id) from member where left_at_id is null")
        }
    }

    @Test("who makes a group is in it", arguments: Door.allCases)
    func theCreatorIsAMember(door: Door) async throws {
        #expect(try await make(through: door, [2]))
        #expect(try members == "1 2")
    }

    @Test("a group of somebody who does not exist, or has left, is not made, without those either",
        arguments: Door.allCases)
    func strangersAreNotPassedOver(door: Door) async throws {
        for stranger in [4, 99] as [UInt32] {
            #expect(try await !make(through: door, [1, 2, stranger]))
            if door != .client { #expect(try await !make(through: door, creator: stranger, [1, 2])) }
        }
        #expect(try node.database.execute("select count(*) from chat_group") == "0")
    }

    @Test("members are added whole or not at all, and heard of alike", arguments: Door.allCases)
    func additionsAreWhole(door: Door) async throws {
        try node.database.execute("update account set status = 0 where name = 'dave'")
        #expect(try await make(through: .client, [1, 2]))
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for stranger in [5, 99] as [UInt32] { #expect(try await !add(through: door, [3, stranger])) }
        #expect(try node.database.execute("select version from chat_group") == "1")
        #expect(try await add(through: door, [3, 4]))
        #expect(try members == "1 2 3 4")
        let notice: IMGroupChangeMemberNotify = try await bob.push(.groupChangeMemberNotify)
        #expect(notice.userID == (door == .client ? 1 : 0) && notice.changeType == .add && notice.groupID == 1)
        #expect(notice.chgUserIDList == [3, 4] && notice.curUserIDList == [1, 2, 3, 4])
    }

    @Test func aGroupIsRenamedAndHandedOverInOne() async throws {
        #expect(try await make(through: .client, [1, 2]))
        let refused = try probe.ask(.patch, "/admin/v1/groups/1", #"{"name":"h","creator_id":3}"#)
        #expect(refused.error == "not_a_member")
        let changed = try probe.ask(.patch, "/admin/v1/groups/1", #"{"name":"h","creator_id":2}"#)
        #expect(changed["name"]?.text == "h" && changed["creator_id"]?.integer == 2)
        #expect(changed["version"]?.integer == 2)
    }
}
