import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WireKit

/// How many groups a user makes and is in, and what others can do about that.
@Suite(.timeLimit(.minutes(5))) struct GroupBoundTests {
    private static let key = "a key of the company"
    private let node: TestNode

    init() throws {
        node = try TestNode(nil, ["limits.groups_per_creator": "2", "http.app_key": Self.key])
        try node.addUsers("alice", "bob", "carol")
    }

    private func logIn(_ name: String, as type: ClientType = .android) async throws -> TalkClient {
        try await TalkClient.logIn(name, as: type, at: node.node.clientAddress)
    }

    private func create(by client: TalkClient, _ members: [UInt32]) async throws -> UInt32? {
        let answer: IMGroupCreateRsp = try await client.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: members), .groupCreateRsp)
        #expect((answer.resultCode == 0) == (answer.groupID != nil))
        return answer.groupID
    }

    private func change(
        by client: TalkClient, _ type: GroupModifyType, _ users: [UInt32], of group: UInt32
    ) async throws -> IMGroupChangeMemberRsp {
        try await client.ask(
            .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: type, groupID: group, memberIDList: users),
            .groupChangeMemberRsp)
    }

    private func askAsProgram(_ path: String, _ members: String) throws -> String {
        let body = #"{"req_user_id":0,"app_key":"\#(Self.key)",\#(members)}"#
        let reply = try HTTPClient.send(
            HTTPCall(.post, path, body: Array(body.utf8)), to: node.node.httpAddress, within: .seconds(10))
        return String(decoding: reply.body, as: UTF8.self)
    }

    /// Puts bob into so many groups, each fifty of them by another maker if none is given.
    private func fill(_ count: Int, _ type: GroupType, by maker: UInt32? = nil) throws {
        try node.database.execute(
            """
            with g as (
                insert into chat_group (name, creator_id, type, updated_at)
                select 'g' || i, coalesce(\(maker.map(String.init) ?? "null"), 1000 + i / 50), \(type.rawValue), 1
                from generate_series(1, \(count)) i returning id
            ), c as (insert into conversation (id) select id from g returning id)
            insert into member (conversation_id, user_id) select id, 2 from c
            """)
    }

    @Test("B49: a group counts for who made it, whoever has it now: nobody uses up what another one may make")
    func handedOverGroupsCountForTheirMaker() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        for _ in 0..<2 {
            let group = try #require(try await create(by: alice, [1, 2]))
            #expect(try await change(by: alice, .del, [1], of: group).resultCode == 0)
        }
        #expect(try await create(by: alice, [1, 2]) == nil)
        for _ in 0..<2 { #expect(try await create(by: bob, [1, 2]) != nil) }
        #expect(try await create(by: bob, [1, 2]) == nil)
    }

    @Test("B49: the last member leaves, and the group ends with him as if it had been dissolved")
    func theLastMemberLeaves() async throws {
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        let desk = try await logIn("bob", as: .windows)
        let groups = [try #require(try await create(by: alice, [2])), try #require(try await create(by: alice, [2]))]
        for group in groups {
            #expect(try await change(by: alice, .del, [1], of: group).resultCode == 0)
            let _: IMGroupChangeMemberNotify = try await desk.push(.groupChangeMemberNotify)
        }
        #expect(try await create(by: alice, [1]) == nil)
        // Both are his now.
        for group in groups {
            let left = try await change(by: bob, .del, [2], of: group)
            #expect(left.resultCode == 0 && left.curUserIDList == [] && left.chgUserIDList == [2])
            let notice: IMGroupChangeMemberNotify = try await desk.push(.groupChangeMemberNotify)
            #expect(notice.groupID == group && notice.curUserIDList == [] && notice.chgUserIDList == [2])
        }
        #expect(try node.database.execute("select count(*) from chat_group where deleted") == "2")
        #expect(try node.database.execute("select count(*) from member where left_at_id is null") == "0")
        #expect(try await change(by: bob, .add, [2], of: groups[0]).resultCode == 1)
        // Its maker may make others in their place.
        for _ in 0..<2 { #expect(try await create(by: alice, [1]) != nil) }
    }

    @Test("B50: nobody is put into more groups than one may be in, by a client, a program or an administrator")
    func membershipsAreBounded() async throws {
        try fill(1_999, .tmp)
        try fill(1_999, .normal)
        let (alice, bob) = (try await logIn("alice"), try await logIn("bob"))
        let last = try #require(try await create(by: alice, [1, 2]))
        #expect(try await create(by: alice, [1, 2, 3]) == nil)
        let other = try #require(try await create(by: alice, [1, 3]))
        let refused = try await change(by: alice, .add, [2], of: other)
        #expect(refused.resultCode == 1 && refused.curUserIDList == [1, 3] && refused.chgUserIDList == [])

        let probe = try AdminProbe(node)
        let body = #"{"name":"T","creator_id":1,"member_ids":[2,3]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", body).status == 201)
        let made = try probe.ask(.post, "/admin/v1/groups", body)
        #expect(made.status == 409 && made.error == "too_many_groups")
        #expect(made.body["error"]?["details"]?["user_ids"]?.items.compactMap(\.integer) == [2])
        let added = try probe.ask(.post, "/admin/v1/groups/\(other)/members", #"{"user_ids":[2]}"#)
        #expect(added.status == 409 && added.error == "too_many_groups")
        let creation = #""group_name":"T","group_type":1,"group_avatar":"","user_id_list":[2,3]"#
        #expect(try askAsProgram("/query/CreateGroup", creation).contains(#""error_code":11"#))
        let addition = #""group_id":\#(other),"modify_type":1,"user_id_list":[2]"#
        let reply = try askAsProgram("/query/ChangeMembers", addition)
        #expect(reply.contains(#""error_code":12"#), "\(reply)")
        let count = "select count(*) from member where user_id = 2 and left_at_id is null"
        #expect(try node.database.execute(count) == "4000")

        #expect(try await change(by: bob, .del, [2], of: last).resultCode == 0)
        #expect(try await change(by: alice, .add, [2], of: other).resultCode == 0)
        #expect(try node.database.execute(count) == "4000")
    }

    @Test("B50: others may fill their room; a user still makes groups, and one maker has a small part of the room")
    func othersDoNotTakeAllTheRoom() async throws {
        let (alice, bob, carol) = (try await logIn("alice"), try await logIn("bob"), try await logIn("carol"))
        let theirs = try #require(try await create(by: carol, [3]))
        let group = try #require(try await create(by: alice, [1]))
        try fill(100, .tmp, by: 3)
        #expect(try await change(by: carol, .add, [2], of: theirs).resultCode == 1)
        #expect(try await change(by: alice, .add, [2], of: group).resultCode == 0)
        try fill(1_899, .tmp)
        #expect(try await create(by: alice, [1, 2]) == nil)
        let own = try #require(try await create(by: bob, [1]))
        #expect(try await change(by: alice, .add, [2], of: own).resultCode == 0)
        #expect(try await create(by: bob, [1, 2]) != nil)
        let body = #"{"name":"T","creator_id":1,"member_ids":[2,3]}"#
        #expect(try AdminProbe(node).ask(.post, "/admin/v1/groups", body).status == 201)
    }
}
