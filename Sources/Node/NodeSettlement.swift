import Conversations
import DBProxy
import Log
import Primitives
import Reactor
import Synchronization

/// When all loops have held what they know against a new life of the database, and all other nodes too, the node writes
/// to it: a number that one of them has given is then given by none again. Confined to the cluster's loop.
final class NodeSettlement {
    private static let period: Duration = .milliseconds(50)
    /// Who has not said so by then does not reach the database, or knows nothing of this.
    private static let patience: Duration = .seconds(3)
    private static let lossPeriod: Duration = .seconds(10)

    private unowned let loop: EventLoop
    private let state: NodeState
    private let database: Database
    private let node: String
    /// Other nodes that live.
    private let others: () -> [UInt16]
    private var current: (life: DatabaseIdentity, since: Instant)?
    private var isAsking = false
    private var lossDue: Instant

    init(
        _ database: Database, _ state: NodeState, node: String, on loop: EventLoop, others: @escaping () -> [UInt16]
    ) {
        self.database = database
        self.state = state
        self.node = node
        self.loop = loop
        self.others = others
        lossDue = loop.now
        look()
    }

    private func look() {
        if let life = state.lifeToSettle, !isAsking {
            if current?.life != life { current = (life, loop.now) }
            say(life)
        }
        if loop.now >= lossDue { askForLosses() }
        loop.schedule(after: Self.period) { [weak self] in self?.look() }
    }

    private func say(_ life: DatabaseIdentity) {
        isAsking = true
        database.settle(node, in: life) { [weak self] result in
            guard let self else { return }
            guard case .success = result else { return isAsking = false }
            database.unsettled(of: others(), in: life) { [weak self] result in
                guard let self else { return }
                isAsking = false
                guard let current, current.life == life, case .success(let count) = result else { return }
                if count > 0, loop.now - current.since < Self.patience { return }
                finish(life, without: count)
            }
        }
    }

    private func finish(_ life: DatabaseIdentity, without count: Int) {
        current = nil
        state.plan.database.admission.settle(life)
        state.reportSettled(withoutNodes: count)
        lossDue = loop.now
    }

    private func askForLosses() {
        lossDue = loop.now + Self.lossPeriod
        database.lostMessages { [state] result in
            if case .success(let lost) = result { state.storage.lost.withLock { $0 = lost } }
        }
    }
}

extension NodeState {
    /// A loop has done its part.
    func settled(loop: Int, _ life: DatabaseIdentity, _ setback: Conversations.Setback) {
        storage.settlements.withLock { $0[loop] = (life, setback) }
    }

    /// The life of the database that all loops have done their part for, if the node has not yet.
    var lifeToSettle: DatabaseIdentity? {
        let lives = storage.settlements.withLock { $0.map { $0?.life } }
        guard let life = lives.first ?? nil, lives.allSatisfy({ $0 == life }),
            !plan.database.admission.isSettled(life)
        else { return nil }
        return life
    }

    func reportSettled(withoutNodes count: Int) {
        var sum = Conversations.Setback()
        for setback in storage.settlements.withLock({ $0.compactMap { $0?.setback } }) {
            sum.restored += setback.restored
            sum.moved += setback.moved
            sum.raised += setback.raised
        }
        let fields: KeyValuePairs<StaticString, LogValue> = [
            "restored": .int(sum.restored), "moved": .int(sum.moved), "raised": .int(sum.raised),
            "nodes_missing": .int(count),
        ]
        if sum.restored + sum.moved + sum.raised > 0 {
            log.error(
                "database_set_back", "the database had lost what was acknowledged; what this node had was put back",
                fields)
        } else {
            log.info(
                "database_settled", "the database began another life and has lost nothing of what this node knows",
                fields)
        }
    }
}
