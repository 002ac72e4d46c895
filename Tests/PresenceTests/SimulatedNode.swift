import Membership
import Presence
import Primitives
import TalkProtocol

/// A node's shell, as small as it can be: which sessions are really open, and two loops that report to one core.
final class SimulatedNode {
    struct Key: Hashable {
        let user: UserID
        let device: DeviceClass
    }

    struct Session: Equatable {
        let login: LoginEpoch
        let clientType: ClientType
        var status: UserStatType
        let loop: Int
    }

    enum Report {
        case opened(UserID, Session)
        case closed(Key, LoginEpoch)
    }

    let peer: Peer
    let table: PresenceTable
    var core: PresenceReplication
    private(set) var open: [Key: Session] = [:]
    /// Reports on their way from the loops to the core: in order for each loop, in any order between them.
    private var reports: [Fifo<Report>] = [Fifo(), Fifo()]
    /// Peers that wait for a repair.
    var repairs: [Peer] = []
    /// What the core asked for, other than sending.
    var seen: [PresenceEffect] = []

    init(_ peer: Peer, at now: Instant) {
        self.peer = peer
        table = PresenceTable(own: peer)
        core = PresenceReplication(table, at: now)
    }

    /// What `OnlineSessions` does: a session of an older login than the one that is there does not open.
    func open(_ user: UserID, _ session: Session) -> Bool {
        let key = Key(user: user, device: session.clientType.deviceClass)
        if let present = open[key] {
            if present.login > session.login { return false }
            reports[present.loop].append(.closed(key, present.login))
        }
        open[key] = session
        reports[session.loop].append(.opened(user, session))
        return true
    }

    func close(_ key: Key) {
        guard let session = open.removeValue(forKey: key) else { return }
        reports[session.loop].append(.closed(key, session.login))
    }

    func setStatus(_ key: Key, _ status: UserStatType) {
        guard open[key] != nil else { return }
        open[key]?.status = status
        if let session = open[key] { reports[session.loop].append(.opened(key.user, session)) }
    }

    func deliverReport(fromLoop loop: Int, at now: Instant, into effects: inout [PresenceEffect]) -> Bool {
        switch reports[loop].popFirst() {
        case nil: return false
        case .opened(let user, let session):
            core.opened(user, session.clientType, session.status, session.login, at: now, into: &effects)
        case .closed(let key, let login):
            core.closed(key.user, key.device, login, at: now, into: &effects)
        }
        return true
    }

    /// All that can be seen here of the users of a run.
    func visible(_ users: ClosedRange<UInt32>) -> Set<String> {
        var found: Set<String> = []
        for user in users {
            table.forEachSession(of: UserID(user)) {
                found.insert(Self.line(UserID(user), $0.peer, $0.clientType, $0.status, $0.login))
            }
        }
        return found
    }

    var reallyOpen: [String] {
        open.map { Self.line($0.user, peer, $1.clientType, $1.status, $1.login) }
    }

    private static func line(
        _ user: UserID, _ peer: Peer, _ type: ClientType, _ status: UserStatType, _ login: LoginEpoch
    ) -> String {
        "\(user.rawValue) at \(peer): \(type) \(status) \(login)"
    }
}
