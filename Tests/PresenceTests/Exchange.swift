import Membership
import Presence
import Primitives
import TalkProtocol
import Testing

/// Two nodes, 1 and 2, whose frames the test carries by hand.
final class Exchange {
    var nodes: [UInt16: SimulatedNode] = [:]
    var now = Instant(nanoseconds: 1_000_000_000)
    /// Frames that wait at their receiver.
    var waiting: [UInt16: [[UInt8]]] = [:]
    /// Effects of each node other than sending.
    var effects: [UInt16: [PresenceEffect]] = [:]
    /// All frames ever sent to each node.
    var sent: [UInt16: [[UInt8]]] = [:]

    init() {
        for id in [UInt16(1), 2] { nodes[id] = SimulatedNode(peer(id), at: now) }
    }

    func call(_ id: UInt16, _ body: (SimulatedNode, inout [PresenceEffect]) -> Void) {
        guard let node = nodes[id] else { return }
        var effects: [PresenceEffect] = []
        body(node, &effects)
        for effect in effects {
            guard case .send(let frame, to: let peer) = effect else {
                self.effects[id, default: []].append(effect)
                continue
            }
            waiting[peer.node.rawValue, default: []].append(frame)
            sent[peer.node.rawValue, default: []].append(frame)
        }
    }

    private func other(_ id: UInt16) -> Peer? { nodes[3 - id]?.peer }

    func link() {
        for id in [UInt16(1), 2] {
            guard let other = other(id) else { continue }
            call(id) { $0.core.linked(other, at: now, into: &$1) }
        }
    }

    func cut() {
        waiting = [:]
        for id in [UInt16(1), 2] {
            guard let other = other(id) else { continue }
            call(id) { node, _ in node.core.unlinked(other) }
        }
    }

    func opened(_ id: UInt16, _ user: UInt32, _ type: ClientType, _ login: UInt32, _ status: UserStatType = .online) {
        let login = LoginEpoch(rawValue: login)
        call(id) { $0.core.opened(UserID(user), type, status, login, at: now, into: &$1) }
    }

    func closed(_ id: UInt16, _ user: UInt32, _ device: DeviceClass, _ login: UInt32) {
        let login = LoginEpoch(rawValue: login)
        call(id) { $0.core.closed(UserID(user), device, login, at: now, into: &$1) }
    }

    func tick(after time: Duration = .zero) {
        now = now + time
        for id in [UInt16(1), 2] { call(id) { $0.core.tick(at: now, into: &$1) } }
    }

    /// Long enough for a pass over the table, and for another one that waits.
    func sweep() {
        for _ in 0..<130 { tick(after: PresenceLimits.sweepInterval) }
    }

    /// Carries the frames that wait for a node.
    func carry(to id: UInt16) {
        guard let other = other(id) else { return }
        for frame in waiting.removeValue(forKey: id) ?? [] {
            call(id) { $0.core.received(frame.rawBytes, from: other, at: now, into: &$1) }
        }
    }

    func repairFrame(from id: UInt16) -> Bool {
        guard let other = other(id) else { return false }
        var isSent = false
        call(id) { isSent = $0.core.nextRepairFrame(for: other, at: now, into: &$1) }
        return isSent
    }

    /// Carries everything, and sends what is to be repaired, until nothing moves.
    func settle() {
        while true {
            carry(to: 1)
            carry(to: 2)
            let isRepairing = [repairFrame(from: 1), repairFrame(from: 2)].contains(true)
            if !isRepairing, (waiting[1] ?? []).isEmpty, (waiting[2] ?? []).isEmpty { break }
        }
        for node in nodes.values {
            let broken = node.core.checkInvariants()
            #expect(broken == nil)
        }
    }

    /// Takes the effects that a node had so far.
    func effects(of id: UInt16) -> [PresenceEffect] { effects.removeValue(forKey: id) ?? [] }

    func sessions(at id: UInt16, of user: UInt32) -> [String] { nodes[id]?.table.sessions(of: user) ?? [] }
}
