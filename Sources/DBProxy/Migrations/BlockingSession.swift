import CPostgres
import Glibc
import Primitives
import Reactor

/// A plain connection that waits for each answer, and not for ever.
@safe final class BlockingSession {
    static let applicationName = "grapevine-start"

    private let connection: OpaquePointer?
    private let place: String
    /// For how long an answer may take; `nil`: as long as it takes.
    private var patience: Duration?

    /// - Parameter patience: above the server's own `statement_timeout`, so that a server that is there says it itself.
    init(_ address: PostgresAddress, patience: Duration = .seconds(8)) throws(Migrator.Failure) {
        place = address.summary
        self.patience = patience
        unsafe connection = address.withParameters(hosts: nil, applicationName: Self.applicationName) {
            unsafe PQconnectdbParams($0, $1, 0)
        }
        // With the SQLSTATE. A server that lets nobody in is asked once more, for it can be set on a connection only.
        unsafe _ = PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        if unsafe PQstatus(connection) != CONNECTION_OK, message.contains("FATAL") { unsafe PQreset(connection) }
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            // As PgBouncer says, unless it was told to swallow them.
            if message.contains("unsupported startup parameter") { throw .unusable(.pooler) }
            throw .unreachable(message.replacing("timeout expired", with: "it is silent"))
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
        let result = unsafe try answer(PQsendQuery(connection, sql))
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw .failed(step: step, message)
        }
    }

    /// For what may take minutes, and what keeps a transaction open meanwhile.
    func allowLongWork() throws(Migrator.Failure) {
        try allowLongStatements()
        try execute(
            """
            set lock_timeout = 0; set idle_in_transaction_session_timeout = 0;
            set enable_seqscan = on; set enable_hashjoin = on; set enable_mergejoin = on
            """, step: 0)
    }

    /// For statements that may take minutes.
    func allowLongStatements() throws(Migrator.Failure) {
        try execute("set statement_timeout = 0", step: 0)
        patience = nil
    }

    func number(_ sql: String) throws(Migrator.Failure) -> Int32 {
        let result = unsafe try answer(PQsendQuery(connection, sql))
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
        let result = unsafe try answer(
            PQsendQueryParams(connection, sql, Int32(values.count), nil, values, nil, nil, 0))
        defer { unsafe PQclear(result) }
        let (count, columns) = unsafe (PQntuples(result), PQnfields(result))
        guard unsafe PQresultStatus(result) == PGRES_TUPLES_OK, count == 1 else {
            throw .failed(step: 0, message)
        }
        return (0..<columns).map { unsafe String(cString: PQgetvalue(result, 0, $0)) }
    }

    /// The last result of what was sent, as `PQexec` has it.
    private func answer(_ isSent: Int32) throws(Migrator.Failure) -> OpaquePointer? {
        guard isSent == 1 else { throw .failed(step: 0, message) }
        let deadline = patience.map { SystemFacts.now + $0 }
        var last: OpaquePointer?
        while true {
            while unsafe PQisBusy(connection) == 1 {
                guard wait(until: deadline) else {
                    unsafe PQclear(last)
                    throw .unreachable("\(place) is silent: it took the connection, and answers nothing")
                }
                // A connection that is lost ends the answer: the next result says why.
                if unsafe PQconsumeInput(connection) == 0 { break }
            }
            guard let next = unsafe PQgetResult(connection) else { return unsafe last }
            unsafe PQclear(last)
            unsafe last = next
        }
    }

    /// `false`: nothing has come.
    private func wait(until deadline: Instant?) -> Bool {
        var socket = unsafe pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        while true {
            let rest = deadline.map { max(0, ($0 - SystemFacts.now).milliseconds) } ?? -1
            let count = unsafe poll(&socket, 1, Int32(clamping: rest))
            if count < 0, errno == EINTR { continue }
            return count != 0
        }
    }
}
