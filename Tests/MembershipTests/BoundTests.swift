import ClusterSimulator
import Membership
import Primitives
import Testing

/// How long things take, in clusters of any size (M1, M2 and M4).
@Suite struct BoundTests {
    private static let period: Duration = .milliseconds(500)
    private static let tick: Duration = .milliseconds(100)

    /// ⌈log2(count + 1)⌉
    private static func log2Up(_ count: Int) -> Int { Int.bitWidth - count.leadingZeroBitCount }

    /// B(N) = 0.7 s + 4 T + 6 x min + 3 log2(N + 1) gossip ticks; min is 1.5 s up to ten nodes, 3 T log10 N beyond.
    private static func completeness(_ count: Int) -> Duration {
        let shortest: Duration = count <= 10 ? .milliseconds(1500) : period * 3 * (log2Up(count) * 301) / 1000
        return .milliseconds(700) + period * 4 + shortest * 6 + tick * (3 * log2Up(count))
    }

    /// M1, whatever the way to go, also when datagrams get lost. Crashes are seen in half a second (M2).
    @Test(arguments: 1...24 as ClosedRange<UInt64>) func whoeverGoesIsDeadEverywhereInTime(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 2...24, using: &random)
        var world = MembershipWorld.settled(count, seed: seed)
        let isCrash = seed % 3 == 0
        world.network.loss = isCrash ? 0 : Double.random(in: 0...0.2, using: &random)
        let victims = Array((0..<count).shuffled(using: &random).prefix(count > 4 && !isCrash ? 2 : 1))
        for victim in victims {
            switch seed % 3 {
            case 0: world.crash(victim)
            case 1: world.vanish(victim)
            default: world.pause(victim, for: .seconds(1000))
            }
        }
        let left = count - victims.count
        let bound = isCrash ? .milliseconds(500) : Self.completeness(count)
        let start = world.now
        #expect(
            world.run(until: start + bound) { $0.everyoneSees(left) },
            "seed \(seed): \(count) nodes, \(victims.count) gone, not noticed after \(bound)")
    }

    /// M2: half of all frozen nodes are dead everywhere in the time that the design was simulated with, and a tenth.
    @Test(arguments: [(5, 2690), (20, 3010), (50, 3840)])
    func aFrozenNodeIsDeadEverywhereInTheUsualTime(_ count: Int, _ milliseconds: Int64) {
        var times: [Duration] = []
        for seed in UInt64(1)...(count > 20 ? 5 : 15) {
            var world = MembershipWorld.settled(count, seed: seed)
            world.pause(Int(seed) % count, for: .seconds(1000))
            let start = world.now
            world.run(until: start + .seconds(20)) { $0.everyoneSees(count - 1) }
            times.append(world.now - start)
        }
        times.sort()
        #expect(times[times.count / 2] <= .milliseconds(milliseconds * 11 / 10), "\(times)")
    }

    /// M4: after the last of many changes all tables are equal soon, and no timer of ten seconds has to help.
    @Test(arguments: 1...16 as ClosedRange<UInt64>) func tablesAreEqualSoonAfterTheLastChange(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 3...20, using: &random)
        var world = MembershipWorld.settled(count, seed: seed)
        for _ in 0..<8 {
            let place = Int.random(in: 0..<count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: world.start(seeds: [place])
            case 1: if world.nodes[place].isRunning { world.leaveAndRestart(place) }
            default:
                guard world.nodes[place].isRunning else { continue }
                world.crash(place)
                world.run(for: .milliseconds(500))
                world.restart(place, seeds: Array(0..<count))
            }
            world.run(for: .milliseconds(Int64.random(in: 0...300, using: &random)))
        }
        let bound = Self.tick * (3 * Self.log2Up(world.nodes.count)) + Self.period * 2
        let start = world.now
        let running = world.nodes.count(where: \.isRunning)
        #expect(
            world.run(until: start + bound) { $0.isConverged && $0.everyoneSees(running) },
            "seed \(seed): \(world.nodes.count) nodes, not equal after \(bound)")
    }
}

extension MembershipWorld {
    fileprivate mutating func leaveAndRestart(_ place: Int) {
        leave(place)
        run(for: .milliseconds(300))
        vanish(place)
        restart(place, seeds: Array(nodes.indices))
    }
}
