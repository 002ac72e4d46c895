import TalkProtocol

/// Users whose status changed, to be told to all PCs a few at a time: thousands who come or go in one moment, as when a
/// network breaks, must not fill the output queue of everybody else, who would then be closed as slow readers. A core.
struct PresenceChanges {
    /// In one tick. Every loop of a node may send as many; the queue of a session holds 2,000 packets.
    static let maxPerTick = 200

    private var users: Set<UserID> = []

    var isEmpty: Bool { users.isEmpty }

    /// `true`: it is the first one, and a tick is to be scheduled.
    mutating func note(_ user: UserID) -> Bool {
        users.insert(user).inserted && users.count == 1
    }

    /// Those of this tick; the others wait for the next one.
    mutating func take() -> [UserID] {
        let taken = Array(users.prefix(Self.maxPerTick))
        users.subtract(taken)
        return taken
    }
}
