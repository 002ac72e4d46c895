import Membership
import Presence
import Primitives
import TalkProtocol

/// Users who disappeared with their node: most of them are back on another one before anybody has to see them go
/// (Presence.docc/Presence.md). Holds them back for a while, then lets them go a few at a time. A core.
///
/// Bounded by the presence map: it holds a user once for each session that the map had in the last minutes.
struct OfflineGrace {
    static let delay: Duration = .seconds(15)
    /// How often `take` is to be called.
    static let tick: Duration = .milliseconds(100)
    /// In one tick: 5,000 per second.
    static let maxPerTick = 500
    /// So long after it disappeared a node can come back as it was.
    private static let memory = delay + PresenceLimits.purgeDelay

    private struct Batch {
        let peer: Peer
        let since: Instant
        var users: [UserID]
        /// So many of them were shown as gone.
        var told = 0
    }

    /// In the order in which they disappeared.
    private var gone: [Batch] = []
    /// Those who were shown as gone and have come back with their node.
    private var back: [UserID] = []

    /// Nobody waits, and nobody is remembered: `take` need not be called.
    var isEmpty: Bool { gone.isEmpty && back.isEmpty }

    mutating func hidden(_ peer: Peer, _ users: [UserID], at now: Instant) {
        if let last = gone.last, last.peer == peer, last.told == 0, now - last.since < Self.tick {
            gone[gone.count - 1].users += users
        } else {
            gone.append(Batch(peer: peer, since: now, users: users))
        }
    }

    /// Who was not told of as gone yet needs no word.
    mutating func shown(_ peer: Peer) {
        for batch in gone where batch.peer == peer { back += batch.users.prefix(batch.told) }
        gone.removeAll { $0.peer == peer }
    }

    /// Who is to be shown as he is now.
    ///
    /// - Parameter isBack: whether somebody who disappeared can be seen again; nothing is said of him then.
    mutating func take(at now: Instant, unless isBack: (UserID) -> Bool) -> [UserID] {
        gone.removeAll { $0.since + Self.memory <= now && $0.told == $0.users.count }
        var taken = Array(back.suffix(Self.maxPerTick))
        back.removeLast(taken.count)
        for index in gone.indices where gone[index].since + Self.delay <= now && taken.count < Self.maxPerTick {
            let some = gone[index].users[gone[index].told...].prefix(Self.maxPerTick - taken.count)
            taken += some.filter { !isBack($0) }
            gone[index].told += some.count
        }
        return taken
    }
}
