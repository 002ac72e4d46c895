import HTTPCore
@testable import NodeAdmin
import Primitives
import Reactor
import Testing

/// The pages that a node answers from what it knows.
@Suite struct PageTests {
    @Test func aNodeWithoutObstaclesIsReady() throws {
        let facts = Facts { $0.impairments = [Obstacle(code: "redis_unavailable", message: "slower")] }
        let page = try Page("/readyz", of: HealthRoutes.all(facts))
        #expect(page.status == .ok && page.body["status"]?.text == "ready")
        #expect(page.body["reasons"]?.items.isEmpty == true)
        #expect(page.body["warnings"]?.items.map { $0["code"]?.text } == ["redis_unavailable"])
    }

    @Test func obstaclesAreNamed() throws {
        let facts = Facts { $0.obstacles = [Obstacle(code: "draining", message: "its clients are let go")] }
        let page = try Page("/readyz", of: HealthRoutes.all(facts))
        #expect(page.status == .serviceUnavailable && page.body["status"]?.text == "not_ready")
        #expect(page.body["reasons"]?.items.first?["message"]?.text == "its clients are let go")
        // For other nodes the same is an answer like any other.
        #expect(try Page("/admin/v1/readiness", of: HealthRoutes.all(facts)).status == .ok)
    }

    @Test func pagesForPrograms() throws {
        let routes = HealthRoutes.all(Facts())
        #expect(try Page("/healthz", of: routes).bytes == Array("ok\n".utf8))
        #expect(try Page("/metrics", of: routes).bytes == Array("grapevine_up 1\n".utf8))
        let version = try Page("/version", of: routes).body
        #expect(version["node"]?.text == "node1" && version["schema"]?.integer == 12)
    }

    @Test func secretsAreNotShown() throws {
        let facts = Facts {
            $0.settings = [
                SettingRecord(name: "admin.token", value: nil, source: "g.conf:1", reloads: false),
                SettingRecord(name: "limits.text", value: "16KiB", source: "default", reloads: true),
            ]
        }
        let items = try Page("/admin/v1/config", of: OperationRoutes.all(facts)).items
        #expect(items.map { $0["value"]?.text } == [nil, "16KiB"])
        #expect(items.map { $0["reloads"]?.isTrue } == [false, true])
    }

    @Test func theLogLevelIsSet() throws {
        let routes = OperationRoutes.all(Facts())
        let body = JSON.object([("level", .string("warn"))])
        #expect(try Page(.put, "/admin/v1/log-level", body, of: routes).body["level"]?.text == "warn")
        #expect(try Page("/admin/v1/log-level", of: routes).body["level"]?.text == "warn")
        let route = try #require(routes.first { $0.method == .put })
        #expect(route.body?.flaw(in: .object([("level", .string("loud"))]))?.place == "level")
    }

    @Test func listsComeInPages() throws {
        let session = LocalSession(device: "pc", clientType: 1, status: 1, login: 5, seconds: 7)
        let routes = SessionRoute.all(Facts { $0.sessions = (1...5).map { ($0, [session]) } })
        let first = try Page("/admin/v1/sessions?limit=2", of: routes)
        #expect(first.items.map { $0["user"]?.integer } == [1, 2])
        let cursor = try #require(first.body["next_cursor"]?.text)
        let second = try Page("/admin/v1/sessions?limit=3&cursor=\(cursor)", of: routes)
        #expect(second.items.map { $0["user"]?.integer } == [3, 4, 5])
        #expect(second.body["next_cursor"]?.text == nil)
        for wrong in ["zz", Cursor.of("x"), Cursor.of("-1"), Cursor.of("4294967296"), Cursor.of("2147483648")] {
            #expect(try Page("/admin/v1/sessions?cursor=\(wrong)", of: routes).code == "cursor_invalid")
        }
    }

    @Test(arguments: [
        ("limit=0", "limit must be from 1 to 200"), ("limit=201", "limit must be from 1 to 200"),
        ("limit=02", "limit must be a whole number"), ("limit=2&limit=3", "limit is given twice"),
        ("size=3", "a parameter of the query is unknown; there are: limit, cursor, node"),
    ])
    func aQueryIsHeldAgainstTheDescription(query: String, message: String) throws {
        let page = try Page("/admin/v1/sessions?\(query)", of: SessionRoute.all(Facts()))
        #expect(page.status == .badRequest && page.code == "invalid_request" && page.message == message)
    }

    @Test func whoAsksByANameOfThisMachineIsLocal() throws {
        let near = try #require(SocketAddress(numeric: "127.0.0.1", port: 5))
        let far = try #require(SocketAddress(numeric: "192.0.2.7", port: 5))
        for (host, peer, isLocal) in [
            ("localhost:8080", far, true), ("[::1]:8080", far, true), ("127.0.0.1", near, true), (nil, near, true),
            ("im.example.org:8080", near, false), (nil, far, false),
        ] as [(String?, SocketAddress, Bool)] {
            #expect(LookupCaller(host: host, peer).isLocal == isLocal, "\(host ?? "no name")")
        }
        // A name that somebody made up leads into no link.
        let facts = Facts()
        #expect(LookupCaller(host: "evil.example:80", far).url(ifKnownTo: facts) == facts.publicURL)
        #expect(LookupCaller(host: "im.example.org:81", far).url(ifKnownTo: facts) == "http://im.example.org:81")
    }
}
