import Synchronization

/// How many connections an HTTP port has, over all loops, and how many it may have: whoever fills one port takes no
/// room from another one, nor from clients.
public final class HTTPCensus: Sendable {
    private let maxConnections: Int
    private let present = Atomic<Int>(0)
    private let turnedAway = Atomic<Int>(0)
    private let madeRoom = Atomic<Int>(0)

    public init(maxConnections: Int) {
        self.maxConnections = maxConnections
    }

    /// Connections now.
    public var count: Int { present.load(ordering: .relaxed) }

    /// Connections that were closed at once, as there were too many.
    public var refused: Int { turnedAway.load(ordering: .relaxed) }

    /// Connections that were closed for a newcomer, as they had been silent for longest.
    public var displaced: Int { madeRoom.load(ordering: .relaxed) }

    /// `false`: one too many. Otherwise follow with `leave`.
    func enter() -> Bool {
        if present.add(1, ordering: .relaxed).newValue <= maxConnections { return true }
        present.subtract(1, ordering: .relaxed)
        return false
    }

    /// One too many, which is there all the same.
    func enterBeyond() {
        present.add(1, ordering: .relaxed)
    }

    /// A newcomer was closed.
    func refuse() {
        turnedAway.add(1, ordering: .relaxed)
    }

    /// A newcomer has taken the place of another one.
    func displace() {
        madeRoom.add(1, ordering: .relaxed)
    }

    func leave() {
        present.subtract(1, ordering: .relaxed)
    }
}
