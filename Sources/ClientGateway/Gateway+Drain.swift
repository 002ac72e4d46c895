import Conversations
import Metrics
import Primitives
import Reactor

/// Taking the node out of service: its clients are closed in an order that chance decides, and find another node
/// through `/msg_server`, which names this one no more. The protocol has no word to send a client elsewhere.
extension Gateway {
    /// It takes no new clients.
    public var isDraining: Bool { drain != nil }

    /// Begins to let go of all clients, changes the pace, or with `nil` keeps those that are left.
    public func follow(_ order: DrainOrder?) {
        guard order != drain?.order else { return }
        drain = order.map { Drain($0, loops: shared.loops, at: loop.now) }
        if !isParting {
            isParting = true
            part()
        }
    }

    private func part() {
        chooseLeaving()
        closeLeaving()
        guard drain != nil || !leaving.isEmpty else {
            isParting = false
            return
        }
        loop.schedule(after: Drain.tick) { [weak self] in self?.part() }
    }

    /// Nothing more is taken from them, and nothing is pushed to them: what comes now they read elsewhere.
    private func chooseLeaving() {
        guard drain != nil else { return }
        var staying: [Session] = []
        sessions.forEach { if $0.gate.phase != .leaving || $0.silentUntil != nil { staying.append($0) } }
        for _ in 0..<(drain?.take(of: staying.count, at: loop.now) ?? 0) {
            let session = staying.remove(at: Int.random(in: staying.indices, using: &loop.random))
            leave(session)
            session.silentUntil = nil
            leaving.append((session.address, loop.now + Drain.patience))
            counters.drained.add()
        }
    }

    /// Those go whose messages are all acknowledged.
    private func closeLeaving() {
        leaving.removeAll { address, limit in
            guard let session = sessions[address] else { return true }
            guard session.unacknowledged <= 0 || loop.now >= limit else { return false }
            session.close(because: .drained)
            return true
        }
    }
}
