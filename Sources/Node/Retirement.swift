public import ClientGateway
import Log
import Primitives
import Synchronization

/// Taking a node out of service.
extension Node {
    /// Time that `retire` leaves for what comes after the last client.
    private static let reserve: Duration = .seconds(3)
    private static let pollInterval: Duration = .milliseconds(50)

    /// Lets go of all clients, who find other nodes, and takes no new ones; with `nil` takes clients again.
    public func drain(_ order: DrainOrder?) {
        state.drain(order)
    }

    /// Clients that are connected.
    public var clientCount: Int { state.clientCount }

    /// Ends the node without breaking anything: its clients go at the pace of `drain.rate`, what they sent is
    /// committed and acknowledged, and the other nodes are told. Returns when all is done, after `drain.limit` at the
    /// latest.
    ///
    /// - Parameter isHurried: waits for so long; `true` if the end must come at once.
    public func retire(_ isHurried: (Duration) -> Bool) {
        let clients = state.clientCount
        let tuning = state.live.tuning.withLock { $0 }
        let time = max(.seconds(1), tuning.drainLimit - Self.reserve)
        let order =
            state.hasSuccessor
            ? DrainOrder(rate: max(tuning.drainRate, clients * 1000 / Int(time.milliseconds) + 1))
            // Nowhere to go: nothing is won by waiting.
            : DrainOrder(rate: 1_000_000, notice: .zero)
        drain(order)
        var isPeaceful = wait(for: tuning.drainLimit, isHurried) { state.clientCount == 0 && state.waitingSends == 0 }
        // Also where nobody is to hear it: nodes that start later would miss this one.
        if isPeaceful {
            state.farewell.isWanted.store(true, ordering: .relaxed)
            isPeaceful = wait(for: Self.reserve, isHurried) { state.farewell.isSaid.load(ordering: .relaxed) }
        }
        log.info(
            "node_stopped", isPeaceful ? "the node has nothing left to do" : "the node ends before it is done",
            ["clients": .int(state.clientCount), "uncommitted": .int(state.waitingSends)])
        stop()
    }

    /// `false`: hurried, or not within the time.
    private func wait(for limit: Duration, _ isHurried: (Duration) -> Bool, _ isDone: () -> Bool) -> Bool {
        var waited = Duration.zero
        while !isDone() {
            if waited >= limit || isHurried(Self.pollInterval) { return false }
            waited = waited + Self.pollInterval
        }
        return true
    }
}
