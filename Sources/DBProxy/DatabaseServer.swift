/// The server behind a connection, as it described itself before the connection was used.
public struct DatabaseServer: Hashable, Sendable {
    /// For what is remembered outside.
    public let identity: DatabaseIdentity
    /// The same for a database, its standbys and copies of its files; another one for what was read back from a dump on
    /// another server or under another name.
    public let database: UInt64
    /// Which branch of history it is on: each promotion of a standby begins another one, with a higher number.
    public let timeline: UInt32
    /// Sends from then on (unix milliseconds) have keys that begin with their time (`SendKey`).
    public let keysRiseSince: UInt64

    public init(identity: DatabaseIdentity, database: UInt64, timeline: UInt32, keysRiseSince: UInt64) {
        self.identity = identity
        self.database = database
        self.timeline = timeline
        self.keysRiseSince = keysRiseSince
    }
}

/// Why a server is neither written nor read.
public enum ServerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// It follows another one and takes no writes.
    case standby
    /// It takes no writes, and the connection string asks for one that does.
    case readOnly
    /// What a session needs did not arrive: something in between keeps it for itself.
    case pooler
    case encoding(String)
    /// It has the tables, but not the data of this cluster.
    case foreign
    /// A server of a later timeline has been seen since: this one was replaced.
    case outdated(UInt32)
    /// Its description is none.
    case unreadable

    public var description: String {
        switch self {
        case .standby: "it is a standby and takes no writes"
        case .readOnly: "it takes no writes"
        case .pooler:
            "the settings of the session did not arrive: a pooler stands between, which is not supported; "
                + "postgres.dsn must lead to PostgreSQL itself"
        case .encoding(let name): "its texts are \(name), not UTF8: what people write cannot all be stored"
        case .foreign: "it is the database of another cluster, or a copy; if it was moved here, restart all nodes"
        case .outdated(let timeline):
            "its timeline \(timeline) is over: another server was promoted since, and has the newer data"
        case .unreadable: "it does not say which database it is"
        }
    }
}

extension DatabaseServer {
    static let encoding = "UTF8"

    /// The name of a segment of the log begins with the timeline. Everybody may ask for it, and for the number of the
    /// server unless that was forbidden. As JSON: a database that has not been migrated yet has no such column.
    static let description = """
        select \(DatabaseIdentity.expression), current_setting('\(PostgresAddress.sessionMark)', true) = '1',
            pg_is_in_recovery(),
            md5(concat_ws('-', i.id, d.oid, case when has_function_privilege('pg_control_system()', 'execute')
                then (select system_identifier from pg_control_system()) end)),
            case when pg_is_in_recovery() then ''
                else substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end,
            coalesce(to_jsonb(i) ->> 'keys_rise_since', '\(UInt64.max)')
        from database_identity i, pg_database d where d.datname = current_database()
        """

    static let statement = Statement("describe_server", description)

    static func read(_ rows: Rows) -> Result<DatabaseServer, ServerRefusal> {
        guard rows.count == 1 else { return .failure(.unreadable) }
        let row = rows[0]
        if row.bool(1) != true { return .failure(.pooler) }
        if row.bool(2) != false { return .failure(.standby) }
        return make([row.text(0), row.text(3), row.text(4), row.text(5)])
    }

    /// - Parameter texts: identity, database, timeline and beginning of the rising keys.
    static func make(_ texts: [String?]) -> Result<DatabaseServer, ServerRefusal> {
        guard texts.count == 4, let identity = texts[0],
            let database = texts[1].flatMap({ UInt64($0.prefix(16), radix: 16) }),
            let timeline = texts[2].flatMap({ UInt32($0, radix: 16) }), let since = texts[3].flatMap({ UInt64($0) })
        else { return .failure(.unreadable) }
        return .success(
            DatabaseServer(
                identity: DatabaseIdentity(text: identity), database: database, timeline: timeline,
                keysRiseSince: since))
    }
}
