import DBProxy
import Log
import Reactor
import Synchronization
import TalkProtocol

/// What goes wrong with the database, in the log.
extension NodeState {
    /// Any loop.
    func report(_ trouble: DatabaseTrouble) {
        troubles.add(1, ordering: .relaxed)
        guard let count = troubleLines.withLock({ $0.happened(trouble, at: SystemFacts.now) }) else { return }
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
}
