import Conversations
import DBProxy
import Metrics
import Primitives
import Reactor
import TalkProtocol

/// Messages for users of this node that were stored by others and of which nothing was heard: the bus broke, or the
/// other node did not know yet who is here. The database knows them all (architecture.md 8.6).
extension Gateway {
    private static let usersPerLook = 500
    private static let pause: Duration = .seconds(1)

    /// Other nodes learn of a login a moment later, or much later over a bad line (reference/reliability.md 2.3): what
    /// they stored until then, they did not send here. When is looked, and how far back.
    private static let settlingLooks: [(after: Duration, back: Duration)] = [
        (.seconds(1), .seconds(3)), (.seconds(10), .seconds(12)),
    ]

    /// Looks for what was stored since then for all who are online here.
    func lookForMissed(since start: Instant) {
        doubts.arose(since: start, at: loop.now)
        look()
    }

    private func look() {
        guard let back = doubts.begin(at: loop.now) else { return }
        look(for: roster.pcs.map(\.user) + roster.mobiles.map(\.user), back) { [weak self] isAnswered in
            guard let self, doubts.ended(isAnswered, at: loop.now) else { return }
            loop.schedule(after: Self.pause) { [weak self] in self?.look() }
        }
    }

    /// - Parameter completion: whether all of it was answered.
    private func look(for users: [UserID], _ back: Duration, _ completion: @escaping (Bool) -> Void) {
        let starts = Array(stride(from: 0, to: users.count, by: Self.usersPerLook))
        if starts.isEmpty { return completion(true) }
        var waiting = starts.count
        var isAnswered = true
        for start in starts {
            counters.headSweeps.add()
            let some = users[start..<min(users.count, start + Self.usersPerLook)].compactMap { user in
                horizon(of: [user]).map { (user: user, horizon: $0) }
            }
            // Times in the database are whole seconds.
            database.recentMessages(of: some, seconds: back.milliseconds / 1000 + 1) { [weak self] result in
                switch result {
                case .success(let found):
                    self?.counters.headSweepFinds.add(UInt64(found.count))
                    for recent in found { self?.missed(recent) }
                case .failure:
                    self?.counters.headSweepsFailed.add()
                    isAnswered = false
                }
                waiting -= 1
                if waiting == 0 { completion(isAnswered) }
            }
        }
    }

    private func missed(_ recent: RecentMessages) {
        let home = Conversations.home(of: recent.conversation, loops: shared.loops, lanes: shared.lanesPerLoop).loop
        loop.post(kind: Mail.missed.rawValue, to: home) { writer in
            writer.append(bigEndian: recent.conversation.rawValue)
            writer.append(bigEndian: recent.first.rawValue)
            writer.append(bigEndian: recent.head.rawValue)
        }
    }

    func readMissed(_ bytes: RawSpan) -> Bool {
        guard let conversation = bytes.bigEndian(at: 0, as: UInt64.self).flatMap(ConversationID.init(rawValue:)),
            let first = bytes.bigEndian(at: 8, as: UInt32.self), let head = bytes.bigEndian(at: 12, as: UInt32.self)
        else { return false }
        conversations.mayHaveMissed(conversation, from: MessageID(first), through: MessageID(head))
        return true
    }

    /// A user has logged in. Logins of the same moment are looked after together.
    func settleLogin(of user: UserID) {
        guard shared.cluster.hasPeers else { return }
        settlingUsers.append(user)
        guard settlingUsers.count == 1 else { return }
        // All that comes in the meantime is in the list when it is taken.
        loop.schedule(after: .milliseconds(100)) { [weak self] in
            guard let self else { return }
            let users = settlingUsers
            settlingUsers = []
            for (delay, back) in Self.settlingLooks {
                loop.schedule(after: delay) { [weak self] in self?.settle(users, back) }
            }
        }
    }

    private func settle(_ users: [UserID], _ back: Duration) {
        let start = loop.now
        look(for: users, back) { [weak self] isAnswered in
            if !isAnswered { self?.lookForMissed(since: start - back) }
        }
    }
}
