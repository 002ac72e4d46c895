import PostgresKit
import Testing

@testable import DBProxy

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
}
