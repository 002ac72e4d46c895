// A libFuzzer entry: whatever a peer sends, the presence core does not trap, its own sessions stay as they are, and a
// peer that then behaves is repaired to what it has.

import Membership
import Presence
import Primitives
import TalkProtocol

private func peer(_ node: UInt16) -> Peer {
    guard let node = NodeID(rawValue: node), let epoch = NodeEpoch(rawValue: 1) else {
        preconditionFailure("no node \(node)")
    }
    return Peer(node, epoch)
}

private struct Node: ~Copyable {
    let table: PresenceTable
    var core: PresenceReplication
    var effects: [PresenceEffect] = []

    init(_ node: UInt16, users: ClosedRange<UInt32>) {
        table = PresenceTable(own: peer(node))
        core = PresenceReplication(table, at: Instant(nanoseconds: 0))
        for user in users {
            core.opened(
                UserID(user), .ios, .online, LoginEpoch(rawValue: user), at: Instant(nanoseconds: 0), into: &effects)
        }
    }

    /// The frames for the other node, those of a repair included.
    mutating func takeFrames(for other: Peer, at now: Instant) -> [[UInt8]] {
        while core.nextRepairFrame(for: other, at: now, into: &effects) {}
        var frames: [[UInt8]] = []
        for case .send(let frame, to: _) in effects { frames.append(frame) }
        effects = []
        return frames
    }
}

/// The input is a row of frames, each with its length in one byte before it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPresence(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    var now = Instant(nanoseconds: 0)
    var node = Node(1, users: 1...3)
    var other = Node(2, users: 2...6)
    node.core.linked(other.table.own, at: now, into: &node.effects)
    var offset = 0
    while offset < input.count {
        let end = min(offset + 1 + Int(input[offset]), input.count)
        let frame = Array(input[(offset + 1)..<max(end, offset + 1)])
        offset = max(end, offset + 1)
        node.core.received(frame.rawBytes, from: other.table.own, at: now, into: &node.effects)
        _ = node.takeFrames(for: other.table.own, at: now)
        now = now + .milliseconds(300)
        node.core.tick(at: now, into: &node.effects)
    }
    precondition(node.table.sessionCount(of: node.table.own) == 3, "the own sessions changed")

    other.core.linked(node.table.own, at: now, into: &other.effects)
    for _ in 0..<6 {
        now = now + .seconds(1)
        node.core.tick(at: now, into: &node.effects)
        other.core.tick(at: now, into: &other.effects)
        for _ in 0..<4 {
            for frame in node.takeFrames(for: other.table.own, at: now) {
                other.core.received(frame.rawBytes, from: node.table.own, at: now, into: &other.effects)
            }
            for frame in other.takeFrames(for: node.table.own, at: now) {
                node.core.received(frame.rawBytes, from: other.table.own, at: now, into: &node.effects)
            }
        }
    }
    let flaw = node.core.checkInvariants() ?? other.core.checkInvariants()
    precondition(flaw == nil, flaw ?? "")
    precondition(node.table.sessionCount(of: other.table.own) == 5, "\(node.table.sessionCount) sessions, not 8")
    for user in UInt32(2)...6 {
        var found = false
        node.table.forEachSession(of: UserID(user)) {
            if $0.peer == other.table.own, $0.login.rawValue == user { found = true }
        }
        precondition(found, "user \(user) was not repaired")
    }
    return 0
}
