import Cluster
import Membership
import Primitives
import TopicBus

/// Messages between nodes, to be checked: each carries the number that its sender counted for its receiver and lane.
struct Traffic {
    struct Way: Hashable {
        let peer: Peer
        let topic: Topic
    }

    struct Sent {
        /// When each message was accepted, from number 1 on.
        var times: [Instant] = []
        /// The sender was told that the receiver is gone: up to here messages may be missing.
        var abandoned = 0
    }

    struct Received {
        var last = 0
        /// When the latest of those that were skipped was sent.
        var missedUntil: Instant?
    }

    var sent: [Way: Sent] = [:]
    var received: [Way: Received] = [:]
    /// When a message for a node was last refused by this one: it is in the database only.
    var refused: [Peer: Instant] = [:]

    static let lanes: [(Lane, Topic)] = [(.messages0, Topic(rawValue: 77)), (.messages1, Topic(rawValue: 78))]
    static let hints = Topic(rawValue: 79)
}

extension ClusterWorld {
    /// Commits messages, and tells another node about each. The database comes first, so without it there are none.
    public func sendMessages(_ count: Int, from place: Int, to target: Int, bytes: ClosedRange<Int> = 0...2000) {
        let (node, other) = (nodes[place], nodes[target].me)
        guard node.state == .running, place != target, !databaseIsAway else { return }
        let (lane, topic) = Traffic.lanes[Int.random(in: 0..<2, using: &random)]
        let way = Traffic.Way(peer: other, topic: topic)
        for _ in 0..<count {
            let number = (node.traffic.sent[way]?.times.count ?? 0) + 1
            let body = [UInt8](repeating: 1, count: Int.random(in: bytes, using: &random))
            let isTaken =
                node.cluster.swim.isLive(other)
                && node.cluster.mesh.publish(
                    .reliable, on: lane, topic, key: UInt64(number), body.rawBytes, to: other.node)
            if isTaken {
                node.traffic.sent[way, default: Traffic.Sent()].times.append(now)
            } else {
                node.traffic.refused[other] = now
            }
        }
        checkBounds(of: node)
        carryOut(place)
    }

    /// Something that may get lost.
    public func sendHint(from place: Int, to target: Int) {
        guard nodes[place].state == .running, place != target else { return }
        watch.lastHint += 1
        nodes[place].cluster.mesh.publish(
            .hint, on: .messages0, Traffic.hints, key: watch.lastHint, [1, 2, 3].rawBytes, to: nodes[target].me.node)
        carryOut(place)
    }

    /// Each message once and in order (T1); numbers may be missing only where the sender abandoned messages.
    func noteArrival(_ key: UInt64, _ topic: Topic, from peer: Peer, at node: Node) {
        if topic.rawValue == Self.unknownTopic { return }
        guard topic != Traffic.hints else {
            if !watch.hints.insert(key).inserted { violate(.t1, "hint \(key) came twice") }
            return
        }
        let number = Int(truncatingIfNeeded: key)
        var received = node.traffic.received[Traffic.Way(peer: peer, topic: topic)] ?? Traffic.Received()
        let sent = lives[peer]?.traffic.sent[Traffic.Way(peer: node.me, topic: topic)] ?? Traffic.Sent()
        if number <= received.last {
            violate(
                .t1, "message \(number) of \(peer) on \(topic.rawValue) comes after \(received.last) at \(node.name)")
        }
        if number > sent.times.count {
            violate(.t1, "message \(number) of \(peer) was never sent to \(node.name)")
        } else if number > received.last + 1 {
            received.missedUntil = sent.times[number - 2]
            if number - 1 > sent.abandoned {
                violate(.t1, "messages \(received.last + 1) to \(number - 1) of \(peer) are missing at \(node.name)")
            }
        }
        if number <= sent.times.count, number > 0 { onArrival?(peer, node.me, now - sent.times[number - 1]) }
        received.last = max(received.last, number)
        node.traffic.received[Traffic.Way(peer: peer, topic: topic)] = received
    }

    /// The node was told that the other one is gone: it leaves to the database what was not confirmed.
    func abandon(_ peer: Peer, by node: Node) {
        for (_, topic) in Traffic.lanes {
            let way = Traffic.Way(peer: peer, topic: topic)
            if let count = node.traffic.sent[way]?.times.count { node.traffic.sent[way]?.abandoned = count }
        }
    }

    // MARK: Checks

    /// T3: what waits for a peer stays within its bounds, with room for the message that found it full.
    func checkBounds(of node: Node) {
        for other in nodes where other !== node {
            let backlog = node.cluster.mesh.backlog(of: other.me.node)
            if backlog.bytes > options.mesh.maxPeerBytes {
                violate(.t3, "\(node.name) holds \(backlog.bytes) bytes for \(other.me.node)")
            }
            let state = node.cluster.mesh.stateBacklog(other.me)
            if state > options.mesh.maxStateBytes + 64 << 10 {
                violate(.t3, "\(node.name) holds \(state) bytes of state for \(other.me.node)")
            }
        }
    }

    /// All that was accepted has been confirmed.
    var isDrained: Bool {
        let running = nodes.filter { $0.state == .running }
        return running.allSatisfy { node in
            running.allSatisfy { node.cluster.mesh.backlog(of: $0.me.node).frames == 0 }
        }
    }

    /// T1 and T2 at the end: what was accepted and not abandoned is there, and who missed something was told.
    func checkTraffic() {
        let running = nodes.filter { $0.state == .running }
        for sender in running {
            for receiver in running where receiver !== sender {
                var missed = sender.traffic.refused[receiver.me]
                for (_, topic) in Traffic.lanes {
                    let sent = sender.traffic.sent[Traffic.Way(peer: receiver.me, topic: topic)] ?? Traffic.Sent()
                    let received = receiver.traffic.received[Traffic.Way(peer: sender.me, topic: topic)]
                    let last = received?.last ?? 0
                    if max(last, sent.abandoned) < sent.times.count {
                        violate(
                            .t1, "\(receiver.name) has \(last) of \(sent.times.count) messages of \(sender.name)")
                    }
                    if last < sent.times.count, let time = sent.times.last { missed = max(missed ?? time, time) }
                    if let time = received?.missedUntil { missed = max(missed ?? time, time) }
                }
                if let missed, receiver.doubts[sender.me.node].map({ $0 < missed }) ?? true {
                    violate(
                        .t2, "\(receiver.name) was not told of what it missed of \(sender.name), "
                            + "last at \(Note.seconds(missed))")
                }
            }
        }
    }
}
