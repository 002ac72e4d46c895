/// One moment of a database, held as long as this is kept: `pg_dump --snapshot` sees the same.
///
/// Blocks: for tools, never on a loop.
public final class DatabaseSnapshot {
    public let name: String
    public let counts: DatabaseCounts
    private let session: BlockingSession

    public init(_ address: PostgresAddress) throws(Migrator.Failure) {
        session = try BlockingSession(address)
        try session.allowLongWork()
        try session.execute("begin isolation level repeatable read read only", step: 0)
        counts = try DatabaseCounts(session)
        name = try session.row("select pg_export_snapshot()", []).first ?? ""
    }
}

/// How much there is of what people ask for first.
public struct DatabaseCounts: Equatable, Sendable {
    public let users: Int
    public let groups: Int
    public let messages: Int
    /// Pictures and files: the database knows of them, and nodes have them in their folders.
    public let blobs: Int
    public let blobBytes: Int

    init(_ session: BlockingSession) throws(Migrator.Failure) {
        let row = try session.row(
            """
            select (select count(*) from account), (select count(*) from chat_group where not deleted),
                (select count(*) from message)
            """, [])
        users = Int(row[0]) ?? 0
        groups = Int(row[1]) ?? 0
        messages = Int(row[2]) ?? 0
        // A backup may be older than they are.
        let hasBlobs = try session.row("select to_regclass('blob') is not null", []).first == "t"
        let sum = hasBlobs ? try session.row("select count(*), coalesce(sum(size), 0)::bigint from blob", []) : []
        (blobs, blobBytes) = sum.count == 2 ? (Int(sum[0]) ?? 0, Int(sum[1]) ?? 0) : (0, 0)
    }
}

/// What has to be known of a database before another one is put in its place, and done after it.
///
/// Blocks: for tools, never on a loop.
public struct RestoreTarget {
    /// Silent for longer, a node is not there any more.
    private static let nodeSilence = 60
    private let session: BlockingSession

    public init(_ address: PostgresAddress) throws(Migrator.Failure) {
        session = try BlockingSession(address)
        try session.allowLongWork()
    }

    /// SQL that takes away all tables and functions. `pg_restore --clean` cannot: of a partition it drops what belongs
    /// to the whole table.
    public static let emptying = """
        set client_min_messages = warning;
        do $$
        declare
            thing text;
        begin
            for thing in
                select format('%I.%I', n.nspname, c.relname) from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p') and not c.relispartition and \(ownNamespaces)
            loop
                execute 'drop table ' || thing || ' cascade';
            end loop;
            for thing in
                select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where \(ownNamespaces) and not exists (
                    select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
            loop
                execute 'drop routine if exists ' || thing || ' cascade';
            end loop;
        end $$
        """

    private static let ownNamespaces = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"

    /// Everything in it that is not PostgreSQL's own.
    public func tables() throws(Migrator.Failure) -> [String] {
        try list(
            """
            select coalesce(string_agg(c.relname, ' ' order by c.relname), '') from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'f') and \(Self.ownNamespaces)
            """)
    }

    /// Nodes that have given a sign of life within a minute.
    public func runningNodes() throws(Migrator.Failure) -> [String] {
        guard try tables().contains("cluster_node") else { return [] }
        return try list(
            """
            select coalesce(string_agg(name, ' ' order by name), '') from cluster_node
            where host <> '' and abs(extract(epoch from now() - seen_at)) < \(Self.nodeSilence)
            """)
    }

    /// A session of a node, which may be gone: the server notices that late where the network said nothing.
    public struct NodeSession: Sendable {
        public let process: Int
        public let node: String
    }

    public func nodeSessions() throws(Migrator.Failure) -> [NodeSession] {
        // A session of that last name is a node's for the moment of its start, and also ours.
        try list(
            """
            select coalesce(
                string_agg(
                    pid || '=' || substr(application_name, length('grapevine-') + 1), ' '
                    order by application_name, pid), '')
            from pg_stat_activity
            where datname = current_database() and application_name like 'grapevine-%'
                and application_name <> '\(BlockingSession.applicationName)'
            """
        ).compactMap { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let process = Int(parts[0]) else { return nil }
            return NodeSession(process: process, node: parts[1])
        }
    }

    /// Ends them, and waits until they are gone.
    public func end(_ sessions: [NodeSession]) throws(Migrator.Failure) {
        for session in sessions {
            _ = try self.session.row(
                "select coalesce((select pg_terminate_backend($1::int, 5000)), false)", ["\(session.process)"])
        }
    }

    public func counts() throws(Migrator.Failure) -> DatabaseCounts { try DatabaseCounts(session) }

    /// After a restore: no node is where the backup says. Restored tables have no statistics, and nothing says which
    /// of their pages need no look.
    public func finishRestore() throws(Migrator.Failure) {
        try session.execute("update cluster_node set host = ''", step: 0)
        try session.execute("vacuum (analyze)", step: 0)
    }

    private func list(_ sql: String) throws(Migrator.Failure) -> [String] {
        try session.row(sql, []).first?.split(separator: " ").map(String.init) ?? []
    }
}
