import DBProxy
import Directory
import Primitives
import Reactor

/// A `Database` on a loop of its own, for a caller that waits for each answer. Never to be called from a loop.
final class BlockingDatabase: Sendable {
    private static let connectTimeout: Duration = .seconds(10)
    private static let pollInterval: Duration = .milliseconds(5)

    private let group: LoopGroup
    private let resolvers: WorkerPool
    private let confined: Confined

    private final class Confined: @unchecked Sendable {
        // Proof: set once on the loop before `LoopGroup.init` returns, and used there only.
        var database: Database?
    }

    /// Starts a thread and waits until there is a connection.
    init(_ configuration: Database.Configuration) throws(AdministrationError) {
        let confined = Confined()
        self.confined = confined
        do {
            let resolvers = try WorkerPool(name: "dns", threads: 1, capacity: 8)
            self.resolvers = resolvers
            // The seed only spreads reconnects: there is nobody to be out of step with.
            group = try LoopGroup(LoopGroup.Configuration(seed: 0)) { loop in
                confined.database = Database(configuration, resolver: NameResolver(pool: resolvers), on: loop)
            }
        } catch {
            throw .unreachable("\(error)")
        }
        let isReady = Handover<Bool>()
        group.loops[0].execute { loop in
            Self.awaitReady(confined, until: loop.now + Self.connectTimeout, loop, isReady)
        }
        guard isReady.take() else {
            close()
            throw .database(.unavailable)
        }
    }

    /// Makes one call and waits for its answer, which comes at the deadline of the call at the latest.
    func call<Value: Sendable>(
        _ body: @escaping @Sendable (Database, @escaping Database.Completion<Value>) -> Void
    ) throws(AdministrationError) -> Value {
        do {
            return try order { database, completion in
                body(database) { completion($0.mapError(DirectoryError.database)) }
            }
        } catch {
            throw AdministrationError(error, about: "")
        }
    }

    /// The same for an order to the directory.
    func order<Value: Sendable>(
        _ body: @escaping @Sendable (Database, @escaping DirectoryCompletion<Value>) -> Void
    ) throws(DirectoryError) -> Value {
        let answer = Handover<Result<Value, DirectoryError>>()
        group.loops[0].execute { [confined] _ in
            guard let database = confined.database else { return answer.put(.failure(.database(.unavailable))) }
            body(database) { answer.put($0) }
        }
        return try answer.take().get()
    }

    func close() {
        group.loops[0].execute { [confined] _ in confined.database?.close() }
        group.stop()
        resolvers.stop()
    }

    private static func awaitReady(
        _ confined: Confined, until deadline: Instant, _ loop: EventLoop, _ isReady: Handover<Bool>
    ) {
        if confined.database?.isReady == true { return isReady.put(true) }
        if loop.now >= deadline { return isReady.put(false) }
        loop.schedule(after: pollInterval) { awaitReady(confined, until: deadline, loop, isReady) }
    }
}
