import CPostgres
public import DBProxy
import Glibc
import Synchronization
import WaitKit

/// A database of its own for one test, on the server that `deploy/local test` started.
///
/// The schema is migrated once per process into a template; each test gets a copy, in about 50 ms.
@safe public final class TestDatabase: Sendable {
    public struct NoServer: Error, CustomStringConvertible {
        public let description: String
    }

    private static let counter = Atomic<Int>(0)
    private static let template = Mutex<String?>(nil)

    public let name: String
    public let connectionString: String

    public init() throws {
        guard let variable = unsafe getenv("GRAPEVINE_TEST_POSTGRES") else {
            throw NoServer(
                description: "GRAPEVINE_TEST_POSTGRES is not set: run `deploy/local test`, which starts a server")
        }
        let server = unsafe String(cString: variable)
        let template = try TestDatabase.template.withLock { template throws -> String in
            if let template { return template }
            let made = "template_\(getpid())"
            try TestDatabase.execute("create database \(made)", on: server)
            _ = try Migrator(PostgresAddress(server + " dbname=\(made)")).run()
            template = made
            return made
        }
        name = "test_\(getpid())_\(TestDatabase.counter.add(1, ordering: .relaxed).newValue)"
        connectionString = server + " dbname=\(name)"
        // One copy at a time: the template must have no other user meanwhile.
        let name = name
        _ = try TestDatabase.template.withLock { _ in
            try TestDatabase.execute("create database \(name) template \(template)", on: server)
        }
    }

    deinit {
        _ = try? TestDatabase.execute("drop database if exists \(name) with (force)", on: server)
    }

    /// Of the server.
    public var port: UInt16 {
        get throws {
            let word = connectionString.split(separator: " ").last { $0.hasPrefix("port=") }
            guard let port = word.flatMap({ UInt16($0.dropFirst(5)) }) else {
                throw NoServer(description: "GRAPEVINE_TEST_POSTGRES names no port")
            }
            return port
        }
    }

    public var address: PostgresAddress {
        get throws { try PostgresAddress(connectionString) }
    }

    /// Cuts every connection and refuses new ones, as if the server had gone away.
    public func takeAway() throws {
        try TestDatabase.execute("alter database \(name) with allow_connections false", on: server)
        try TestDatabase.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '\(name)'", on: server)
    }

    public func giveBack() throws {
        try TestDatabase.execute("alter database \(name) with allow_connections true", on: server)
    }

    private var server: String { connectionString.replacing(" dbname=\(name)", with: "") }

    /// Runs SQL and returns the first column of the first row as text.
    @discardableResult
    public func execute(_ sql: String) throws -> String? {
        try TestDatabase.execute(sql, on: connectionString)
    }

    /// Runs SQL in a transaction that is open until it is told to end: what it has locked stays so.
    public func begin(_ sql: String) throws -> OpenTransaction {
        try OpenTransaction(sql, on: connectionString)
    }

    /// Until so many sessions wait for what others have locked.
    public func untilWaiting(_ count: Int) async throws {
        let waiting = """
            select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            """
        try await eventually { try execute(waiting) == "\(count)" }
    }

    @discardableResult
    private static func execute(_ sql: String, on connectionString: String) throws -> String? {
        let connection = unsafe PQconnectdb(connectionString)
        defer { unsafe PQfinish(connection) }
        let result = unsafe PQexec(connection, sql)
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw NoServer(description: unsafe String(cString: PQerrorMessage(connection)))
        }
        guard status == PGRES_TUPLES_OK, unsafe PQntuples(result) > 0, let text = unsafe PQgetvalue(result, 0, 0)
        else { return nil }
        return unsafe String(cString: text)
    }
}
