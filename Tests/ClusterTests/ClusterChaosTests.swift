import ClusterSimulator
import Membership
import Primitives
import TalkProtocol
import Testing

/// Whole nodes under any faults; afterwards everyone agrees, and is right. One seed is one run.
@Suite struct ClusterChaosTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>) func afterAnyFaultsTheClusterIsRight(_ seed: UInt64) {
        let world = Schedule.world(seed: seed)
        Schedule.run(world)
        #expect(world.violations.isEmpty, "seed \(seed): \(world.violations), \(world.faults)")
    }
}
