import CPostgres
import Glibc
import Reactor

/// A parsed connection string (manual: "Connection Strings", key/value or URI form).
public struct PostgresAddress: Sendable {
    /// Keywords and values as libpq understands them.
    let options: [String: String]
    let hosts: [PostgresHost]
    /// The same for programs that use libpq: unlike arguments, nobody else can read the environment of a process.
    public let environment: [String: String]

    public struct Malformed: Error {}

    public init(_ connectionString: String) throws(Malformed) {
        var message: UnsafeMutablePointer<CChar>?
        guard let list = unsafe PQconninfoParse(connectionString, &message) else {
            // The text may contain the password: it is not passed on.
            unsafe PQfreemem(message)
            throw Malformed()
        }
        defer { unsafe PQconninfoFree(list) }
        var options: [String: String] = [:]
        var environment: [String: String] = [:]
        var next = unsafe list
        while let keyword = unsafe next.pointee.keyword {
            if let value = unsafe next.pointee.val {
                options[unsafe String(cString: keyword)] = unsafe String(cString: value)
                if let variable = unsafe next.pointee.envvar {
                    environment[unsafe String(cString: variable)] = unsafe String(cString: value)
                }
            }
            unsafe next += 1
        }
        guard let hosts = Self.hosts(of: options) else { throw Malformed() }
        self.init(options, hosts, environment)
    }

    private init(_ options: [String: String], _ hosts: [PostgresHost], _ environment: [String: String]) {
        self.options = options
        self.hosts = hosts
        self.environment = environment
    }

    /// Each of the places by itself.
    var places: [PostgresAddress] {
        if hosts.count == 1 { return [self] }
        return hosts.map { host in
            var one = options
            (one["host"], one["hostaddr"], one["port"]) = (host.host, host.address, host.port)
            return PostgresAddress(one, [host], environment)
        }
    }

    /// For logs and error messages: no password.
    public var summary: String {
        let place = options["hostaddr"] ?? options["host"] ?? "local socket"
        return "\(place):\(options["port"] ?? "5432")/\(options["dbname"] ?? options["user"] ?? "")"
    }

    /// The server runs where this program does, as far as the string says.
    public var isOfThisMachine: Bool {
        hosts.allSatisfy { host in
            let place = host.address.isEmpty ? host.host : host.address
            let isSocket = place.isEmpty || place.hasPrefix("/") || place.hasPrefix("@")
            return isSocket || place == "localhost" || SocketAddress(numeric: place, port: 0)?.isLoopback == true
        }
    }

    /// Calls `body` with null-terminated arrays of keywords and values, our session settings included.
    ///
    /// - Parameter resolved: what `resolve` found; `nil` leaves the names to libpq, which waits for them.
    func withParameters<Result>(
        hosts resolved: [PostgresHost]?, applicationName: String,
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var all = options
        if let resolved {
            all["host"] = resolved.map(\.host).joined(separator: ",")
            all["hostaddr"] = resolved.map(\.address).joined(separator: ",")
            all["port"] = resolved.map(\.port).joined(separator: ",")
        }
        // A node writes: of several servers it wants the one that can, whichever that is after a failover.
        if hosts.count > 1 { all["target_session_attrs"] = all["target_session_attrs"] ?? "read-write" }
        all["application_name"] = applicationName
        all["client_encoding"] = "UTF8"
        all["gssencmode"] = "disable"
        for (name, value) in Self.livenessDefaults { all[name] = all[name] ?? value }
        all["options"] = ((all["options"] ?? "") + " " + Self.sessionSettings).trimmed
        let keywords = all.keys.sorted()
        let keyStrings = unsafe keywords.map { unsafe strdup($0) }
        let valueStrings = unsafe keywords.map { unsafe strdup(all[$0] ?? "") }
        defer {
            for unsafe string in unsafe keyStrings + valueStrings { unsafe free(string) }
        }
        var keyPointers = unsafe keyStrings.map { unsafe UnsafePointer<CChar>($0) }
        var valuePointers = unsafe valueStrings.map { unsafe UnsafePointer<CChar>($0) }
        unsafe keyPointers.append(nil)
        unsafe valuePointers.append(nil)
        return unsafe body(keyPointers, valuePointers)
    }

    /// A connection that died without a word (a NAT that forgot it, a firewall, a machine without power) is known for
    /// dead before a send has used up its budget: when what was sent is not confirmed for two seconds, and an idle one
    /// when it does not answer three times.
    ///
    /// And one that says nothing when it is called, as a server that stands still, is known after three seconds (libpq
    /// would wait for ever).
    private static let livenessDefaults = [
        "connect_timeout": "3",
        "keepalives": "1", "keepalives_idle": "2", "keepalives_interval": "1", "keepalives_count": "3",
        "tcp_user_timeout": "2000",
    ]

    /// Says that the settings below have arrived. Poolers keep them for themselves.
    static let sessionMark = "grapevine.session"

    /// Set in the session whatever the server's configuration says. Locks are only seen through by statements that see
    /// what was committed before them (read committed). No statement may hold a row lock for long, whoever
    /// stops in the middle; a commit returns after the flush. Plans are made once, not for each call (planning over the
    /// partitions costs more than executing), and use the indexes, whatever the statistics were when they were made: a
    /// plan from the first minute of an empty table would read all of it for ever.
    ///
    /// And the server's side of a dead connection: it ends its session soon, and a statement whose client has gone.
    private static let sessionSettings = """
        -c \(sessionMark)=1 -c default_transaction_isolation=read\\ committed -c idle_session_timeout=0 \
        -c client_connection_check_interval=2000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 \
        -c tcp_keepalives_count=3 -c tcp_user_timeout=20000 \
        -c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000 \
        -c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c jit=off \
        -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off
        """
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " })
    }
}
