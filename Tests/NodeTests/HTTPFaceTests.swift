import DBProxy
import Node
import PostgresKit
import Reactor
import Settings
import SocketKit
import Testing
import WaitKit
import WireKit

/// The HTTP faces of a running node.
@Suite(.timeLimit(.minutes(5))) struct HTTPFaceTests {
    private func get(_ path: String, at address: SocketAddress) async throws -> String {
        let probe = try await StreamProbe.connect(to: address)
        probe.send([UInt8]("GET \(path) HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n".utf8))
        return String(decoding: try await probe.ending().rest, as: UTF8.self)
    }

    @Test func discoveryTellsClientsWhereToGoAsTheyReadIt() async throws {
        let node = try TestNode(nil, ["client.advertise": "chat.example.org:8000"])
        let answer = try await get("/msg_server", at: node.node.httpAddress)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("Content-Type: text/html;charset=utf-8\r\n"))
        // The port is a string: two of the clients read nothing else.
        #expect(answer.hasSuffix(
            #"{"code":0,"msg":"","priorIP":"chat.example.org","backupIP":"chat.example.org","port":"8000","#
                + #""msfsPrior":"","msfsBackup":"","#
                + #""discovery":"http://chat.example.org:\#(node.node.httpAddress.port)/api/discovery"}"#))
    }

    @Test("/msg_server is asked as that of the original, and repeats no name that it does not know", arguments: [
        "GET /msg_server HTTP/1.0\r\n", "GET /msg_server HTTP/1.0\r\nHost: evil.example\r\n",
        "POST /msg_server HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n",
        "POST /msg_server HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\n",
        "POST /msg_server HTTP/1.0\r\nContent-Length: 5\r\n",
        "GET /msg_server/ HTTP/1.1\r\nHost: evil.example\r\n",
        "GET /msg_server?a=b HTTP/1.1\r\nHost: evil.example\r\n",
        "GET /msg_server_list/of/all HTTP/1.1\r\nHost: evil.example:80\r\n",
        "POST /msg_server/x HTTP/1.1\r\nHost: evil.example\r\n",
        "GET http://evil.example/msg_server HTTP/1.1\r\nHost: evil.example\r\n",
    ])
    func discoveryIsAskedInManyWays(head: String) async throws {
        let node = try TestNode(nil, ["client.advertise": "chat.example.org:8000"])
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        let body = head.contains("Content-Length: 5") ? "a=b&c" : ""
        probe.send([UInt8]("\(head)Connection: close\r\n\r\n\(body)".utf8))
        let answer = String(decoding: try await probe.ending().rest, as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
        #expect(answer.contains(#"{"code":0,"msg":"","priorIP":"chat.example.org","#))
        #expect(!answer.contains("evil"))
    }

    @Test("B54: the metrics page is made anew for those who scrape, not for those who ask without end")
    func metricsAreNotMadeForEachRequest() async throws {
        let node = try TestNode()
        let turns = { (page: String) in
            page.split(separator: "\n").first { $0.hasPrefix("grapevine_loop_turns_total ") }.map(String.init)
        }
        let begin = ContinuousClock.now
        var pages: [String] = []
        for _ in 0..<300 { pages.append(try #require(turns(try await get("/metrics", at: node.node.adminAddress)))) }
        let seconds = Int((ContinuousClock.now - begin).components.seconds) + 1
        #expect(Set(pages).count <= 11 + 5 * seconds)
        // The loops turn, and a scrape sees it.
        try await eventually { turns(try await get("/metrics", at: node.node.adminAddress)) != pages.last }
    }

    @Test("what does not begin with /msg_server is not that", arguments: [
        "GET /msg_serve HTTP/1.1", "GET /x/msg_server HTTP/1.1", "GET /MSG_SERVER HTTP/1.1",
        "GET //msg_server HTTP/1.1",
    ])
    func otherPathsAreNot(line: String) async throws {
        let node = try TestNode()
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        probe.send([UInt8]("\(line)\r\nHost: node\r\nConnection: close\r\n\r\n".utf8))
        let answer = String(decoding: try await probe.ending().rest, as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 404"), "\(answer)")
    }

    @Test func behindAProxyTheLinksHaveItsAddress() async throws {
        let node = try TestNode(
            nil, ["http.advertise": "https://im.example.org", "client.advertise": "im.example.org:8000"])
        let answer = try await get("/msg_server", at: node.node.httpAddress)
        #expect(answer.hasSuffix(#""discovery":"https://im.example.org/api/discovery"}"#))
        for wrong in ["im.example.org", "https://im.example.org/x"] {
            #expect(throws: ConfigurationError.self) { try TestNode(nil, ["http.advertise": wrong]) }
        }
    }

    @Test func aConnectionServesOneRequestAfterTheOther() async throws {
        let node = try TestNode()
        let probe = try await StreamProbe.connect(to: node.node.adminAddress)
        let request = [UInt8]("GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n".utf8)
        for _ in 0..<3 {
            probe.send(request)
            _ = try await probe.receive { bytes in
                let answer = String(decoding: bytes, as: UTF8.self)
                return answer.hasSuffix("ok\n") ? (answer, bytes.count) : nil
            }
        }
        // And requests that did not wait for the answers.
        probe.send(request + request + request)
        _ = try await probe.receive { bytes in
            String(decoding: bytes, as: UTF8.self).split(separator: "ok\n").count == 3 ? (true, bytes.count) : nil
        }
    }

    @Test func readinessSaysWhyNotAndDiscoverySendsNobody() async throws {
        let node = try TestNode()
        #expect(try await get("/readyz", at: node.node.adminAddress).hasPrefix("HTTP/1.1 200 OK\r\n"))
        try node.database.takeAway()
        try await eventually { !node.node.isReady }
        let readiness = try await get("/readyz", at: node.node.adminAddress)
        #expect(readiness.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(readiness.contains(#""code":"postgres_unavailable""#))
        #expect(try await get("/healthz", at: node.node.adminAddress).hasSuffix("ok\n"))
        #expect(try await get("/msg_server", at: node.node.httpAddress).hasSuffix(
            #"{"code":1,"msg":"没有msg_server"}"#))
        try node.database.giveBack()
        try await eventually { node.node.isReady }
    }

    @Test func metricsAndVersionAnswerAndUnknownPathsDoNot() async throws {
        let node = try TestNode()
        #expect(try await get("/metrics", at: node.node.adminAddress).contains("\ngrapevine_sessions 0\n"))
        let page = try await get("/metrics", at: node.node.adminAddress)
        #expect(page.contains("\ngrapevine_ready 1\n") && page.contains("\ngrapevine_draining 0\n"))
        #expect(page.contains(#"grapevine_build_info{schema="\#(Migrator.latest)",version="#))
        #expect(try node.metric("process_open_fds") > 5)
        #expect(try node.metric("process_resident_memory_bytes") > 1 << 20)
        #expect(try node.metric("process_max_fds") > 100)
        #expect(try node.metric("process_start_time_seconds") > 1_700_000_000)
        #expect(page.contains("\nprocess_cpu_seconds_total ") && !page.contains("grapevine_redis_ready"))
        #expect(try await get("/version", at: node.node.adminAddress).contains(#""schema":\#(Migrator.latest)"#))
        #expect(try await get("/metrics", at: node.node.httpAddress).hasPrefix("HTTP/1.1 404"))
        #expect(try await get("/nothing", at: node.node.adminAddress).hasPrefix("HTTP/1.1 404"))
    }
}
