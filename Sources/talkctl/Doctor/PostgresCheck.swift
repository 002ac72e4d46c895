import DBProxy
import Primitives

/// Whether a PostgreSQL server keeps what it acknowledges, and has room for the nodes.
struct PostgresCheck {
    let facts: ServerFacts
    /// Connections that the nodes open, all together.
    let neededConnections: Int
    /// On the disk of the data; `nil` if that cannot be seen from here.
    let freeBytes: Int?

    var symptoms: [Symptom] {
        [version, encoding, role, schema] + durability + [connections, clock, disk]
    }

    private var version: Symptom {
        let text = "PostgreSQL \(facts.version / 10_000).\(facts.version % 10_000)"
        return facts.version >= 140_000
            ? .ok("postgres_version", text) : .bad("postgres_version", text, fix: "use PostgreSQL 14 or newer")
    }

    private var encoding: Symptom {
        facts.encoding == "UTF8"
            ? .ok("postgres_encoding", "texts are UTF8")
            : .bad(
                "postgres_encoding", "texts are \(facts.encoding): some of what people write cannot be stored",
                fix: "talkctl backup FILE; createdb --encoding UTF8 --template template0 NAME; talkctl restore FILE")
    }

    private var role: Symptom {
        facts.isStandby
            ? .bad(
                "postgres_role", "the server is a standby and takes no writes",
                fix: "name all servers in postgres.dsn: host=a,b; the one that takes writes is used")
            : .ok("postgres_role", "the server takes writes")
    }

    private var schema: Symptom {
        let text = "tables of version \(facts.schema.number), this talkctl knows \(Migrator.latest)"
        if facts.schema.isTooOld { return .bad("schema", text, fix: "talkctl migrate up, or start a node") }
        return facts.schema.isTooNew
            ? .bad("schema", text, fix: "use the talkctl of the newest node") : .ok("schema", text)
    }

    private var durability: [Symptom] {
        let off = facts.settings.filter { $0.value == "off" }
        return [
            off["fsync"] == nil
                ? .ok("postgres_fsync", "fsync is on")
                : .bad(
                    "postgres_fsync", "fsync is off: a crash of the machine can destroy the whole database",
                    fix: "alter system set fsync = on; select pg_reload_conf()"),
            off["full_page_writes"] == nil
                ? .ok("postgres_full_page_writes", "full_page_writes is on")
                : .warn(
                    "postgres_full_page_writes", "full_page_writes is off: a crash can tear pages",
                    fix: "alter system set full_page_writes = on, unless the file system cannot tear a page (ZFS)"),
            // Nodes ask for it in each session, as this program does: only something in between can undo that.
            off["synchronous_commit"] == nil
                ? .ok("postgres_synchronous_commit", "a commit is on the disk when it is acknowledged")
                : .bad(
                    "postgres_synchronous_commit", "synchronous_commit is off: acknowledged messages can be lost",
                    fix: "let nodes connect to PostgreSQL itself: something before it takes away their settings"),
        ]
    }

    private var connections: Symptom {
        let number = { (name: String) in facts.settings[name].flatMap { Int($0) } ?? 0 }
        let available =
            number("max_connections") - number("superuser_reserved_connections") - number("reserved_connections")
        let text = "nodes need \(neededConnections) of \(available) connections, \(facts.usedConnections) are in use"
        let fix = "alter system set max_connections = \(max(100, neededConnections * 3 / 2 + 10)), restart PostgreSQL; "
            + "or lower node.loops or postgres.query_connections"
        if neededConnections > available { return .bad("postgres_connections", text, fix: fix) }
        return neededConnections * 10 > available * 9
            ? .warn("postgres_connections", text, fix: fix) : .ok("postgres_connections", text)
    }

    private var clock: Symptom {
        let lead = facts.clockLead.milliseconds
        // What is sure, however long the question travelled.
        let sure = max(0, abs(lead) - facts.clockError.milliseconds)
        let text = "the clock of PostgreSQL is \(abs(lead)) ms \(lead < 0 ? "behind" : "ahead of") that of this machine"
            + " (±\(facts.clockError.milliseconds) ms)"
        let fix = "let both machines follow the same time servers: chronyc tracking, or timedatectl"
        return switch sure {
        case ..<1_000: .ok("clock", text)
        case ..<30_000: .warn("clock", text, fix: fix)
        default: .bad("clock", text, fix: fix)
        }
    }

    private var disk: Symptom {
        let size = "the database has \(byteText(facts.databaseBytes))"
        guard let freeBytes else { return .ok("disk", "\(size); its disk cannot be seen from here") }
        let text = "\(size), \(byteText(freeBytes)) are free on its disk"
        let fix = "make room, or delete old messages: talkctl retention --older-than 365d"
        if freeBytes < max(1 << 30, facts.databaseBytes / 10) { return .bad("disk", text, fix: fix) }
        return freeBytes < max(5 << 30, facts.databaseBytes) ? .warn("disk", text, fix: fix) : .ok("disk", text)
    }
}
