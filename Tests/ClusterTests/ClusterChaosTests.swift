import ClusterSimulator
import Membership
import Primitives
import TalkProtocol
import Testing

/// Whole nodes under any faults; afterwards everyone agrees, and is right. One seed is one run.
@Suite struct ClusterChaosTests {
    /// Some found what others do not: what an append stored that had been given up, nobody told other nodes of.
    private static let seeds: [UInt64] = Array(1...16) + [1343, 1731]

    @Test(arguments: seeds) func afterAnyFaultsTheClusterIsRight(_ seed: UInt64) {
        let world = Schedule.world(seed: seed)
        Schedule.run(world)
        #expect(world.violations.isEmpty, "seed \(seed): \(world.violations), \(world.faults)")
    }
}
