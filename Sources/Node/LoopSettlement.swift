import ClientGateway
import Conversations
import DBProxy
import Primitives
import Reactor
import Synchronization
import TalkProtocol

/// Holds what a loop knows against a database that has begun another life, before anything is written there.
/// Confined to its loop.
final class LoopSettlement {
    private static let step = 1_000
    private static let retryDelay: Duration = .milliseconds(200)

    private unowned let loop: EventLoop
    private let state: NodeState
    private let database: Database
    private let conversations: Conversations
    private var current: DatabaseIdentity?

    init(_ database: Database, _ conversations: Conversations, _ state: NodeState, on loop: EventLoop) {
        self.database = database
        self.conversations = conversations
        self.state = state
        self.loop = loop
    }

    /// To be called now and then.
    func look() {
        guard let life = database.unsettledLife, life != current else { return }
        current = life
        conversations.putBack { [weak self] result in
            guard let self, current == life else { return }
            switch result {
            case .success(let setback): raiseEpochs(after: UserID(0), life, setback)
            case .failure: startAgain()
            }
        }
    }

    /// Of the sessions of the whole node, by its first loop.
    private func raiseEpochs(after user: UserID, _ life: DatabaseIdentity, _ setback: Conversations.Setback) {
        let page = loop.index == 0 ? state.online.users(after: user, limit: Self.step) : []
        guard let last = page.last?.user else { return state.settled(loop: loop.index, life, setback) }
        let logins = page.flatMap { user, presence in
            [presence.pc, presence.mobile].compactMap { $0.map { (user, $0.clientType, $0.epoch) } }
        }
        database.raiseEpochs(of: logins) { [weak self] result in
            guard let self, current == life else { return }
            switch result {
            case .success: raiseEpochs(after: last, life, setback)
            case .failure: startAgain()
            }
        }
    }

    private func startAgain() {
        loop.schedule(after: Self.retryDelay) { [weak self] in self?.current = nil }
    }
}
