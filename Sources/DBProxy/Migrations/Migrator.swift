import Glibc

/// Brings the schema to the version of this program, once, however many nodes start at the same time: the others wait
/// for the lock and find nothing left to do.
///
/// Blocks: for start-up and tools, never on a loop.
public struct Migrator {
    public enum Failure: Error, CustomStringConvertible {
        /// The text is the server's; it names tables and constraints, no data.
        case unreachable(String)
        /// Step 0: what comes before and after the migrations.
        case failed(step: Int32, String)
        /// The database was migrated by a newer version of this program, with which this one cannot work.
        case newer(found: Int32, known: Int32)
        /// A server, or a way to it, with which nodes cannot work.
        case unusable(ServerRefusal)

        public var description: String {
            switch self {
            case .unreachable(let text): "cannot connect: \(text)"
            case .failed(0, let text): text
            case .failed(let step, let text): "migration \(step) failed: \(text)"
            case .unusable(let refusal): "this server cannot be used: \(refusal)"
            case .newer(let found, let known): "the schema has version \(found), this program knows \(known)"
            }
        }
    }

    /// Serialises migrators; the number means nothing. Held by transactions, not by sessions: what a pooler keeps open
    /// cannot keep it.
    private static let lockKey = 4_711_0903
    private static let pauseMicroseconds: UInt32 = 100_000
    /// So many pauses between two calls of `waiting`.
    private static let pausesPerReport = 100

    private let address: PostgresAddress

    public init(_ address: PostgresAddress) {
        self.address = address
    }

    /// The version this program needs.
    public static var latest: Int32 { Migration.all.last?.number ?? 0 }

    /// Runs what is missing; returns the numbers of the steps that ran. Nothing is missing where a newer version has
    /// migrated in such a way that this one still works; then no lock is taken.
    ///
    /// - Parameter waiting: called at once and every ten seconds while another session migrates, with its process
    ///   number.
    public func run(waiting: (Int32) -> Void = { _ in }) throws(Failure) -> [Int32] {
        let session = try BlockingSession(address)
        let encoding = try session.row("show server_encoding", [])[0]
        if encoding != DatabaseServer.encoding { throw .unusable(.encoding(encoding)) }
        // A migration may take longer than a session of a node waits for anything.
        try session.allowLongStatements()
        try session.execute("set client_min_messages = warning", step: 0)
        var schema = try version(session)
        var applied: [Int32] = []
        while true {
            if schema.isTooNew { throw .newer(found: schema.number, known: Self.latest) }
            guard schema.isTooOld else { return applied }
            try lock(session, waiting)
            // Somebody else may have done it meanwhile.
            schema = try prepare(session)
            if let next = Migration.all.first(where: { $0.number > schema.number }), !schema.isTooNew {
                try session.execute(
                    """
                    \(next.sql);
                    insert into schema_migration (number, name, works_from)
                    values (\(next.number), '\(next.name)', \(next.worksFrom))
                    """, step: next.number)
                applied.append(next.number)
            }
            try session.execute("commit", step: 0)
            schema = try version(session)
        }
    }

    /// Begins a transaction that holds the lock, whoever has it now.
    private func lock(_ session: BlockingSession, _ waiting: (Int32) -> Void) throws(Failure) {
        var pauses = 0
        while true {
            try session.execute("begin", step: 0)
            if try session.number("select pg_try_advisory_xact_lock(\(Self.lockKey))::int") == 1 { return }
            try session.execute("rollback", step: 0)
            if pauses.isMultiple(of: Self.pausesPerReport) {
                waiting(
                    try session.number(
                        """
                        select coalesce(min(pid), 0) from pg_locks
                        where locktype = 'advisory' and classid = 0 and objid = \(Self.lockKey) and granted
                        """))
            }
            pauses += 1
            usleep(Self.pauseMicroseconds)
        }
    }

    /// The table in which migrations are counted, under the lock.
    private func prepare(_ session: BlockingSession) throws(Failure) -> SchemaVersion {
        try session.execute(
            """
            create table if not exists schema_migration (
                number int primary key, name text not null, applied_at timestamptz not null default now(),
                works_from int);
            -- With a condition of its own: `if not exists` takes the lock first, and waits for a backup to end.
            do $$ begin
                if not exists (
                    select from pg_attribute where attrelid = 'schema_migration'::regclass and attname = 'works_from')
                then alter table schema_migration add column works_from int;
                end if;
            end $$
            """, step: 0)
        return try SchemaVersion(session)
    }

    /// The version of the schema as it is.
    public func schema() throws(Failure) -> SchemaVersion {
        try version(BlockingSession(address))
    }

    private func version(_ session: BlockingSession) throws(Failure) -> SchemaVersion {
        let exists = try session.number("select count(*)::int from pg_tables where tablename = 'schema_migration'")
        return exists == 0 ? .none : try SchemaVersion(session)
    }
}
