import Membership
import Primitives
import TalkProtocol

/// Users who disappeared with their node: most of them are back on another one before anybody has to see them go
/// (reference/cluster.md 3.5). Holds them back for a while, then lets them go a few at a time. A core.
///
/// Bounded by the presence map: it holds a user once for each session that the map has or had 15 s ago.
struct OfflineGrace {
    static let delay: Duration = .seconds(15)
    /// How often `take` is to be called.
    static let tick: Duration = .milliseconds(100)
    /// In one tick: 5,000 per second.
    static let maxPerTick = 500

    private struct Batch {
        let peer: Peer
        let due: Instant
        var users: [UserID]
    }

    /// In the order in which they are due.
    private var gone: [Batch] = []
    /// Those who were shown as gone and have come back with their node.
    private var back: [UserID] = []

    /// Nobody waits: `take` need not be called.
    var isEmpty: Bool { gone.isEmpty && back.isEmpty }

    mutating func hidden(_ peer: Peer, _ users: [UserID], at now: Instant) {
        if !users.isEmpty { gone.append(Batch(peer: peer, due: now + Self.delay, users: users)) }
    }

    /// Who was not told of as gone yet needs no word.
    mutating func shown(_ peer: Peer, _ users: [UserID]) {
        guard let index = gone.firstIndex(where: { $0.peer == peer }) else {
            back += users
            return
        }
        let untold = Set(gone.remove(at: index).users)
        back += users.filter { !untold.contains($0) }
    }

    /// Who is to be shown as he is now.
    ///
    /// - Parameter isBack: whether somebody who disappeared can be seen again; nothing is said of him then.
    mutating func take(at now: Instant, unless isBack: (UserID) -> Bool) -> [UserID] {
        var taken = Array(back.suffix(Self.maxPerTick))
        back.removeLast(taken.count)
        while taken.count < Self.maxPerTick, let first = gone.first, first.due <= now {
            let some = first.users.suffix(Self.maxPerTick - taken.count)
            taken += some.filter { !isBack($0) }
            gone[0].users.removeLast(some.count)
            if gone[0].users.isEmpty { gone.removeFirst() }
        }
        return taken
    }
}
