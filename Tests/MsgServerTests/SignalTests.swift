import Foundation
import PostgresKit
import SocketKit
import Testing

@testable import Reactor
@testable import msg_server

/// What a process of a node does when it gets a signal, and when it has no descriptors left.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SignalTests {
    @Test func signalsThatMeanNothingEndNothing() throws {
        let server = try ServerProcess(TestDatabase())
        _ = try server.line(of: "node_started")
        for signal in [SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGPIPE, SIGIO, SIGPWR, SIGSTKFLT, 40] {
            server.send(signal)
            #expect(try server.line(of: "signal_ignored").contains(#""number":\#(signal)"#))
        }
        server.send(SIGHUP)
        _ = try server.line(of: "reloaded")
        server.send(SIGTERM)
        _ = try server.line(of: "node_stopped")
        #expect(server.end() == 0)
    }

    @Test(arguments: [SIGQUIT, SIGINT, SIGTERM])
    func aNodeIsAskedToEnd(signal: Int32) throws {
        let server = try ServerProcess(TestDatabase())
        _ = try server.line(of: "node_started")
        server.send(signal)
        _ = try server.line(of: "node_stopped")
        #expect(server.end() == 0)
    }

    /// Nothing listens there, and something that never answers.
    @Test(arguments: [false, true])
    func oneThatWaitsForPostgreSQLEndsAtOnce(isSilent: Bool) throws {
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        var port: UInt16 = 1
        if isSilent {
            #expect(listen(silent, 8) == 0)
            port = try #require(Self.port(of: silent))
        }
        let server = try ServerProcess(
            nil, ["postgres.dsn": "host=127.0.0.1 port=\(port) user=x dbname=x connect_timeout=60"])
        if !isSilent { _ = try server.line(of: "postgres_unreachable") }
        server.send(SIGTERM)
        if !isSilent { _ = try server.line(of: "start_ended") }
        #expect([0, -SIGTERM].contains(server.end()))
    }

    @Test func aDatabaseThatSaysNothingIsNamed() throws {
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        #expect(listen(silent, 8) == 0)
        let port = try #require(Self.port(of: silent))
        let server = try ServerProcess(nil, ["postgres.dsn": "host=127.0.0.1 port=\(port) user=x dbname=x"])
        let line = try server.line(of: "postgres_unreachable")
        #expect(line.contains(#""address":"127.0.0.1:\#(port)"#) && line.contains("it is silent"), "\(line)")
        server.send(SIGTERM)
        #expect([0, -SIGTERM].contains(server.end()))
    }

    @Test func aPortThatIsTakenIsNamedWithItsSetting() throws {
        let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(taken) }
        #expect(listen(taken, 8) == 0)
        let port = try #require(Self.port(of: taken))
        let database = try TestDatabase()
        for setting in ["client.listen", "http.listen", "admin.listen", "bus.listen"] {
            let server = try ServerProcess(database, [setting: "127.0.0.1:\(port)"])
            let reason = try server.line(of: "start_failed")
            #expect(reason.contains("\(setting): cannot listen on 127.0.0.1:\(port): bind: Address already in use"))
            #expect(server.end() == 1)
        }
    }

    /// Clients, and callers of public HTTP, take what there is; who administers gets in, and is told.
    @Test func administratorsGetInWhenDescriptorsAreShort() async throws {
        let server = try ServerProcess(TestDatabase(), limit: 256)
        #expect(try server.line(of: "files_limited").contains(#""files":256"#))
        let started = try server.line(of: "node_started")
        let address = { (name: String) throws in
            SocketAddress.loopback(port: try #require(ServerProcess.port(name, in: started)))
        }
        var crowd: [StreamProbe] = []
        for _ in 0..<200 { crowd.append(try await StreamProbe.connect(to: try address("client"))) }
        for _ in 0..<100 { crowd.append(try await StreamProbe.connect(to: try address("http"))) }
        let admin = try await StreamProbe.connect(to: try address("admin"))
        admin.send([UInt8]("GET /healthz HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n".utf8))
        #expect(String(decoding: try await admin.ending().rest, as: UTF8.self).hasSuffix("ok\n"))
        for probe in crowd { probe.close() }
        server.send(SIGTERM)
        _ = try server.line(of: "node_stopped")
        #expect(server.end() == 0)
    }

    private static func port(of descriptor: Int32) -> UInt16? {
        SocketAddress(nameOf: descriptor)?.port
    }
}
