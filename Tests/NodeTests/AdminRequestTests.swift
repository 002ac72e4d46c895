import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import Testing
import WireKit

/// What the administration API takes, how it says no, and how it describes itself.
@Suite struct AdminRequestTests {
    @Test func theDescriptionListsWhatIsServed() throws {
        let probe = try AdminProbe()
        #expect(probe.description.document["openapi"]?.text == "3.1.0")
        #expect(probe.description.operations.count > 20)
        var all: Set<String> = ["OPTIONS", "HEAD"]
        for (path, methods) in probe.description.operations {
            let example = AdminProbe.example(of: path)
            let allowed = try #require(try probe.send(.options, example).field("allow")).split(separator: ", ")
            #expect(Set(allowed.map(String.init)).subtracting(["HEAD", "OPTIONS"]) == Set(methods), "\(path)")
            all.formUnion(methods)
        }
        // And there are no others: the server as a whole has no method that is not described.
        let server = try #require(try probe.send(.options, "*").field("allow")).split(separator: ", ")
        #expect(Set(server.map(String.init)) == all)
        let ids = probe.description.operations.flatMap { path, methods in
            methods.map { probe.description.operation($0, path)?["operationId"]?.text }
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test func everyPageThatTakesNothingAnswersAsDescribed() throws {
        let probe = try AdminProbe()
        try probe.node.addUsers("alice")
        for (path, methods) in probe.description.operations where methods.contains("GET") && path != "/metrics" {
            if path == "/healthz" { continue }
            let answer = try probe.get(AdminProbe.example(of: path))
            // There are no groups, no messages and no bots yet.
            let mayBeMissing = path.hasSuffix("/groups/{id}") || path.hasSuffix("/messages/{id}")
                || path.hasSuffix("/bots/{id}/tokens")
            #expect(answer.status == (mayBeMissing ? 404 : 200), "\(path)")
        }
    }

    private static let badParameters = [
        ("/admin/v1/users?limit=0", "limit must be from 1 to 200"),
        ("/admin/v1/users?limit=201", "limit must be from 1 to 200"),
        ("/admin/v1/users?limit=ten", "limit must be a whole number"),
        ("/admin/v1/users?limit=%2B5", "limit must be a whole number"),
        ("/admin/v1/users?limit=5&limit=6", "limit is given twice"),
        ("/admin/v1/users?lmit=5", "a parameter of the query is unknown; there are: limit, cursor, prefix, search"),
        ("/admin/v1/users?prefix=", "prefix must not be empty"),
        ("/admin/v1/users?prefix=a%00b", "prefix must have no control characters"),
        ("/admin/v1/users?cursor=zz", "cursor must be the next_cursor of an answer"),
        ("/admin/v1/audit?cursor=6161", "cursor must be the next_cursor of an answer"),
        ("/admin/v1/users/0", "id must be from 1 to 2147483647"),
        ("/admin/v1/users/alice", "id must be a whole number"),
        ("/admin/v1/users/99999999999999999999", "id must be a whole number"),
        ("/admin/v1/log-level?x=1", "this page takes no parameters in its query"),
    ]

    @Test func parametersAreChecked() throws {
        let probe = try AdminProbe()
        for (path, message) in Self.badParameters {
            let answer = try probe.get(path)
            #expect(answer.status == 400, "\(path)")
            #expect(answer.message == message)
        }
    }

    private static let badBodies = [
        (#"{}"#, "name is missing"), (#"{"name":1}"#, "name must be a text"), (#"[]"#, "the body must be an object"),
        (#"{"name":"","password":"password"}"#, "name must not be empty"),
        (#"{"name":" a","password":"password"}"#,
            "name cannot be a name: it starts or ends with a blank"),
        (#"{"name":"a","password":"password","name":"b"}"#, "name is given twice"),
        (#"{"name":"a","password":"password","admin":true}"#,
            "admin is unknown; there are: name, nick, password, department_id"),
        (#"{"name":"a","password":"password","department_id":-1}"#, "department_id must be from 0 to 2147483647"),
        (#"{"name":"a","password":"password","department_id":"1"}"#, "department_id must be a whole number"),
        (#"{"name":"a","password":"password","department_id":1.5}"#,
            "the body is no JSON, or has a number that is not whole"),
        (#"{"name":"a","password":"password""#, "the body is no JSON, or has a number that is not whole"),
        (#"{"name":"a","password":"short"}"#, "password must have from 8 to 256 characters"),
        (#"{"name":"a,b","password":"password"}"#,
            "name cannot be a name: it contains ',', which stands between names"),
        ("", "the body is no JSON, or has a number that is not whole"),
        (
            #"{"name":"a","password":"passw\u0000rd"}"#,
            "password has control characters, which not every keyboard can type"
        ),
    ]

    @Test func bodiesAreChecked() throws {
        let probe = try AdminProbe()
        for (body, message) in Self.badBodies {
            let answer = try probe.ask(.post, "/admin/v1/users", body)
            #expect(answer.status == 400, "\(body)")
            #expect(answer.message == message)
        }
        #expect(try probe.node.database.execute("select count(*) from account") == "0")
        #expect(try probe.node.database.execute("select count(*) from admin_audit") == "0")
    }

    @Test func listsAreCheckedItemByItem() throws {
        let probe = try AdminProbe()
        let answer = try probe.ask(.post, "/admin/v1/groups/1/members", #"{"user_ids":[1,2,"x"]}"#)
        #expect(answer.message == "user_ids[2] must be a whole number")
        #expect(answer.body["error"]?["details"]?["field"]?.text == "user_ids[2]")
        #expect(try probe.ask(.post, "/admin/v1/groups/1/members", #"{"user_ids":[]}"#).status == 400)
        #expect(try probe.ask(.delete, "/admin/v1/groups/1", "{}").message == "this page takes no body")
    }

    @Test func everyRefusalHasTheSameForm() throws {
        let probe = try AdminProbe()
        func code(_ reply: HTTPReply) -> String? {
            #expect(reply.field("content-type") == "application/json")
            let error = JSON(reading: reply.body)?["error"]
            #expect(error?["request_id"]?.text == reply.field("x-request-id"))
            #expect(error?["details"] != nil && error?["message"]?.text?.isEmpty == false)
            return error?["code"]?.text
        }
        let unknown = try probe.send(.get, "/nothing")
        #expect(unknown.status == 404 && code(unknown) == "not_found")
        let method = try probe.send(.put, "/admin/v1/users")
        #expect(method.status == 405 && code(method) == "method_not_allowed")
        #expect(method.field("allow") == "GET, HEAD, OPTIONS, POST")
        let large = try probe.send(.post, "/admin/v1/users", String(repeating: " ", count: 65 << 10))
        #expect(large.status == 413 && code(large) == "body_too_large")
        let target = try probe.send(.get, "/%zz")
        #expect(target.status == 400 && code(target) == "bad_request")
        let type = try probe.send(.post, "/admin/v1/users", "{}", fields: ["Content-Type": "text/plain"])
        #expect(type.status == 415 && code(type) == "media_type")
    }

    @Test func requestsKeepTheNamesTheirClientsGive() throws {
        let probe = try AdminProbe()
        #expect(
            try probe.ask(.get, "/admin/v1/config", fields: ["X-Request-ID": "job-7.A_b"]).reply.field("x-request-id")
                == "job-7.A_b")
        for name in ["", "a b", String(repeating: "n", count: 65), "a;b"] {
            let answer = try probe.ask(.get, "/admin/v1/config", fields: ["X-Request-ID": name])
            let given = answer.reply.field("x-request-id")
            #expect(given != name && given?.count == 32)
        }
        #expect(try probe.send(.get, "/healthz", fields: ["X-Request-ID": "probe"]).field("x-request-id") == "probe")
    }

    @Test func probesMayAddWhatTheyLike() throws {
        let probe = try AdminProbe()
        #expect(try probe.send(.get, "/healthz?now=1", token: nil).status == 200)
        #expect(try probe.send(.get, "/metrics?name=x", token: nil).status == 200)
    }

    @Test func pagesFollowEachOtherWithoutGapsAndRepeats() throws {
        let probe = try AdminProbe()
        let names = (1...7).map { "user\($0)" } + ["other", "Übung"]
        for name in names { try probe.node.addUsers(name) }
        func walk(_ path: String) throws -> [[String]] {
            var pages: [[String]] = []
            var cursor: String?
            repeat {
                let answer = try probe.get(path + (cursor.map { "&cursor=\($0)" } ?? ""))
                pages.append(answer["items"]?.items.compactMap { $0["name"]?.text } ?? [])
                cursor = answer["next_cursor"]?.text
            } while cursor != nil
            return pages
        }
        let pages = try walk("/admin/v1/users?limit=4")
        #expect(pages.map(\.count) == [4, 4, 1])
        #expect(Set(pages.flatMap { $0 }) == Set(names))
        #expect(try walk("/admin/v1/users?limit=7&prefix=user") == [(1...7).map { "user\($0)" }])
        #expect(try walk("/admin/v1/users?limit=9").count == 1)
        for name in ["A", "B", "C"] {
            #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"\#(name)"}"#).status == 201)
        }
        #expect(try walk("/admin/v1/departments?limit=2") == [["A", "B"], ["C"]])
        for name in ["X", "Y", "Z"] {
            let body = #"{"name":"\#(name)","creator_id":1,"member_ids":[1]}"#
            #expect(try probe.ask(.post, "/admin/v1/groups", body).status == 201)
        }
        #expect(try walk("/admin/v1/groups?limit=1") == [["X"], ["Y"], ["Z"]])
    }
}
