import ClusterSimulator
import Membership
import Primitives
import Testing

/// Anything may happen for a while; afterwards everyone agrees, and is right (M1, M4, M5).
@Suite struct ChaosTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func afterAnyFaultsTheClusterAgrees(_ seed: UInt64) {
        var world = MembershipWorld.settled(3 + Int(seed % 6), seed: seed)
        var standings: [Int: [NodeID: Standing]] = [:]
        for _ in 0..<40 {
            world.disturb()
            world.run(for: .milliseconds(Int64.random(in: 1...1500, using: &world.random)))
            world.checkMonotone(&standings)
        }
        world.heal()
        // A node that still stands still, and two rounds of contacting strangers.
        world.run(for: .seconds(30))
        let running = world.nodes.filter(\.isRunning).count
        #expect(world.isConverged && world.everyoneSees(running), "seed \(seed)")
    }
}

extension MembershipWorld {
    /// One fault, or the end of some.
    fileprivate mutating func disturb() {
        let place = Int.random(in: 0..<nodes.count, using: &random)
        let other = Int.random(in: 0..<nodes.count, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where nodes[place].isRunning: crash(place)
        case 1 where nodes[place].isRunning: vanish(place)
        case 2, 3: if nodes[place].isDown { restart(place, seeds: Array(nodes.indices)) }
        case 4: pause(place, for: .milliseconds(Int64.random(in: 100...8000, using: &random)))
        case 5: network.cut(from: place, to: other)
        case 6: network.cut([place], nodes.indices.filter { $0 != place })
        case 7: network.heal()
        case 8: network.loss = Double.random(in: 0...0.5, using: &random)
        default: network.duplication = Double.random(in: 0...0.5, using: &random)
        }
    }

    fileprivate mutating func heal() {
        network.heal()
        network.loss = 0
        for place in nodes.indices where nodes[place].isDown { restart(place, seeds: Array(nodes.indices)) }
    }

    /// What a node has stored of another never decreases (M5).
    fileprivate func checkMonotone(_ before: inout [Int: [NodeID: Standing]]) {
        for (place, node) in nodes.enumerated() {
            // A new life starts with nothing.
            let key = place << 32 | Int(node.swim.me.epoch.rawValue)
            for member in node.swim.allMembers {
                if let earlier = before[key]?[member.node] { #expect(earlier <= member.standing) }
                before[key, default: [:]][member.node] = member.standing
            }
        }
    }
}
