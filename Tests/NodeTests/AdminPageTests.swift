import Administration
import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What the pages of the administration API do.
@Suite(.timeLimit(.minutes(5))) struct AdminPageTests {
    @Test func usersAreMadeChangedEndedAndTakenBack() async throws {
        let probe = try AdminProbe()
        #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"Sales"}"#)["id"]?.integer == 1)
        let body = #"{"name":"dave","nick":"Dave","password":"grapevine","department_id":1}"#
        let made = try probe.ask(.post, "/admin/v1/users", body)
        #expect(made.status == 201)
        #expect(made["id"]?.integer == 1)
        #expect(made["nick"]?.text == "Dave" && made["department_id"]?.integer == 1)
        try await TalkClient.logIn("dave", at: probe.node.node.clientAddress).probe.close()

        #expect(try probe.ask(.post, "/admin/v1/users", body).error == "name_taken")
        let lost = #"{"name":"erin","password":"password","department_id":9}"#
        #expect(try probe.ask(.post, "/admin/v1/users", lost).error == "department_unknown")
        #expect(try probe.get("/admin/v1/users")["items"]?.items.count == 1)

        let changed = try probe.ask(.patch, "/admin/v1/users/1", #"{"nick":"David","department_id":0}"#)
        #expect(changed["nick"]?.text == "David" && changed["department_id"]?.integer == 0)
        #expect(changed["stamp"]?.integer ?? 0 > made["stamp"]?.integer ?? 0)
        #expect(try probe.ask(.patch, "/admin/v1/users/1", #"{"department_id":9}"#).error == "department_unknown")
        #expect(try probe.ask(.patch, "/admin/v1/users/7", #"{"nick":"N"}"#).error == "user_unknown")

        #expect(try probe.ask(.post, "/admin/v1/users/1/disable")["state"]?.text == "disabled")
        let isRefused = { (error: any Error) in "\(error)".hasPrefix("login of dave: ") }
        await #expect {
            try await TalkClient.logIn("dave", at: probe.node.node.clientAddress)
        } throws: { isRefused($0) }
        #expect(try probe.ask(.post, "/admin/v1/users/1/enable")["state"]?.text == "active")
        try await TalkClient.logIn("dave", at: probe.node.node.clientAddress).probe.close()
        #expect(try probe.ask(.put, "/admin/v1/users/1/password", #"{"password":"other one"}"#).status == 200)
        await #expect {
            try await TalkClient.logIn("dave", at: probe.node.node.clientAddress)
        } throws: { isRefused($0) }
        for path in ["/admin/v1/users/7/disable", "/admin/v1/users/7/enable"] {
            #expect(try probe.ask(.post, path).error == "user_unknown")
        }
        #expect(try probe.get("/admin/v1/users/7/sessions").error == "user_unknown")
    }

    @Test func usersAndGroupsAreFoundByWhatPeopleCallThem() throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice", "bob", "u%_")
        #expect(try probe.ask(.patch, "/admin/v1/users/2", #"{"nick":"Robert Paulson"}"#).status == 200)
        func found(_ page: String, _ text: String) throws -> [String] {
            try probe.get("/admin/v1/\(page)?search=\(text)")["items"]?.items.compactMap { $0["name"]?.text } ?? []
        }
        #expect(try found("users", "PAUL") == ["bob"] && found("users", "LIC") == ["alice"])
        #expect(try found("users", "%25_") == ["u%_"] && found("users", "xyz") == [])
        let group = #"{"name":"Lunch","creator_id":1,"member_ids":[1,2]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", group).status == 201)
        #expect(try found("groups", "UNC") == ["Lunch"] && found("groups", "dinner") == [])
    }

    @Test func aTokenSaysWhatItMayDo() throws {
        let probe = try AdminProbe()
        let own = try probe.get("/admin/v1/token")
        #expect(own["name"]?.text == "admin.token" && own["scopes"]?.items.count == 4)
        let token = try Administrator(probe.node.database.address).createToken("reader", scopes: ["read"])
        let reader = try probe.ask(.get, "/admin/v1/token", token: token)
        #expect(reader["name"]?.text == "reader" && reader["scopes"]?.items.compactMap(\.text) == ["read"])
    }

    @Test func sessionsOfAUserAreListed() async throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice")
        #expect(try probe.get("/admin/v1/users/1/sessions")["items"]?.items.isEmpty == true)
        let alice = try await TalkClient.logIn("alice", as: .windows, at: probe.node.node.clientAddress)
        try await eventually {
            try probe.get("/admin/v1/users/1/sessions")["items"]?.items.first?["device"]?.text == "pc"
        }
        alice.probe.close()
    }

    @Test func departmentsAreMadeRenamedAndDeletedWhenEmpty() throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice")
        #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"Top"}"#).status == 201)
        let below = try probe.ask(.post, "/admin/v1/departments", #"{"name":"Below","parent_id":1}"#)
        #expect(below["parent_id"]?.integer == 1)
        let lost = try probe.ask(.post, "/admin/v1/departments", #"{"name":"X","parent_id":9}"#)
        #expect(lost.status == 409 && lost.error == "department_unknown")
        #expect(try probe.ask(.patch, "/admin/v1/departments/2", #"{"name":"Under"}"#)["name"]?.text == "Under")
        #expect(try probe.ask(.patch, "/admin/v1/departments/9", #"{"name":"Under"}"#).status == 404)
        #expect(try probe.ask(.patch, "/admin/v1/users/1", #"{"department_id":2}"#).status == 200)

        let parent = try probe.ask(.delete, "/admin/v1/departments/1")
        #expect(parent.error == "department_in_use")
        #expect(parent.body["error"]?["details"]?["departments"]?.integer == 1)
        #expect(try probe.ask(.delete, "/admin/v1/departments/2").message.hasPrefix("1 users and 0 departments"))
        #expect(try probe.ask(.patch, "/admin/v1/users/1", #"{"department_id":0}"#).status == 200)
        #expect(try probe.ask(.delete, "/admin/v1/departments/2").status == 200)
        #expect(try probe.ask(.delete, "/admin/v1/departments/2").status == 404)
        #expect(try probe.get("/admin/v1/departments")["items"]?.items.count == 1)
    }

    @Test func clientsHearWhatIsDoneToTheirGroups() async throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice", "bob", "carol")
        let address = probe.node.node.clientAddress
        let group = #"{"name":"Lunch","creator_id":1,"member_ids":[1,2]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", group)["members"]?.items.compactMap(\.integer) == [1, 2])
        let (alice, carol) = (
            try await TalkClient.logIn("alice", at: address), try await TalkClient.logIn("carol", at: address)
        )
        let grown = try probe.ask(.post, "/admin/v1/groups/1/members", #"{"user_ids":[3,3,2]}"#)
        #expect(grown["members"]?.items.compactMap(\.integer).sorted() == [1, 2, 3])
        for client in [alice, carol] {
            let notice: IMGroupChangeMemberNotify = try await client.push(.groupChangeMemberNotify)
            #expect(notice.changeType == .add && notice.groupID == 1)
            #expect(notice.chgUserIDList == [3] && notice.curUserIDList.sorted() == [1, 2, 3])
        }
        let shrunk = try probe.ask(.delete, "/admin/v1/groups/1/members/3")
        #expect(shrunk["members"]?.items.compactMap(\.integer) == [1, 2])
        let left: IMGroupChangeMemberNotify = try await carol.push(.groupChangeMemberNotify)
        #expect(left.changeType == .del && left.chgUserIDList == [3])
        _ = try await alice.push(.groupChangeMemberNotify) as IMGroupChangeMemberNotify

        #expect(try probe.ask(.patch, "/admin/v1/groups/1", #"{"creator_id":9}"#).error == "not_a_member")
        #expect(try probe.ask(.post, "/admin/v1/groups/1/members", #"{"user_ids":[99]}"#).error == "users_unknown")
        #expect(try probe.ask(.post, "/admin/v1/groups/9/members", #"{"user_ids":[1]}"#).error == "group_unknown")

        let renamed = try probe.ask(.patch, "/admin/v1/groups/1", #"{"name":"Dinner"}"#)
        #expect(renamed["name"]?.text == "Dinner")
        #expect(renamed["version"]?.integer ?? 0 > shrunk["version"]?.integer ?? 0)
        let known = GroupVersionInfo(groupID: 1, version: UInt32(shrunk["version"]?.integer ?? 0))
        let shown: IMGroupInfoListRsp = try await alice.ask(
            .groupInfoListReq, IMGroupInfoListReq(userID: 1, groupVersionList: [known]), .groupInfoListRsp)
        #expect(shown.groupInfoList.map(\.groupName) == ["Dinner"])

        let gone = try probe.ask(.delete, "/admin/v1/groups/1")
        #expect(gone["removed"]?.items.compactMap(\.integer) == [1, 2])
        let end: IMGroupChangeMemberNotify = try await alice.push(.groupChangeMemberNotify)
        #expect(end.changeType == .del && end.curUserIDList.isEmpty && end.chgUserIDList == [1, 2])
        #expect(try probe.get("/admin/v1/groups/1").status == 404)
        #expect(try probe.ask(.delete, "/admin/v1/groups/1").status == 404)
        alice.probe.close()
        carol.probe.close()
    }

    @Test func groupsAreMadeOfUsersWhoExist() throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice", "bob")
        let made = try probe.ask(
            .post, "/admin/v1/groups", #"{"name":"T","creator_id":1,"member_ids":[2],"type":"temporary"}"#)
        #expect(made.status == 201)
        #expect(made["type"]?.text == "temporary" && made["creator_id"]?.integer == 1)
        let listed = try probe.get("/admin/v1/groups")["items"]?.items.first
        #expect(listed?["creator"]?.text == "alice" && listed?["member_count"]?.integer == 2)
        #expect(try probe.ask(.post, "/admin/v1/users/2/disable").status == 200)
        let refused = try probe.ask(.post, "/admin/v1/groups", #"{"name":"T","creator_id":1,"member_ids":[2,9]}"#)
        #expect(refused.error == "users_unknown")
        #expect(refused.body["error"]?["details"]?["user_ids"]?.items.compactMap(\.integer) == [2, 9])
        let many = (1...500).map { "\($0 + 1)" }.joined(separator: ",")
        let large = try probe.ask(.post, "/admin/v1/groups", #"{"name":"T","creator_id":1,"member_ids":[\#(many)]}"#)
        #expect(large.error == "too_many_members")
    }

    @Test func theConfigurationIsShownWithoutSecrets() throws {
        let probe = try AdminProbe()
        let page = try probe.get("/admin/v1/config")
        let text = String(decoding: page.body.bytes, as: UTF8.self)
        #expect(!text.contains(TestNode.adminToken) && !text.contains(String(repeating: "s", count: 40)))
        #expect(!text.contains(probe.node.database.name))
        func setting(_ name: String) -> JSON? { page["items"]?.items.first { $0["name"]?.text == name } }
        #expect(setting("node.loops")?["value"]?.text == "2")
        #expect(setting("node.loops")?["source"]?.text?.hasPrefix("test:") == true)
        #expect(setting("limits.newcomers")?["source"]?.text == "default")
        if case .null = setting("admin.token")?["value"] {} else { Issue.record("admin.token is not hidden") }
    }

    @Test func theLogLevelCanBeChanged() throws {
        let probe = try AdminProbe()
        #expect(try probe.get("/admin/v1/log-level")["level"]?.text == "info")
        #expect(try probe.ask(.put, "/admin/v1/log-level", #"{"level":"debug"}"#)["level"]?.text == "debug")
        #expect(try probe.get("/admin/v1/log-level")["level"]?.text == "debug")
        #expect(
            try probe.ask(.put, "/admin/v1/log-level", #"{"level":"loud"}"#).message
                == "level must be one of debug, info, warn, error")
    }

    @Test func cachesAreShownAndEmptied() async throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice", "bob")
        let group = #"{"name":"G","creator_id":1,"member_ids":[2]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", group).status == 201)
        let alice = try await TalkClient.logIn("alice", at: probe.node.node.clientAddress)
        _ = try await alice.say("fills a cache", to: 1, .groupText)
        func entries() throws -> [Int?] {
            try probe.get("/admin/v1/caches")["items"]?.items.map { $0["entries"]?.integer } ?? []
        }
        try await eventually { try entries() == [1, 1] }
        #expect(try probe.ask(.delete, "/admin/v1/caches/credentials").status == 200)
        #expect(try entries() == [0, 1])
        #expect(try probe.ask(.delete, "/admin/v1/caches/group_members").status == 200)
        try await eventually { try entries() == [0, 0] }
        _ = try await alice.say("fills it again", to: 1, .groupText)
        try await eventually { try entries() == [0, 1] }
        #expect(try probe.ask(.delete, "/admin/v1/caches/other").error == "cache_unknown")
        alice.probe.close()
    }

    @Test func poolsAreShownLoopByLoop() throws {
        let probe = try AdminProbe()
        let loops = try probe.get("/admin/v1/pools")["items"]?.items ?? []
        #expect(loops.compactMap { $0["loop"]?.integer } == [0, 1])
        #expect(loops.allSatisfy { $0["database_ready"]?.isTrue == true })
        #expect(loops.allSatisfy { $0["counts"]?["database_connections_ready"]?.integer == 3 })
    }
}
