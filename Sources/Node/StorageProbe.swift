import DBProxy
import Primitives
import Reactor
import Synchronization

/// Commits something small now and then while no messages are stored, and tells `StorageHealth` how it went.
///
/// Has connections of its own: what others wait for says nothing about a commit. Confined to its loop.
final class StorageProbe {
    /// Between two looks.
    private static let period: Duration = .milliseconds(100)
    /// Between two commits.
    private static let pace: Duration = .milliseconds(500)
    static let connections = 2
    private static let questionLimit: Duration = .milliseconds(300)

    private unowned let loop: EventLoop
    private let state: NodeState
    private let node: String
    /// One connection commits, the other one asks what that waits for.
    private let database: Database
    private var next: Instant
    private var stored = 0
    private var isAsking = false

    init(_ plan: NodePlan, _ state: NodeState, resolver: NameResolver, on loop: EventLoop) {
        self.loop = loop
        self.state = state
        node = plan.name
        database = Database(plan.database.probing, resolver: resolver, on: loop)
        next = loop.now
        database.reportTroubles { [state] in state.report($0) }
        look()
    }

    private func look() {
        let now = loop.now
        let stored = state.storedMessages
        let hasStored = stored > self.stored
        self.stored = stored
        let (isIdle, needsRoom, trouble) = state.storage.health.withLock { health in
            if hasStored, !health.needsRoom { health.committed(at: now) }
            let trouble = health.trouble(at: now)
            return (health.isIdle, health.needsRoom, trouble)
        }
        if hasStored, trouble == nil { next = now + Self.pace }
        if isIdle, now >= next { probe(withRoom: needsRoom) }
        if case .noAnswer? = trouble { askWhy() }
        loop.schedule(after: Self.period) { [weak self] in self?.look() }
    }

    private func probe(withRoom: Bool) {
        guard database.readyConnections > 0 else { return }
        next = loop.now + Self.pace
        state.storage.health.withLock { $0.asks(at: loop.now) }
        database.probe(as: node, withRoom: withRoom, within: StorageHealth.silence) { [weak self] result in
            guard let self else { return }
            let cause: StorageHealth.Cause? =
                switch result {
                case .success: nil
                case .failure(.refused(let reason)): .refused(reason)
                case .failure(.deadline): .noAnswer(nil)
                case .failure: .noConnection
                }
            state.storage.health.withLock { $0.answered(cause, at: loop.now) }
        }
    }

    private func askWhy() {
        guard !isAsking else { return }
        isAsking = true
        database.sessionWait(within: Self.questionLimit) { [weak self] result in
            guard let self else { return }
            isAsking = false
            if case .success(let wait?) = result { state.storage.health.withLock { $0.waits(for: wait) } }
        }
    }
}

extension Database.Configuration {
    /// For one node's probe.
    fileprivate var probing: Self {
        var configuration = self
        configuration.queryConnections = StorageProbe.connections
        configuration.appendConnections = 0
        return configuration
    }
}
