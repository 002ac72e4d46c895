/// For what a session of the node waits on the server, as far as it says.
public enum SessionWait: Sendable, Equatable {
    /// A standby confirms no commits, and they have to be confirmed (`synchronous_standby_names`).
    case standby
    case lock
    /// The disk, by PostgreSQL's name for it, such as `WALSync`.
    case disk(String)
}

extension Database {
    private static let probeWrite = Statement("probe_write", "select probe_write($1::text)")
    private static let probeRoom = Statement("probe_room", "select probe_room($1::text)")

    /// Commits something small, as a message would be; fails where that would.
    ///
    /// - Parameter withRoom: takes room on the disk too.
    public func probe(
        as node: String, withRoom: Bool, within limit: Duration, _ completion: @escaping Completion<Void>
    ) {
        var parameters = Parameters()
        parameters.add(node)
        query(withRoom ? Self.probeRoom : Self.probeWrite, parameters, within: limit, completion) { _ in () }
    }

    private static let sessionWait = Statement(
        "session_wait",
        """
        select wait_event_type, wait_event from pg_stat_activity
        where datname = current_database() and application_name = current_setting('application_name')
            and state = 'active' and pid <> pg_backend_pid() and wait_event_type in ('IPC', 'Lock', 'IO')
        order by xact_start limit 1
        """)

    /// What the oldest transaction of this program's sessions waits for; `nil`: for nothing that is known.
    public func sessionWait(within limit: Duration, _ completion: @escaping Completion<SessionWait?>) {
        query(Self.sessionWait, Parameters(), within: limit, completion) { rows in
            guard rows.count == 1, let kind = rows[0].text(0), let event = rows[0].text(1) else { return .some(nil) }
            switch kind {
            case "Lock": return .some(.lock)
            case "IO": return .some(.disk(event))
            default: return .some(event == "SyncRep" ? .standby : nil)
            }
        }
    }
}
