import Administration
import HTTPCore
import Node
import PostgresKit
import Primitives
import Testing
import WireKit

/// Writes of the administration API: noted, done once, and tried without being done.
@Suite struct AdminWriteTests {
    /// Makes something under a key.
    private func post(
        _ path: String, _ body: String?, key: String, token: String = TestNode.adminToken, at probe: AdminProbe
    ) throws -> AdminProbe.Answer {
        try probe.ask(.post, "/admin/v1/" + path, body, token: token, fields: ["Idempotency-Key": key])
    }

    private func count(_ table: String, at probe: AdminProbe) throws -> String? {
        try probe.node.database.execute("select count(*) from \(table)")
    }

    @Test func everyWriteIsNotedWithItsOutcomeAndWithoutSecrets() throws {
        let probe = try AdminProbe()
        let body = #"{"name":"dave","password":"very secret"}"#
        let made = try probe.ask(.post, "/admin/v1/users", body, fields: ["X-Request-ID": "first"])
        #expect(made.status == 201)
        let id = try #require(made["id"]?.integer)
        #expect(try probe.ask(.post, "/admin/v1/users", body).status == 409)
        #expect(try probe.ask(.put, "/admin/v1/users/\(id)/password", #"{"password":"very secret"}"#).status == 200)
        #expect(try probe.ask(.delete, "/admin/v1/departments/9").status == 404)
        #expect(try probe.get("/admin/v1/users").status == 200)

        let page = try probe.get("/admin/v1/audit")
        let entries = page["items"]?.items ?? []
        #expect(entries.map { $0["outcome"]?.integer } == [404, 200, 409, 201])
        #expect(entries.map { $0["method"]?.text } == ["DELETE", "PUT", "POST", "POST"])
        let first = try #require(entries.last)
        #expect(first["token"]?.text == "admin.token")
        #expect(first["path"]?.text == "/admin/v1/users")
        #expect(first["request_id"]?.text == "first")
        #expect(first["request"]?["name"]?.text == "dave")
        #expect(first["request"]?["password"]?.text == "***")
        #expect(!String(decoding: page.body.bytes, as: UTF8.self).contains("very secret"))
        #expect(
            try probe.node.database.execute("select count(*) from admin_audit where request like '%secret%'") == "0")

        let newest = try probe.get("/admin/v1/audit?limit=3")
        #expect(newest["items"]?.items.count == 3)
        let rest = try probe.get("/admin/v1/audit?cursor=\(newest["next_cursor"]?.text ?? "")")
        #expect(rest["items"]?.items.map { $0["id"]?.integer } == [first["id"]?.integer])
        let token = try Administrator(probe.node.database.address).createToken("robot", scopes: ["write"])
        #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"Sales"}"#, token: token).status == 201)
        #expect(try probe.get("/admin/v1/audit?token=robot")["items"]?.items.count == 1)
        #expect(try probe.get("/admin/v1/audit?token=nobody")["items"]?.items.count == 0)
    }

    @Test func aWriteUnderAKeyIsDoneOnce() throws {
        let probe = try AdminProbe()
        let body = #"{"name":"Wiki","url":"https://wiki.example/"}"#
        let first = try post("discovery", body, key: "k1", at: probe)
        let again = try post("discovery", body, key: "k1", at: probe)
        #expect(first.status == 201 && again.status == 201)
        #expect(first.body.bytes == again.body.bytes)
        #expect(try count("discovery_item", at: probe) == "1")
        #expect(try count("admin_audit", at: probe) == "1")
        // Another body, another page, another token.
        let other = try post("discovery", #"{"name":"Wiki","url":"https://other.example/"}"#, key: "k1", at: probe)
        #expect(other.status == 409 && other.error == "idempotency_key_reused")
        let page = try post("users/1/enable", nil, key: "k1", at: probe)
        #expect(page.status == 409 && page.error == "idempotency_key_reused")
        let token = try Administrator(probe.node.database.address).createToken("robot", scopes: ["write", "ops"])
        #expect(try post("discovery", body, key: "k1", token: token, at: probe).status == 201)
        #expect(try count("discovery_item", at: probe) == "2")
        // After a day the key is free.
        try probe.node.database.execute("update admin_answer set created_at = now() - interval '25 hours'")
        #expect(try post("discovery", body, key: "k1", at: probe).status == 201)
        #expect(try count("discovery_item", at: probe) == "3")
    }

    @Test func refusalsAreKeptUnderTheKeyAsWell() throws {
        let probe = try AdminProbe()
        let body = #"{"name":"a","creator_id":1,"member_ids":[1]}"#
        #expect(try post("groups", body, key: "k", at: probe).error == "users_unknown")
        try probe.node.addUsers("alice")
        #expect(try post("groups", body, key: "k", at: probe).error == "users_unknown")
        #expect(try post("groups", body, key: "l", at: probe).status == 201)
    }

    @Test func aKeyWhoseRequestHasNoEndIsNotUsedAgain() throws {
        let probe = try AdminProbe()
        let body = #"{"name":"Sales"}"#
        #expect(try post("departments", body, key: "k", at: probe).status == 201)
        // As if the node had died before it noted the outcome.
        try probe.node.database.execute("update admin_answer set status = null, answer = null")
        let again = try post("departments", body, key: "k", at: probe)
        #expect(again.status == 409 && again.error == "idempotency_key_unfinished")
        #expect(try count("department", at: probe) == "1")
    }

    @Test func theStoreOfAnswersIsBounded() throws {
        let probe = try AdminProbe()
        try probe.node.database.execute(
            """
            insert into admin_answer (token, key, digest, status, answer, created_at)
            select 'old', i::text, '', 200, '', now() - make_interval(secs => i) from generate_series(1, 10000) i
            """)
        let made = try post("departments", #"{"name":"Sales"}"#, key: "new", at: probe)
        #expect(made.status == 201)
        #expect(try count("admin_answer", at: probe) == "10000")
        #expect(try count("admin_answer where key = '10000'", at: probe) == "0")
    }

    @Test func badKeysAreRefused() throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice")
        for key in ["", "a b", String(repeating: "k", count: 129)] {
            #expect(try post("departments", #"{"name":"Sales"}"#, key: key, at: probe).status == 400)
            // Also where nothing is done.
            #expect(try post("users/1/disable?dry_run=true", nil, key: key, at: probe).status == 400)
        }
        #expect(try probe.ask(.delete, "/admin/v1/departments/1", fields: ["Idempotency-Key": "k"]).status == 400)
    }

    @Test func aDryRunSaysWhatWouldBeDoneAndDoesNothing() throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice", "bob")
        #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"Sales"}"#).status == 201)
        let group = #"{"name":"Lunch","creator_id":1,"member_ids":[2]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", group).status == 201)
        let before = try probe.node.database.execute("select string_agg(t, '') from (\(Self.everything)) x (t)")

        let disabled = try probe.ask(.post, "/admin/v1/users/1/disable?dry_run=true")
        #expect(disabled["state"]?.text == "disabled")
        #expect(try probe.ask(.delete, "/admin/v1/departments/1?dry_run=true").status == 200)
        let dissolved = try probe.ask(.delete, "/admin/v1/groups/1?dry_run=true")
        #expect(dissolved["removed"]?.items.compactMap(\.integer) == [1, 2])
        let removed = try probe.ask(.delete, "/admin/v1/groups/1/members/2?dry_run=true")
        #expect(removed["members"]?.items.compactMap(\.integer) == [1])
        let left = try probe.ask(.delete, "/admin/v1/groups/1/members/1?dry_run=true")
        #expect(left["members"]?.items.compactMap(\.integer) == [2])
        #expect(try probe.ask(.delete, "/admin/v1/groups/7?dry_run=true").status == 404)
        #expect(try probe.ask(.delete, "/admin/v1/departments/7?dry_run=true").status == 404)
        #expect(try probe.ask(.delete, "/admin/v1/departments/1?dry_run=perhaps").status == 400)
        // Where nothing is destroyed there is nothing to try.
        #expect(try probe.ask(.post, "/admin/v1/departments?dry_run=true", #"{"name":"X"}"#).status == 400)

        let after = try probe.node.database.execute("select string_agg(t, '') from (\(Self.everything)) x (t)")
        #expect(before == after)
        #expect(try probe.ask(.delete, "/admin/v1/departments/1?dry_run=false").status == 200)
    }

    private static let everything = """
        select a::text from account a union all select d::text from department d union all
        select g::text from chat_group g union all select m::text from member m union all
        select n::text from admin_audit n order by 1
        """
}
