import CPostgres
import Glibc

/// A plain connection that waits for each answer.
@safe final class BlockingSession {
    static let applicationName = "grapevine-start"

    private let connection: OpaquePointer?

    init(_ address: PostgresAddress) throws(Migrator.Failure) {
        unsafe connection = address.withParameters(hosts: nil, applicationName: Self.applicationName) {
            unsafe PQconnectdbParams($0, $1, 0)
        }
        // With the SQLSTATE. A server that lets nobody in is asked once more, for it can be set on a connection only.
        unsafe _ = PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        if unsafe PQstatus(connection) != CONNECTION_OK, message.contains("FATAL") { unsafe PQreset(connection) }
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            // As PgBouncer says, unless it was told to swallow them.
            if message.contains("unsupported startup parameter") { throw .unusable(.pooler) }
            throw .unreachable(message)
        }
        let mark = try row("select coalesce(current_setting($1, true), '')", [PostgresAddress.sessionMark])[0]
        if mark != "1" { throw .unusable(.pooler) }
    }

    /// What libpq says of the last failure, without the place in the server's source.
    private var message: String {
        let text = unsafe String(cString: PQerrorMessage(connection))
        return text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION:") }.joined(separator: "\n")
    }

    deinit {
        unsafe PQfinish(connection)
    }

    func execute(_ sql: String, step: Int32) throws(Migrator.Failure) {
        let result = unsafe PQexec(connection, sql)
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw .failed(step: step, message)
        }
    }

    /// For what may take minutes, and what keeps a transaction open meanwhile.
    func allowLongWork() throws(Migrator.Failure) {
        try execute(
            """
            set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0;
            set enable_seqscan = on; set enable_hashjoin = on; set enable_mergejoin = on
            """, step: 0)
    }

    func number(_ sql: String) throws(Migrator.Failure) -> Int32 {
        let result = unsafe PQexec(connection, sql)
        defer { unsafe PQclear(result) }
        guard unsafe PQresultStatus(result) == PGRES_TUPLES_OK, unsafe PQntuples(result) == 1,
            let text = unsafe PQgetvalue(result, 0, 0), let value = Int32(unsafe String(cString: text))
        else { throw .failed(step: 0, message) }
        return value
    }

    /// The only row of the answer, as text.
    func row(_ sql: String, _ parameters: [String]) throws(Migrator.Failure) -> [String] {
        let values = unsafe parameters.map { unsafe UnsafePointer(strdup($0)) }
        defer { unsafe values.forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) } }
        let result = unsafe PQexecParams(connection, sql, Int32(values.count), nil, values, nil, nil, 0)
        defer { unsafe PQclear(result) }
        let (count, columns) = unsafe (PQntuples(result), PQnfields(result))
        guard unsafe PQresultStatus(result) == PGRES_TUPLES_OK, count == 1 else {
            throw .failed(step: 0, message)
        }
        return (0..<columns).map { unsafe String(cString: PQgetvalue(result, 0, $0)) }
    }
}
