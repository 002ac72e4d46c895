import DBProxy
import Metrics
import Reactor
import Synchronization

/// What waits in the outbox, for the metrics page: whoever sends it may be gone, and cannot say so. Confined to its
/// loop; one per node.
final class OutboxWatch {
    private static let period: Duration = .seconds(15)

    private unowned let loop: EventLoop
    private let database: Database
    /// By channel, as the metrics page reads it from other threads.
    private let waiting = Waiting()

    private final class Waiting: Sendable {
        let figures = Mutex<[OutboxChannel: OutboxBacklog]>([:])
    }

    init(_ database: Database, _ registry: MetricsRegistry, on loop: EventLoop) {
        self.loop = loop
        self.database = database
        let waiting = waiting
        @Sendable func rows(_ value: (OutboxBacklog) -> Int) -> [MetricsRegistry.Row] {
            waiting.figures.withLock { figures in
                OutboxChannel.allCases.map { .init(["\($0)"], figures[$0].map(value) ?? 0) }
            }
        }
        registry.gauges("grapevine_outbox_waiting", help: "What waits to leave the cluster.", by: ["channel"]) {
            rows(\.waiting)
        }
        registry.gauges(
            "grapevine_outbox_oldest_seconds", help: "How long the oldest of that has waited.", by: ["channel"]
        ) { rows(\.oldest) }
        look()
    }

    private func look() {
        database.outboxBacklog { [weak self] result in
            guard let self else { return }
            if case .success(let figures) = result { waiting.figures.withLock { $0 = figures } }
            loop.schedule(after: Self.period) { [weak self] in self?.look() }
        }
    }
}
