public import DBProxy
public import Reactor
import Synchronization
import WaitKit

/// A `Database` on a loop of its own, with `await` in place of completions.
public final class DatabaseProbe: Sendable {
    public let database: TestDatabase
    private let group: LoopGroup
    private let pool: WorkerPool
    private let confined: Confined

    /// What lives on the loop.
    private final class Confined: @unchecked Sendable {
        // Proof: set once on the loop before `init` returns, used there only.
        var database: Database?
    }

    /// - Parameters:
    ///   - connectionString: in place of the one of `database`.
    ///   - names: what names stand for, in place of what the machine knows.
    ///   - waits: until it is ready.
    ///   - troubles: gets what goes wrong.
    public init(
        _ database: TestDatabase? = nil, queues: Int = 1, connectionString: String? = nil,
        names: [String: [SocketAddress]] = [:], admission: DatabaseAdmission = DatabaseAdmission(), waits: Bool = true,
        troubles: Troubles = Troubles()
    ) async throws {
        let database = try database ?? TestDatabase()
        self.database = database
        let pool = try WorkerPool(name: "dns", threads: 1, capacity: 8)
        self.pool = pool
        let confined = Confined()
        self.confined = confined
        var configuration = Database.Configuration(
            address: try PostgresAddress(connectionString ?? database.connectionString), applicationName: "test")
        configuration.appendConnections = queues
        configuration.admission = admission
        let ready = configuration
        group = try LoopGroup(LoopGroup.Configuration(seed: 5)) { loop in
            let resolver =
                names.isEmpty ? NameResolver(pool: pool) : NameResolver(pool: pool) { name, _ in names[name] ?? [] }
            let database = Database(ready, resolver: resolver, on: loop)
            database.reportTroubles { troubles.add($0) }
            confined.database = database
        }
        if waits { try await waitUntilReady() }
    }

    deinit {
        group.loops[0].execute { [confined] _ in confined.database?.close() }
        group.stop()
        pool.stop()
    }

    public func waitUntilReady() async throws {
        try await eventually { await run({ $0.isReady }) }
    }

    /// Runs `body` on the loop.
    public func run<Value: Sendable>(_ body: @escaping @Sendable (Database) -> Value) async -> Value {
        await withCheckedContinuation { done in
            group.loops[0].execute { [confined] _ in
                guard let database = confined.database else { return }
                done.resume(returning: body(database))
            }
        }
    }

    /// Makes one call and waits for its answer.
    public func call<Value: Sendable>(
        _ body: @escaping @Sendable (Database, @escaping (Result<Value, DatabaseError>) -> Void) -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Value, any Error>) in
            group.loops[0].execute { [confined] _ in
                guard let database = confined.database else { return }
                body(database) { done.resume(with: $0.mapError { $0 }) }
            }
        }
    }
}

/// What a database reported, in order.
public final class Troubles: Sendable {
    private let list = Mutex<[DatabaseTrouble]>([])

    public init() {}

    public var all: [DatabaseTrouble] { list.withLock { $0 } }

    func add(_ trouble: DatabaseTrouble) { list.withLock { $0.append(trouble) } }
}
