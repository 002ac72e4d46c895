import CPostgres
import Glibc
public import Primitives

/// What a PostgreSQL server says of itself and of one database.
///
/// Blocks: for tools, never on a loop.
public struct ServerFacts: Sendable {
    /// As `server_version_num` has it: 150004 is 15.4.
    public let version: Int
    public let encoding: String
    public let settings: [String: String]
    /// It takes no writes.
    public let isStandby: Bool
    public let databaseBytes: Int
    public let usedConnections: Int
    /// `nil` for who may not know.
    public let dataDirectory: String?
    /// The version of our tables; 0 without any.
    public let schema: SchemaVersion
    /// By how much the clock of the server is ahead of ours, and by how much that can be wrong.
    public let clockLead: Duration
    public let clockError: Duration

    /// Asked for by name; what the server does not have is missing.
    private static let names = [
        "fsync", "full_page_writes", "synchronous_commit", "max_connections", "superuser_reserved_connections",
        "reserved_connections",
    ]
    private static let clockProbes = 5

    /// - Parameter wallClock: ours, of which the lead is told.
    public init(_ address: PostgresAddress, wallClock: () -> UnixTime) throws(Migrator.Failure) {
        let session = try BlockingSession(address)
        let row = try session.row(
            """
            select current_setting('server_version_num'), current_setting('server_encoding'), pg_is_in_recovery()::int,
                pg_database_size(current_database()), (select count(*) from pg_stat_activity where backend_type = $1),
                coalesce((select setting from pg_settings where name = 'data_directory'), '')
            """, ["client backend"])
        version = Int(row[0]) ?? 0
        encoding = row[1]
        isStandby = row[2] == "1"
        databaseBytes = Int(row[3]) ?? 0
        usedConnections = Int(row[4]) ?? 0
        dataDirectory = row[5].isEmpty ? nil : row[5]
        var settings: [String: String] = [:]
        for name in Self.names {
            let value = try session.row(
                "select coalesce((select setting from pg_settings where name = $1), '')", [name])[0]
            if !value.isEmpty { settings[name] = value }
        }
        self.settings = settings
        (clockLead, clockError) = try Self.compareClocks(session, wallClock)
        schema = try Migrator(address).schema()
    }

    /// The answer was given somewhere between question and answer: of several the fastest says it best.
    private static func compareClocks(
        _ session: BlockingSession, _ wallClock: () -> UnixTime
    ) throws(Migrator.Failure) -> (Duration, Duration) {
        var best: (lead: Duration, error: Duration)?
        for _ in 0..<clockProbes {
            let before = wallClock()
            let text = try session.row("select (extract(epoch from clock_timestamp()) * 1000)::bigint", [])[0]
            let after = wallClock()
            let error: Duration = .milliseconds(max(0, after.milliseconds - before.milliseconds) / 2 + 1)
            guard let theirs = Int64(text), error < best?.error ?? .seconds(3600) else { continue }
            let ours = before.milliseconds + (after.milliseconds - before.milliseconds) / 2
            best = (.milliseconds(theirs - ours), error)
        }
        guard let best else { throw .failed(step: 0, "the server does not tell the time") }
        return best
    }
}
