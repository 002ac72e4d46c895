// A libFuzzer entry: whatever a member says, decoding and the membership core do not trap, what is decoded comes back
// from its bytes, every answer fits into a datagram, and who then behaves is found alive.

import Membership
import Primitives

private func peer(_ node: UInt16, _ epoch: UInt64) -> Peer {
    guard let node = NodeID(rawValue: node), let epoch = NodeEpoch(rawValue: epoch) else {
        preconditionFailure("no node \(node)")
    }
    return Peer(node, epoch)
}

private func address(_ number: UInt32) -> MemberAddress {
    MemberAddress(ipv4: number, gossipPort: 7946, busPort: 7947)
}

private func encoded(_ message: GossipMessage) -> [UInt8] {
    var writer = ByteWriter(capacity: 1200)
    message.encode(into: &writer)
    return writer.bytes.copied()
}

private func check(_ effects: [Swim.Effect]) {
    for case .send(let message, to: _) in effects {
        let bytes = encoded(message)
        precondition(bytes.count <= SwimConfiguration().maxMessageBytes, "a message of \(bytes.count) bytes")
        precondition(GossipMessage(bytes.rawBytes) == message, "a message changes on its way")
    }
}

/// The input is a row of datagrams, each with its length in two bytes before it; the high bits of the length say how
/// much time passes, and who the source is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGossip(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    var now = Instant(nanoseconds: 1_000_000_000)
    var swim = Swim(peer(1, 5), at: address(1), random: SeededRandom(seed: 1), now: now)
    var effects: [Swim.Effect] = []
    swim.setContacts([address(2), address(3)], at: now)
    var offset = 0
    while offset + 2 <= input.count {
        let length = (Int(input[offset]) << 8 | Int(input[offset + 1])) & 0x7FF
        let (pause, source) = (Int64(input[offset] >> 5), UInt32(input[offset] >> 3 & 3))
        let end = min(offset + 2 + length, input.count)
        let datagram = Array(input[(offset + 2)..<end])
        offset = end
        if let message = GossipMessage(datagram.rawBytes) {
            let again = encoded(message)
            precondition(GossipMessage(again.rawBytes) == message, "a message changes when it is passed on")
            swim.received(message, from: address(source), at: now, into: &effects)
        }
        now = now + .milliseconds(pause * 200)
        if now >= swim.nextDue { swim.tick(at: now, into: &effects) }
        check(effects)
        let flaw = swim.checkInvariants()
        precondition(flaw == nil, flaw ?? "")
        effects.removeAll(keepingCapacity: true)
    }

    // A member that was not spoken of, and one of a life beyond any other.
    for newcomer in [peer(60_000, 1), peer(2, 1 << 48 - 1)] {
        if let known = swim[newcomer.node], known.standing.epoch >= newcomer.epoch { continue }
        let message = GossipMessage(
            .ping, from: newcomer.node, epoch: newcomer.epoch, incarnation: 0, sequence: 1, to: swim.me.node,
            entries: [.alive(newcomer.node, newcomer.epoch, 0, address(9))])
        swim.received(message, from: address(9), at: now, into: &effects)
        precondition(swim.isLive(newcomer), "\(newcomer) is not alive after its ping")
        check(effects)
    }
    return 0
}
