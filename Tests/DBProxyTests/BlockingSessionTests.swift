import Glibc
import PostgresKit
import Testing

@testable import DBProxy
@testable import Reactor

/// What a node that starts, and every tool, says of a database that refuses.
@Suite struct BlockingSessionTests {
    private func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("a refusal has its SQLSTATE, and not the place in the server's source")
    func statements() throws {
        let database = try TestDatabase()
        let session = try BlockingSession(PostgresAddress(database.connectionString))
        let refusals = [
            refusal { try session.execute("select no_such_column from account", step: 7) },
            refusal { _ = try session.number("select no_such_column from account") },
            refusal { _ = try session.row("select no_such_column from account", []) },
        ]
        for refusal in refusals {
            #expect(refusal.contains("42703") && !refusal.contains("LOCATION"), "\(refusal)")
        }
    }

    @Test("so has that of a server which lets nobody in")
    func connections() throws {
        let database = try TestDatabase()
        let elsewhere = try PostgresAddress(database.connectionString + " dbname=no_such_database")
        let refusal = refusal { _ = try BlockingSession(elsewhere) }
        #expect(refusal.contains("3D000") && !refusal.contains("LOCATION"), "\(refusal)")
    }

    @Test("an address that takes connections and says nothing is named")
    func silence() throws {
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        #expect(listen(silent, 8) == 0)
        let port = try #require(SocketAddress(nameOf: silent)?.port)
        let refusal = refusal {
            _ = try BlockingSession(PostgresAddress("host=127.0.0.1 port=\(port) user=x dbname=x"))
        }
        #expect(refusal.contains("port \(port) failed: it is silent"), "\(refusal)")
    }

    @Test("so is one that falls silent later")
    func laterSilence() throws {
        let database = try TestDatabase()
        let words = database.connectionString.split(separator: " ")
        let port = try #require(words.first { $0.hasPrefix("port=") }.flatMap { UInt16($0.dropFirst(5)) })
        let relay = try PostgresRelay(to: port)
        defer { relay.stop() }
        let string = database.connectionString.replacing("port=\(port)", with: "port=\(relay.port)")
        let session = try BlockingSession(PostgresAddress(string), patience: .milliseconds(500))
        #expect(try session.number("select 7") == 7)
        relay.forgetConnections()
        let refusals = [
            refusal { _ = try session.number("select 7") }, refusal { _ = try session.row("select 7", []) },
        ]
        #expect(refusals[0].contains(":\(relay.port)/\(database.name) is silent"), "\(refusals)")
        #expect(!refusals[1].isEmpty)
    }

    @Test("silence has a limit, whatever the string says of the number of hosts", arguments: [
        ("host=a", "3"), ("host=a,b", "3"), ("host=a connect_timeout=60", "60"), ("host=a connect_timeout=0", "0"),
    ])
    func limits(string: String, limit: String) throws {
        let address = try PostgresAddress(string)
        unsafe address.withParameters(hosts: nil, applicationName: "test") { keywords, values in
            var index = 0
            while let keyword = unsafe keywords[index], unsafe String(cString: keyword) != "connect_timeout" {
                index += 1
            }
            #expect(unsafe values[index].map { unsafe String(cString: $0) } == limit)
        }
    }
}
