import Membership
import Primitives
import TalkProtocol
import Testing

@testable import Presence

/// What must hold whatever happens: R1 no ghosts, R2 exact purge, R3 no lost users, R4 sound digests, K1 to K3 one
/// survivor. Each run prints its seed when it fails, and is the same again with it.
@Suite struct ClusterPropertyTests {
    private typealias Weather = SimulatedCluster.Weather

    private func run(_ seed: UInt64, _ weather: Weather, steps: Int = 1200) -> SimulatedCluster {
        let cluster = SimulatedCluster(seed: seed, nodeCount: 2 + Int(seed % 4), weather)
        for step in 0..<steps {
            cluster.step()
            if step % 100 == 0 { cluster.check() }
        }
        cluster.calm()
        cluster.check()
        cluster.checkSurvivors()
        let open = cluster.openSessions
        for node in cluster.nodes.values {
            let visible = node.visible(cluster.users)
            #expect(visible == open, "seed \(seed), \(node.peer): \(visible.symmetricDifference(open).sorted())")
            let behind = node.behind(Array(cluster.nodes.values))
            #expect(behind.isEmpty, "seed \(seed), \(node.peer)")
        }
        #expect(cluster.violations.isEmpty, "seed \(seed)")
        return cluster
    }

    @Test(arguments: 0..<UInt64(8)) func aQuietNetworkNeedsNoRepair(seed: UInt64) {
        let cluster = run(seed, Weather())
        #expect(cluster.delivered[3] == nil && cluster.delivered[5] == nil, "seed \(seed)")
    }

    @Test(arguments: 100..<UInt64(110)) func cutLinks(seed: UInt64) {
        _ = run(seed, Weather(cuts: 30))
    }

    @Test(arguments: 200..<UInt64(210)) func lostFrames(seed: UInt64) {
        _ = run(seed, Weather(frameLoss: 50, cuts: 10))
    }

    @Test(arguments: 300..<UInt64(310)) func peersThatLagBehind(seed: UInt64) {
        _ = run(seed, Weather(userCount: 40, queueLimit: 4))
    }

    @Test(arguments: 400..<UInt64(410)) func restarts(seed: UInt64) {
        _ = run(seed, Weather(restarts: 10))
    }

    @Test(arguments: 500..<UInt64(510)) func falseDeaths(seed: UInt64) {
        _ = run(seed, Weather(cuts: 10, falseDeaths: 20))
    }

    @Test(arguments: 600..<UInt64(616)) func everythingAtOnce(seed: UInt64) {
        let weather = Weather(
            userCount: seed % 2 == 0 ? 12 : 300, frameLoss: 20, queueLimit: 10, cuts: 20, restarts: 5,
            falseDeaths: 10, leaves: 2)
        _ = run(seed, weather, steps: 2000)
    }

    /// After the dead have been purged only the living have a slot.
    @Test(arguments: 700..<UInt64(703)) func slotsOfTheDeadComeBack(seed: UInt64) {
        let cluster = run(seed, Weather(cuts: 5, restarts: 20))
        cluster.stop(2)
        for id in cluster.nodes.keys { cluster.died(peer(2, 1_000), at: id) }
        cluster.run(for: .seconds(130))
        for node in cluster.nodes.values {
            #expect(node.table.originCount == cluster.nodes.count, "seed \(seed), \(node.peer)")
            #expect(node.table.sessionCount == cluster.openSessions.count, "seed \(seed), \(node.peer)")
        }
    }

    @Test func duplicateLoginsWereTested() {
        let superseded = (100..<UInt64(104)).map { run($0, Weather(cuts: 30)).supersededCount }
        #expect(superseded.allSatisfy { $0 > 0 }, "\(superseded)")
    }
}
