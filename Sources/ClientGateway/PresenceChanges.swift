import Primitives
import TalkProtocol

/// Users whose status changed, to be told to all PCs a few at a time: thousands who come or go in one moment, as when a
/// network breaks, must not fill the output queue of everybody else, who would then be closed as slow readers. A core.
///
/// It knows what PCs were told last, so that a login of a mobile, or a user who moves from node to node, is no news.
struct PresenceChanges {
    /// In one tick. Every loop of a node may send as many; the queue of a session holds 2,000 packets.
    static let maxPerTick = 200
    /// Between two notices of one user: who comes and goes again and again is nothing to everybody else.
    private static let rest: Duration = .seconds(1)

    /// Users who were told of as something else than offline.
    private var told: [UserID: UserStatType] = [:]
    /// Since when each was shown otherwise than he was told of.
    private var changes: [UserID: Instant] = [:]
    /// When those were told of who are not told of again yet.
    private var resting: [UserID: Instant] = [:]

    var isEmpty: Bool { changes.isEmpty }

    /// What is seen of `user` may have changed to `status`. `true`: it is the first one, and a tick is to be scheduled.
    mutating func note(_ user: UserID, _ status: UserStatType, at now: Instant) -> Bool {
        guard status != told[user, default: .offline], changes[user] == nil else { return false }
        changes[user] = now
        return changes.count == 1
    }

    /// Those of this tick, as they are now; the others wait for a later one. Who is again as he was told of is left
    /// out, unless somebody asked for statuses meanwhile and has learned what is no longer so.
    ///
    /// - Parameter asked: when a client of this node last asked for the status of anybody.
    mutating func take(
        asked: Instant, at now: Instant, _ status: (UserID) -> UserStatType
    ) -> [(user: UserID, status: UserStatType)] {
        var taken: [(user: UserID, status: UserStatType)] = []
        resting = resting.filter { now - $0.value < Self.rest }
        let due = changes.lazy.filter { [resting] in resting[$0.key] == nil }
        // Not a slice: with that the first removal would copy the table.
        for (user, since) in Array(due.prefix(Self.maxPerTick)) {
            changes[user] = nil
            let (before, after) = (told[user, default: .offline], status(user))
            guard after != before || asked >= since else { continue }
            told[user] = after == .offline ? nil : after
            resting[user] = now
            taken.append((user, after))
        }
        return taken
    }
}
