import DBProxy
import Node
import PostgresKit
import Reactor
import SocketKit
import Testing
import WireKit

/// The HTTP faces of a running node.
@Suite struct HTTPFaceTests {
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

    @Test func behindAProxyTheLinksHaveItsAddress() async throws {
        let node = try TestNode(nil, ["http.advertise": "https://im.example.org"])
        let answer = try await get("/msg_server", at: node.node.httpAddress)
        #expect(answer.hasSuffix(#""discovery":"https://im.example.org/api/discovery"}"#))
        #expect(throws: (any Error).self) { try TestNode(nil, ["http.advertise": "im.example.org"]) }
        #expect(throws: (any Error).self) { try TestNode(nil, ["http.advertise": "https://im.example.org/x"]) }
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
        while node.node.isReady { await Task.yield() }
        let readiness = try await get("/readyz", at: node.node.adminAddress)
        #expect(readiness.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(readiness.contains(#""code":"postgres_unavailable""#))
        #expect(try await get("/healthz", at: node.node.adminAddress).hasSuffix("ok\n"))
        #expect(try await get("/msg_server", at: node.node.httpAddress).hasSuffix(
            #"{"code":1,"msg":"没有msg_server"}"#))
        try node.database.giveBack()
        while !node.node.isReady { await Task.yield() }
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
