import DBProxy
import Log
import Membership
import NodeAdmin
import Reactor
import Synchronization
import TalkProtocol

/// What goes wrong with the database, in the log.
extension NodeState {
    /// Any loop.
    func report(_ trouble: DatabaseTrouble) {
        storage.troubles.add(1, ordering: .relaxed)
        switch trouble {
        case .refused(let state, _) where state.remedy == .reconnect:
            storage.health.withLock { $0.failed(.refused(state), at: SystemFacts.now) }
        case .server(.readOnly):
            storage.health.withLock { $0.failed(.refused(SQLState("25006")), at: SystemFacts.now) }
        case .noAnswer, .noConnection, .server: storage.lastAbsence.withLock { $0 = trouble }
        case .refused, .unexpectedAnswer, .headRaised: break
        }
        guard let count = storage.troubleLines.withLock({ $0.happened(trouble, at: SystemFacts.now) }) else { return }
        switch trouble {
        case .refused(let state, let statement):
            log.warn(
                "postgres_refused", "PostgreSQL refused a statement",
                [
                    "sqlstate": .string(state.description), "meaning": .string(state.meaning),
                    "statement": .string(statement), "count": .int(count),
                ])
        case .noAnswer(let statement):
            log.warn(
                "postgres_silent", "PostgreSQL did not answer in time; the connection was given up for another one",
                ["statement": .string(statement), "count": .int(count)])
        case .unexpectedAnswer(let statement):
            log.error(
                "postgres_answer_unexpected", "PostgreSQL gave an answer that the statement cannot have",
                ["statement": .string(statement), "count": .int(count)])
        case .noConnection(let reason):
            log.warn(
                "postgres_unreachable", "no connection to PostgreSQL came about",
                ["reason": .string(reason), "count": .int(count)])
        case .server(let refusal):
            log.error(
                "postgres_server_refused", "a server was reached that is not used",
                ["reason": .string(refusal.description), "count": .int(count)])
        case .headRaised(let conversation, let before, let top):
            log.error(
                "head_raised", "the last id of a conversation was below those of its messages; it was raised",
                [
                    "conversation": .string(conversation.description), "from": .int(before.rawValue),
                    "to": .int(top.rawValue),
                ])
        }
    }

    /// A node with the cluster's secret and another database. Returns whether it was worth a line.
    func reportForeign(_ node: NodeID) -> Bool {
        guard let count = others.foreignLines.withLock({ $0.happened(node, at: SystemFacts.now) }) else { return false }
        log.error(
            "foreign_node", "a node of another database has the secret of this cluster; it is not heard",
            ["peer": .int(node.rawValue), "count": .int(count)])
        return true
    }

    /// Why the database is none to send users to, if it is not.
    func storageObstacle() -> Obstacle? {
        guard let cause = storage.health.withLock({ $0.trouble(at: SystemFacts.now) }) else { return nil }
        let place = plan.database.address.summary
        switch cause {
        case .noConnection:
            let reports = reports.withLock { $0 }
            return Obstacle(
                code: "postgres_unavailable",
                message: "\(reports.reduce(0) { $0 + $1.readyConnections }) of "
                    + "\(plan.loops * plan.database.connections) connections to \(place) are there"
                    + (storage.lastAbsence.withLock { $0?.absence }.map { "; \($0)" } ?? ""))
        case .noAnswer(let wait):
            return Obstacle(code: "postgres_silent", message: "\(place) \(Self.text(wait))")
        case .refused(let state):
            return Obstacle(code: Self.code(state), message: "\(place) refuses commits: \(state.meaning) (\(state))")
        }
    }

    private static func text(_ wait: SessionWait?) -> String {
        switch wait {
        case .standby?: "waits for a synchronous standby, which does not confirm commits"
        case .lock?: "keeps commits waiting for a lock"
        case .disk(let event)?: "waits for its disk (\(event))"
        case nil: "does not answer"
        }
    }

    private static func code(_ state: SQLState) -> String {
        switch state.description {
        case "25006": "postgres_read_only"
        case "53100": "postgres_disk_full"
        case "55P03": "postgres_locked"
        default: "postgres_refuses"
        }
    }
}

extension DatabaseTrouble {
    /// Why there is no connection, if it is that.
    fileprivate var absence: String? {
        switch self {
        case .noAnswer: "it did not answer in time"
        case .noConnection(let reason): reason
        case .server(let refusal): refusal.description
        case .refused, .unexpectedAnswer, .headRaised: nil
        }
    }
}
