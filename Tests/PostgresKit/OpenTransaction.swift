import CPostgres

/// Ends with `commit`, or without it when nobody needs it any more.
@safe public final class OpenTransaction {
    private let connection: OpaquePointer?

    public init(_ sql: String, on connectionString: String) throws {
        unsafe connection = PQconnectdb(connectionString)
        try execute("begin")
        try execute(sql)
    }

    public func commit() throws {
        try execute("commit")
    }

    deinit {
        unsafe PQfinish(connection)
    }

    public func execute(_ sql: String) throws {
        let result = unsafe PQexec(connection, sql)
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw TestDatabase.NoServer(description: unsafe String(cString: PQerrorMessage(connection)))
        }
    }
}
