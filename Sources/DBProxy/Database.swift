import Primitives
public import Reactor

/// PostgreSQL as one loop sees it: a few connections for questions, and one for each queue of appends.
///
/// The typed calls stand in the extensions of this class, one file per subject; their SQL is beside them. Every call
/// has a deadline; completions run on the loop, once each.
public final class Database {
    public struct Configuration: Sendable {
        public var address: PostgresAddress
        public var applicationName: String
        /// Which servers are used; the same for all loops.
        public var admission = DatabaseAdmission()
        /// Connections for everything but appends.
        public var queryConnections = 2
        /// Connections for appends: what is written in batches.
        public var appendConnections = 1
        public var readDeadline: Duration = .seconds(1)
        public var writeDeadline: Duration = .seconds(3)

        public init(address: PostgresAddress, applicationName: String) {
            self.address = address
            self.applicationName = applicationName
        }

        /// Connections that one loop opens.
        public var connections: Int { queryConnections + appendConnections + 1 }
    }

    public typealias Completion<Value> = (Result<Value, DatabaseError>) -> Void

    public let configuration: Configuration
    private let queries: [PostgresConnection]
    private let appends: [PostgresConnection]
    private(set) var report: ((DatabaseTrouble) -> Void)?
    /// Whoever is in may ask much; it does not keep others from coming in.
    private let logins: PostgresConnection

    /// What a question is about.
    enum Purpose {
        case logins
        case everythingElse
    }

    public init(_ configuration: Configuration, resolver: NameResolver, on loop: EventLoop) {
        self.configuration = configuration
        let connect = { (_: Int) in
            PostgresConnection(
                configuration.address, applicationName: configuration.applicationName,
                admission: configuration.admission, resolver: resolver, on: loop)
        }
        queries = (0..<configuration.queryConnections).map(connect)
        appends = (0..<configuration.appendConnections).map(connect)
        logins = connect(0)
    }

    /// The last word of the server on when keys begin to rise.
    private var knownKeysRiseSince = UInt64.max

    /// Sends from then on (unix milliseconds) have keys that begin with their time. Does not change when the database
    /// is away: a repeated send must find its key again.
    public var keysRiseSince: UInt64 {
        if let since = logins.server?.keysRiseSince { knownKeysRiseSince = since }
        return knownKeysRiseSince
    }

    var connections: [PostgresConnection] { queries + appends + [logins] }

    public var appendConnectionCount: Int { appends.count }

    /// Whether every kind of call has a connection.
    public var isReady: Bool {
        queries.contains { $0.isReady } && appends.allSatisfy(isSettled) && isSettled(logins)
    }

    public func isReady(queue: Int) -> Bool { isSettled(appends[queue]) }

    /// The life of the database that all connections have reached, if it has to be settled: no append is written
    /// before that.
    public var unsettledLife: DatabaseIdentity? {
        guard let life = connections.first?.server?.identity,
            connections.allSatisfy({ $0.isReady && $0.server?.identity == life }),
            !configuration.admission.isSettled(life)
        else { return nil }
        return life
    }

    private func isSettled(_ connection: PostgresConnection) -> Bool {
        connection.isReady && connection.server.map { configuration.admission.isSettled($0.identity) } == true
    }

    /// Connections that are there, of all.
    public var readyConnections: Int { connections.count { $0.isReady } }

    /// Told what goes wrong, each time it does.
    public func reportTroubles(to report: @escaping (DatabaseTrouble) -> Void) {
        self.report = report
        for connection in connections { connection.report = report }
    }

    /// Calls under way.
    public var load: Int { connections.reduce(0) { $0 + $1.load } }

    public func close() {
        connections.forEach { $0.close() }
    }

    /// Asks on the connection with the fewest calls under way.
    ///
    /// - Parameter subject: what is asked of one subject is executed in its order, as far as the connection lasts.
    func query<Value>(
        for purpose: Purpose = .everythingElse, inOrderOf subject: UInt64? = nil, _ statement: Statement,
        _ parameters: borrowing Parameters, within limit: Duration? = nil,
        _ completion: @escaping Completion<Value>, _ read: @escaping (Rows) -> Value?
    ) {
        // Logins raise epochs, which a database that was set back has not got yet.
        let ready = purpose == .logins ? [logins].filter(isSettled) : queries.filter { $0.isReady }
        let own = subject.map { ready.isEmpty ? nil : ready[Int(mix64($0) % UInt64(ready.count))] } ?? nil
        guard let connection = own ?? ready.min(by: { $0.load < $1.load }) else {
            return completion(.failure(.unavailable))
        }
        Self.call(statement, parameters, on: connection, within: limit ?? configuration.readDeadline, completion, read)
    }

    /// Writes on the connection of a queue: calls of one queue are executed in their order.
    func write<Value>(
        queue: Int, _ statement: Statement, _ parameters: borrowing Parameters, within limit: Duration? = nil,
        _ completion: @escaping Completion<Value>, _ read: @escaping (Rows) -> Value?
    ) {
        guard isReady(queue: queue) else { return completion(.failure(.unavailable)) }
        let limit = min(limit ?? configuration.writeDeadline, configuration.writeDeadline)
        Self.call(statement, parameters, on: appends[queue], within: limit, completion, read)
    }

    private static func call<Value>(
        _ statement: Statement, _ parameters: borrowing Parameters, on connection: PostgresConnection,
        within limit: Duration, _ completion: @escaping Completion<Value>, _ read: @escaping (Rows) -> Value?
    ) {
        connection.call(statement, parameters, within: limit) { [unowned connection] result in
            switch result {
            case .success(let rows):
                if let value = read(rows) { return completion(.success(value)) }
                connection.report?(.unexpectedAnswer(statement: statement.name))
                completion(.failure(.unexpectedAnswer))
            case .failure(let error): completion(.failure(error))
            }
        }
    }
}
