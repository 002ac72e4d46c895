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

        public var description: String {
            switch self {
            case .unreachable(let text): "cannot connect: \(text)"
            case .failed(0, let text): text
            case .failed(let step, let text): "migration \(step) failed: \(text)"
            case .newer(let found, let known): "the schema has version \(found), this program knows \(known)"
            }
        }
    }

    /// Serialises migrators; the number means nothing.
    private static let lockKey = 4_711_0903

    private let address: PostgresAddress

    public init(_ address: PostgresAddress) {
        self.address = address
    }

    /// The version this program needs.
    public static var latest: Int32 { Migration.all.last?.number ?? 0 }

    /// Runs what is missing; returns the numbers of the steps that ran. Nothing is missing where a newer version has
    /// migrated in such a way that this one still works.
    public func run() throws(Failure) -> [Int32] {
        let session = try BlockingSession(address)
        // A migration may take longer than a session of a node waits for anything.
        try session.execute("set statement_timeout = 0; set lock_timeout = 0", step: 0)
        try session.execute("select pg_advisory_lock(\(Self.lockKey))", step: 0)
        try session.execute(
            """
            reset lock_timeout;
            set client_min_messages = warning;
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
        let schema = try SchemaVersion(session)
        if schema.isTooNew { throw .newer(found: schema.number, known: Self.latest) }
        var applied: [Int32] = []
        for migration in Migration.all where migration.number > schema.number {
            try session.execute(
                """
                begin;
                \(migration.sql);
                insert into schema_migration (number, name, works_from)
                values (\(migration.number), '\(migration.name)', \(migration.worksFrom));
                commit
                """, step: migration.number)
            applied.append(migration.number)
        }
        return applied
    }

    /// The version of the schema as it is.
    public func schema() throws(Failure) -> SchemaVersion {
        let session = try BlockingSession(address)
        let exists = try session.number("select count(*)::int from pg_tables where tablename = 'schema_migration'")
        return exists == 0 ? .none : try SchemaVersion(session)
    }
}
