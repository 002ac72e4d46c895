// A libFuzzer entry: whatever comes on a connection, in any phase of it, the bus core does not trap, says nothing to
// its owner that was not sent, and goes on serving its other peers and the next life of this one.

import Membership
import Primitives
import TopicBus

private let topic = Topic(rawValue: 9)

private func peer(_ node: UInt16, _ epoch: UInt64 = 1) -> Peer {
    guard let node = NodeID(rawValue: node), let epoch = NodeEpoch(rawValue: epoch) else {
        preconditionFailure("no node \(node)")
    }
    return Peer(node, epoch)
}

private func address(_ peer: Peer) -> MemberAddress {
    MemberAddress(ipv4: UInt32(peer.node.rawValue), gossipPort: 1, busPort: 2)
}

private func mesh(_ me: Peer, sealed: Bool) -> Mesh {
    var configuration = Mesh.Configuration()
    configuration.isSealed = sealed
    var nonces = SeededRandom(seed: me.epoch.rawValue << 16 | UInt64(me.node.rawValue))
    return Mesh(
        me, cluster: 1, secret: [UInt8](repeating: 9, count: 32), configuration: configuration,
        random: SeededRandom(seed: 1)
    ) { (0..<32).map { _ in UInt8.random(in: 0...255, using: &nonces) } }
}

/// One connection between two meshes, the dialer first.
private struct Pipe {
    let meshes: [Mesh]
    var links: [LinkID]
    var messages = 0

    /// What one side has to say.
    func output(_ side: Int, at now: Instant) -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        while meshes[side].output(links[side], at: now, into: &writer) {}
        return writer.bytes.copied()
    }

    mutating func pass(_ bytes: [UInt8], to side: Int, at now: Instant) -> Bool {
        var count = 0
        let taken = meshes[side].received(links[side], bytes.rawBytes, at: now) { _, received, _, _ in
            if received == topic { count += 1 }
        }
        messages += count
        return taken == bytes.count
    }

    /// Until both have nothing more to say.
    mutating func run(at now: Instant, turns: Int = 8) {
        for turn in 0..<turns {
            let bytes = output(turn % 2, at: now)
            precondition(pass(bytes, to: 1 - turn % 2, at: now), "honest bytes are refused")
        }
    }
}

/// The control lane from `one` to `other`, dialed and not spoken on yet.
private func dial(_ one: Mesh, _ other: Mesh, at now: Instant) -> Pipe {
    one.memberIsUp(other.me, at: address(other.me), now: now)
    other.memberIsUp(one.me, at: address(one.me), now: now)
    one.tick(at: now)
    for case .dial(let link, let place) in one.takeEffects() where place == address(other.me) {
        let accepted = other.accepted(at: now)
        one.connected(link, at: now)
        return Pipe(meshes: [one, other], links: [link, accepted])
    }
    preconditionFailure("\(one.me) does not dial \(other.me)")
}

/// The first byte chooses the phase, the second whether records are sealed; the rest is what is said, in pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBus(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
    let (phase, isSealed) = (input[0] % 5, input[1] & 1 != 0)
    var now = Instant(nanoseconds: 10_000_000_000)
    let node = mesh(peer(2), sealed: isSealed)
    // The honest one, on a lane of its own.
    let friend = mesh(peer(1), sealed: isSealed)
    var friends = dial(friend, node, at: now)
    friends.run(at: now)

    let other = mesh(peer(phase == 1 ? 3 : 1, phase == 1 ? 1 : 2), sealed: isSealed)
    // As the dialer the node is the lower number.
    let target = phase == 1 ? node : mesh(peer(2, 2), sealed: isSealed)
    var pipe = phase == 1 ? dial(node, other, at: now) : dial(other, target, at: now)
    let side = phase == 1 ? 0 : 1
    switch phase {
    case 0: break
    case 1: _ = pipe.output(0, at: now)
    case 2: precondition(pipe.pass(pipe.output(0, at: now), to: 1, at: now), "an honest hello is refused")
    default: pipe.run(at: now)
    }
    var rest = Array(input[2...])
    var carry: [UInt8] = []
    while !rest.isEmpty {
        let length = min(Int(rest[0]), rest.count - 1)
        var piece = Array(rest[1..<(1 + length)])
        rest.removeFirst(1 + length)
        if phase == 4 {
            // Its length is right, so that frames are reached.
            var record = ByteWriter(capacity: 512)
            record.append(bigEndian: UInt32(piece.count))
            record.append(bigEndian: UInt32(truncatingIfNeeded: mix64(UInt64(piece.count))))
            record.append(piece)
            piece = record.bytes.copied()
        }
        let bytes = carry + piece
        let taken = pipe.meshes[side].received(pipe.links[side], bytes.rawBytes, at: now) { _, _, _, _ in }
        guard let taken else { break }
        precondition(taken <= bytes.count, "more was taken than came")
        carry = Array(bytes.dropFirst(taken))
        _ = pipe.output(side, at: now)
        now = now + .milliseconds(10)
        pipe.meshes[side].tick(at: now)
        let flaw = pipe.meshes[side].checkInvariants()
        precondition(flaw == nil, flaw ?? "")
    }
    _ = pipe.meshes[side].takeEffects()

    // The others.
    precondition(
        friend.publish(.state, on: .control, topic, key: 1, [1].rawBytes, to: node.me.node), "the friend lost its link")
    friends.run(at: now)
    precondition(friends.messages == 1, "the friend's message did not come")
    let next = mesh(peer(other.me.node.rawValue, 7), sealed: isSealed)
    pipe.meshes[side].memberIsUp(next.me, at: address(next.me), now: now)
    _ = pipe.meshes[side].takeEffects()
    now = now + .seconds(2)
    var again = phase == 1 ? dial(node, next, at: now) : dial(next, target, at: now)
    again.run(at: now)
    precondition(pipe.meshes[side].isLinked(next.me), "the next life gets no link")
    return 0
}
