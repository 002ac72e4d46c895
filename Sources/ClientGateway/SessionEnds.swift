public import DBProxy
public import Reactor
import TalkProtocol

/// Ends sessions of users who were disabled, deleted or given a new password, whichever tool or statement did it: the
/// database notes it with the change, and every node looks a few times a second. Confined to its loop; one per node.
public final class SessionEnds {
    private static let period: Duration = .milliseconds(500)

    private unowned let loop: EventLoop
    private let database: Database
    private let gateway: Gateway
    private var horizon: Int64 = 0
    /// Horizons of one life of the database mean nothing in another.
    private var identity: DatabaseIdentity?

    public init(_ database: Database, _ gateway: Gateway, on loop: EventLoop) {
        self.loop = loop
        self.database = database
        self.gateway = gateway
        look()
    }

    private func look() {
        let asked = database.identity
        if asked != identity { horizon = 0 }
        database.sessionEnds(since: horizon) { [weak self] result in
            guard let self else { return }
            if case .success(let (ends, horizon)) = result, database.identity == asked {
                identity = asked
                self.horizon = horizon
                for end in ends { gateway.end(end) }
            }
            loop.schedule(after: Self.period) { [weak self] in self?.look() }
        }
    }
}

extension Gateway {
    /// Sessions of this node only.
    fileprivate func end(_ end: SessionEnd) {
        let presence = online.presence(of: end.user)
        for (device, epoch) in end.epochs {
            // Its client knows no better word for it than another login.
            if let entry = presence[device], entry.epoch <= epoch { kick(entry.address, .duplicateUser) }
        }
    }
}
