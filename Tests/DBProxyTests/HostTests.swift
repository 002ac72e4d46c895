@testable import DBProxy
import Glibc
import PostgresKit
import Reactor
import TalkProtocol
import Testing

/// Connection strings with several hosts, and names with several addresses.
@Suite(.timeLimit(.minutes(5))) struct HostTests {
    @Test(arguments: [
        ("host=a,b port=1,2", [PostgresHost(host: "a", port: "1"), PostgresHost(host: "b", port: "2")]),
        ("host=a,b port=1", [PostgresHost(host: "a", port: "1"), PostgresHost(host: "b", port: "1")]),
        ("host=a hostaddr=::1", [PostgresHost(host: "a", address: "::1")]),
        ("hostaddr=10.0.0.1,10.0.0.2", [PostgresHost(address: "10.0.0.1"), PostgresHost(address: "10.0.0.2")]),
        ("postgresql://a:1,b:2/db", [PostgresHost(host: "a", port: "1"), PostgresHost(host: "b", port: "2")]),
        ("dbname=x", [PostgresHost()]),
    ])
    func hostsAreRead(string: String, hosts: [PostgresHost]) throws {
        #expect(try PostgresAddress(string).hosts == hosts)
    }

    @Test(arguments: ["host=a,b port=1,2,3", "host=a hostaddr=::1,::2", "host=a port=1,2"])
    func listsThatDoNotFitAreRefused(string: String) {
        #expect(throws: PostgresAddress.Malformed.self) { try PostgresAddress(string) }
    }

    @Test func onlyNamesAreLookedUp() {
        #expect(PostgresHost(host: "a").needsLookup)
        let others = [
            PostgresHost(), PostgresHost(host: "/run"), PostgresHost(host: "@x"), PostgresHost(address: "::1"),
        ]
        #expect(others.allSatisfy { !$0.needsLookup })
    }

    @Test("the second host of a connection string is tried when the first one refuses")
    func theSecondHost() async throws {
        let database = try TestDatabase()
        let both = database.connectionString
            .replacing("host=127.0.0.1", with: "host=127.0.0.1,127.0.0.1").replacing("port=", with: "port=1,")
        let probe = try await DatabaseProbe(database, connectionString: both)
        #expect(try await probe.call { $0.profiles(of: [UserID(1)], $1) } == [])
    }

    @Test("a node that starts looks at every server that is named, and takes the one that it can use")
    func theServerAtTheStart() throws {
        let database = try TestDatabase()
        let both = database.connectionString
            .replacing("host=127.0.0.1", with: "host=127.0.0.1,127.0.0.1").replacing("port=", with: "port=1,")
        let registry = try NodeRegistry(PostgresAddress(both))
        #expect(registry.server == (try NodeRegistry(database.address).server))
        #expect(try registry.enlist("node1").number == 1)
        let none = both.replacing("dbname=\(database.name)", with: "dbname=nothing_here")
        #expect(throws: Migrator.Failure.self) { try NodeRegistry(PostgresAddress(none)) }
    }

    @Test("localhost is ::1 first where the server listens on 127.0.0.1 only")
    func theAddressThatAnswersIsFound() async throws {
        let database = try TestDatabase()
        let named = database.connectionString.replacing("host=127.0.0.1", with: "host=unknown,several")
        let addresses = ["127.9.9.9", "::1", "2001:db8::1", "127.0.0.1"]
            .compactMap { SocketAddress(numeric: $0, port: 0) }
        let probe = try await DatabaseProbe(database, connectionString: named, names: ["several": addresses])
        #expect(try await probe.call { $0.profiles(of: [UserID(1)], $1) } == [])
    }

    @Test("of several hosts the one that takes writes is used, unless the string says otherwise")
    func aServerThatTakesNoWritesIsNotUsed() throws {
        let database = try TestDatabase()
        let role = "reader_\(database.name)"
        try database.execute("create role \(role) login superuser")
        try database.execute("alter role \(role) in database \(database.name) set default_transaction_read_only = on")
        let one = database.connectionString.replacing("user=grapevine", with: "user=\(role)")
        let two = one.replacing("host=127.0.0.1", with: "host=127.0.0.1,127.0.0.1")
        #expect(try Migrator(PostgresAddress(one)).schema().number == Migrator.latest)
        #expect(throws: Migrator.Failure.self) { try Migrator(PostgresAddress(two)).schema().number }
        #expect(try Migrator(PostgresAddress(two + " target_session_attrs=any")).schema().number == Migrator.latest)
        try database.execute("drop owned by \(role); drop role \(role)")
    }
}
