import DBProxy
import Program

/// The programs that come with PostgreSQL, on one database.
struct PostgresTools {
    private let environment: [String: String]

    /// The connection string goes into the environment: everybody can read arguments, and it may hold a password.
    init(_ address: PostgresAddress, _ console: Console) {
        var environment = console.environment.filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("GRAPEVINE_") }
        environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        self.environment = environment.merging(address.environment) { $1 }
    }

    /// Returns what it wrote. `meanwhile` is called twice a second.
    @discardableResult
    func run(_ name: String, _ arguments: [String], meanwhile: () -> Void = {}) throws -> String {
        let ending = try spawning { () throws(ChildProcess.Failure) in
            try program(name, arguments).run(meanwhile: meanwhile)
        }
        try check(name, ending)
        return ending.output
    }

    /// Runs SQL, then what `pg_restore` makes of a file, in one transaction.
    func restore(_ file: String, after sql: String, meanwhile: () -> Void) throws {
        let source = program("pg_restore", ["--no-owner", "--no-privileges", "--file=-", "--", file])
        let sink = program(
            "psql",
            [
                "--no-psqlrc", "--no-password", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1",
                "--single-transaction", "--command=\(sql)", "--file=-",
            ])
        let ending = try spawning { () throws(ChildProcess.Failure) in
            try ChildProcess.run(source, into: sink, meanwhile: meanwhile)
        }
        // Who is left alone by the other has nothing to say that would help.
        if ending.sink.code == Self.terminated || ending.sink.code == 0 { try check("pg_restore", ending.source) }
        try check("psql", ending.sink)
    }

    /// As a shell shows the end by SIGTERM.
    private static let terminated: Int32 = 128 + 15

    private func program(_ name: String, _ arguments: [String]) -> ChildProcess {
        ChildProcess(name, arguments, environment: environment)
    }

    private func spawning<Value>(_ body: () throws(ChildProcess.Failure) -> Value) throws -> Value {
        do throws(ChildProcess.Failure) {
            return try body()
        } catch {
            switch error {
            case .missing:
                throw Failure(
                    .failed,
                    "there is no pg_dump, pg_restore or psql here; they come with PostgreSQL: "
                        + "apt-get install postgresql-client")
            case .system(let reason): throw Failure(.failed, reason)
            }
        }
    }

    private func check(_ name: String, _ ending: ChildProcess.Ending) throws {
        if ending.code == 0 { return }
        let reason = ending.errors.split(whereSeparator: \.isNewline).prefix(5).joined(separator: "\n")
        throw Failure(.failed, "\(name) ended with code \(ending.code); nothing was changed\n\(reason)")
    }
}
