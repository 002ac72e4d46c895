import Administration
import HTTPCore
import Node
import PostgresKit
import PostgresKit
import Primitives
import SocketKit
import Testing
import WaitKit
import WireKit

/// Who may do what on the administration port.
@Suite(.timeLimit(.minutes(5))) struct AdminAuthorityTests {
    private func token(_ name: String, _ scopes: [String], at probe: AdminProbe) throws -> String {
        try Administrator(probe.node.database.address).createToken(name, scopes: scopes)
    }

    /// An operation with something in place of its parameters.
    @Test func everyPageNeedsATokenWithItsScope() throws {
        let probe = try AdminProbe()
        let tokens = try ["read", "write", "ops", "messages"].map { ($0, try token("only-\($0)", [$0], at: probe)) }
        var seen: Set<String> = []
        for (path, methods) in probe.description.operations {
            for method in methods {
                let operation = try #require(probe.description.operation(method, path))
                guard let scope = operation["x-scope"]?.text else {
                    #expect(["/healthz", "/readyz", "/metrics", "/version"].contains(path))
                    #expect(try probe.send(.get, path, token: nil).status == 200)
                    continue
                }
                #expect(path.hasPrefix("/admin/v1/"))
                #expect((scope == "read" || scope == "messages") == (method == "GET"))
                seen.insert(scope)
                let (method, path) = (HTTPMethod(rawValue: method), AdminProbe.example(of: path))
                let stranger = try probe.ask(method, path, token: nil)
                #expect(stranger.status == 401)
                #expect(stranger.error == "unauthorized")
                #expect(stranger.message.contains("talkctl token create"))
                #expect(stranger.reply.field("www-authenticate") == #"Bearer realm="grapevine""#)
                for (other, token) in tokens where other != scope {
                    let refused = try probe.ask(method, path, token: token)
                    #expect(refused.status == 403)
                    #expect(refused.message == "the token lacks the scope '\(scope)'")
                    #expect(refused.reply.field("www-authenticate")?.contains(#"scope="\#(scope)""#) == true)
                }
            }
        }
        #expect(seen == ["read", "write", "ops", "messages"])
        // None of these refusals has done anything, nor has it been noted as a write.
        #expect(try probe.node.database.execute("select count(*) from admin_audit") == "0")
    }

    @Test func aTokenOpensWhatItsScopesSay() throws {
        let probe = try AdminProbe()
        let reader = try token("reader", ["read"], at: probe)
        #expect(try probe.ask(.get, "/admin/v1/users", token: reader).status == 200)
        let both = try token("both", ["read", "write"], at: probe)
        #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"Sales"}"#, token: both).status == 201)
        #expect(try probe.ask(.get, "/admin/v1/departments", token: both).status == 200)
        #expect(
            try probe.node.database.execute(
                "select last_used_on = current_date from admin_token where name = 'both'") == "t")
    }

    private static let strangers = [
        "Bearer", "Bearer ", "Basic dDp0", "bearer", "Bearer gva_", "Bearer " + String(repeating: "t", count: 39),
        "Bearer gva_" + String(repeating: "0", count: 64), "Bearer " + String(repeating: "t", count: 600),
    ]

    @Test func anythingElseIsRefused() throws {
        let probe = try AdminProbe()
        for field in Self.strangers {
            let answer = try probe.ask(.get, "/admin/v1/users", token: nil, fields: ["Authorization": field])
            #expect(answer.status == 401, "\(field)")
        }
    }

    @Test func theWordBearerIsOfAnyCase() throws {
        let probe = try AdminProbe()
        let field = "bEARER  " + TestNode.adminToken
        #expect(try probe.ask(.get, "/admin/v1/users", token: nil, fields: ["Authorization": field]).status == 200)
    }

    @Test func aRevokedTokenIsSoonWorthless() async throws {
        let probe = try AdminProbe()
        let token = try token("gone", ["read"], at: probe)
        #expect(try probe.ask(.get, "/admin/v1/log-level", token: token).status == 200)
        try Administrator(probe.node.database.address).revokeToken("gone")
        try await eventually { try probe.ask(.get, "/admin/v1/log-level", token: token).status != 200 }
        let refused = try probe.ask(.get, "/admin/v1/log-level", token: token)
        #expect(refused.status == 401)
        #expect(refused.reply.field("www-authenticate")?.contains(#"error="invalid_token""#) == true)
    }

    @Test func withoutTheDatabaseTheConfiguredTokenStillWorks() async throws {
        let probe = try AdminProbe()
        let token = try token("reader", ["read", "ops"], at: probe)
        try probe.node.database.takeAway()
        try await eventually { !probe.node.node.isReady }
        #expect(try probe.ask(.get, "/admin/v1/nodes").status == 200)
        let unknown = try probe.ask(.get, "/admin/v1/nodes", token: token)
        #expect(unknown.status == 503)
        #expect(unknown.error == "database_unavailable")
        #expect(unknown.reply.field("retry-after") == "1")
        // What an operator needs just then is done although it cannot be noted; other writes are not.
        #expect(try probe.ask(.put, "/admin/v1/log-level", #"{"level":"debug"}"#).status == 200)
        #expect(try probe.ask(.post, "/admin/v1/departments", #"{"name":"Sales"}"#).status == 503)
        try probe.node.database.giveBack()
        try await eventually { probe.node.node.isReady }
    }

    @Test func withoutAnyTokenNobodyGetsIn() throws {
        let node = try TestNode(nil, ["admin.token": ""])
        for token in [nil, "", TestNode.adminToken] {
            let reply = try AdminProbe.send(.get, "/admin/v1/nodes", nil, token, [:], to: node)
            #expect(reply.status == 401)
            #expect(String(decoding: reply.body, as: UTF8.self).contains("talkctl token create"))
        }
    }

    @Test func guessingIsSlowedDown() async throws {
        let probe = try AdminProbe()
        let known = try token("known", ["read"], at: probe)
        let guesses = (0..<99).map { number in
            let guess = "gva_" + String(repeating: "0", count: 60) + String(1000 + number)
            return "GET /admin/v1/log-level HTTP/1.1\r\nHost: n\r\nAuthorization: Bearer \(guess)\r\n"
                + (number == 98 ? "Connection: close\r\n\r\n" : "\r\n")
        }
        let guesser = try await StreamProbe.connect(to: probe.node.node.adminAddress)
        #expect(try probe.ask(.get, "/admin/v1/log-level", token: known).status == 200)
        guesser.send(Array(guesses.joined().utf8))
        let answers = String(decoding: try await guesser.ending(within: .seconds(30)).rest, as: UTF8.self)
        let (unknown, refused) = (
            answers.ranges(of: "HTTP/1.1 401 ").count, answers.ranges(of: "HTTP/1.1 429 ").count
        )
        #expect(unknown + refused == 99)
        #expect(unknown >= 50 && refused > 0)
        #expect(try probe.ask(.get, "/admin/v1/log-level").status == 200)
        // Who was known before is not in the way of the guesser behind the same address.
        #expect(try probe.ask(.get, "/admin/v1/log-level", token: known).status == 200)
        #expect(try probe.node.metric("grapevine_admin_tokens_unknown_total") == unknown)
        let events = try probe.get("/admin/v1/events")["items"]?.items ?? []
        // A node keeps its last 50 lines.
        #expect(events.count { $0["event"]?.text == "admin_token_unknown" } == min(unknown, 50))
    }

    @Test func namesOfTokensArePlain() throws {
        let database = try TestDatabase()
        let administrator = try Administrator(database.address)
        for name in ["", "A", "a.b", "-a", "a b", "ä", String(repeating: "n", count: 65)] {
            #expect(throws: AdministrationError.self) { try administrator.createToken(name, scopes: ["read"]) }
        }
    }
}
