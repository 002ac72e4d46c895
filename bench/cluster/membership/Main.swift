import ClusterSimulator
import Membership
import Primitives

@main struct Bench {
    static func main() {
        for count in [1000] {
            var world = MembershipWorld(seed: UInt64(count))
            world.startCluster(of: count)
            for _ in 0..<10 {
            world.run(for: .seconds(5))
            var s = Swim.Statistics()
            for n in world.nodes { let t = n.swim.statistics; s.pulls += t.pulls; s.suspicions += t.suspicions; s.deaths += t.deaths; s.failedProbes += t.failedProbes; s.refutations += t.refutations; s.lateTicks += t.lateTicks; s.overruledByBeat += t.overruledByBeat }
            print(world.now, world.isConverged, world.everyoneSees(count), s, world.nodes.map(\.sentBytes).reduce(0, +) / count, world.nodes.map(\.sentDatagrams).reduce(0, +) / count)
            }
        }
    }
}
