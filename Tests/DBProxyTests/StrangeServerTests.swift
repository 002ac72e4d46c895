@testable import DBProxy
import Glibc
import PostgresKit
import TalkProtocol
import Testing
import WaitKit

/// Servers that others have set up for something else, and what stands in front of them.
@Suite(.timeLimit(.minutes(5))) struct StrangeServerTests {
    @Test("a default isolation that others rely on is not ours", arguments: ["repeatable read", "serializable"])
    func isolation(level: String) async throws {
        let database = try TestDatabase()
        try database.execute("alter database \(database.name) set default_transaction_isolation = '\(level)'")
        let probe = try await DatabaseProbe(database)
        #expect(try await setting("transaction_isolation", of: probe) == "read committed")
        // A session that idles is not ended by the server either.
        try database.execute("alter database \(database.name) set idle_session_timeout = '1s'")
        let idle = try await DatabaseProbe(database)
        #expect(try await setting("idle_session_timeout", of: idle) == "0")
    }

    private func setting(_ name: String, of probe: DatabaseProbe) async throws -> String? {
        let show = Statement("show_setting", "select current_setting($1::text)")
        return try await probe.call { database, done in
            var parameters = Parameters()
            parameters.add(name)
            database.query(show, parameters, done) { .some($0[0].text(0)) }
        }
    }

    @Test("a pooler that keeps the session's settings for itself is found out at once, and not used")
    func pooler() async throws {
        let database = try TestDatabase()
        let (relay, string) = try relayed(database, dropsOptions: true)
        defer { relay.stop() }
        #expect {
            try Migrator(PostgresAddress(string)).run()
        } throws: { error in
            "\(error)".contains("pooler")
        }
        #expect(throws: Migrator.Failure.self) { try NodeRegistry(PostgresAddress(string)).enlist("node1") }
        let troubles = Troubles()
        let probe = try await DatabaseProbe(database, connectionString: string, waits: false, troubles: troubles)
        try await eventually { troubles.all.contains(.server(.pooler)) }
        #expect(await probe.run { $0.readyConnections } == 0)
    }

    @Test("a database whose texts are not UTF8 is refused by a node that starts and by one that runs", arguments: [
        "LATIN1", "SQL_ASCII",
    ])
    func encoding(name: String) async throws {
        let database = try TestDatabase()
        let other = database.name + "_" + name.lowercased()
        try database.execute(
            "create database \(other) encoding '\(name)' template template0 lc_collate 'C' lc_ctype 'C'")
        defer { _ = try? database.execute("drop database \(other) with (force)") }
        let string = database.connectionString.replacing("dbname=\(database.name)", with: "dbname=\(other)")
        #expect {
            try Migrator(PostgresAddress(string)).run()
        } throws: { error in
            "\(error)".contains(name)
        }
        let troubles = Troubles()
        let probe = try await DatabaseProbe(database, connectionString: string, waits: false, troubles: troubles)
        try await eventually { troubles.all.contains(.server(.encoding(name))) }
        #expect(await probe.run { $0.readyConnections } == 0)
    }

    @Test("what the server refuses is told with its SQLSTATE, and so is why there is no connection")
    func troubles() async throws {
        let troubles = Troubles()
        let database = try TestDatabase()
        let probe = try await DatabaseProbe(database, troubles: troubles)
        let broken = Statement("broken", "select no_such_column from account")
        await #expect(throws: DatabaseError.refused(SQLState("42703"))) {
            try await probe.call { database, done in database.query(broken, Parameters(), done) { $0.count } }
        }
        #expect(troubles.all == [.refused(SQLState("42703"), statement: "broken")])
        let nobody = database.connectionString.replacing("user=grapevine", with: "user=nobody_here")
        let stranger = try await DatabaseProbe(database, connectionString: nobody, waits: false, troubles: troubles)
        try await eventually { troubles.all.contains { if case .noConnection = $0 { true } else { false } } }
        guard case .noConnection(let reason)? = troubles.all.last else { return }
        #expect(reason.contains("28000"), "\(reason)")
        #expect(await stranger.run { !$0.isReady })
    }

    @Test("a connection that dies without a word costs a call its deadline, not those after it")
    func silentDeath() async throws {
        let database = try TestDatabase()
        let (relay, string) = try relayed(database, dropsOptions: false)
        defer { relay.stop() }
        let troubles = Troubles()
        let probe = try await DatabaseProbe(database, connectionString: string, troubles: troubles)
        let begin = ContinuousClock.now
        relay.forgetConnections()
        var answers = 0
        // Each connection loses one call at most, at its deadline; then another connection is there.
        while answers < 8 {
            if (try? await probe.call({ $0.profiles(of: [UserID(1)], $1) })) != nil { answers += 1 }
            try await probe.waitUntilReady()
        }
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(troubles.all.contains(.noAnswer(statement: "profiles")))
    }

    private func relayed(_ database: TestDatabase, dropsOptions: Bool) throws -> (PostgresRelay, String) {
        let port = try database.port
        let relay = try PostgresRelay(to: port, dropsOptions: dropsOptions)
        return (relay, database.connectionString.replacing("port=\(port)", with: "port=\(relay.port)"))
    }
}
