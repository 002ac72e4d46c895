import ClusterSimulator
import Membership
import Primitives
import TalkProtocol
import Testing

/// Whole nodes under any faults; afterwards everyone agrees, and is right. One seed is one run.
@Suite struct ClusterChaosTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func afterAnyFaultsTheClusterIsRight(_ seed: UInt64) {
        let world = ClusterWorld(seed: seed)
        let faults = Schedule.run(world)
        #expect(faults == [], "seed \(seed)")
    }

    @Test func aQuietClusterIsRight() {
        let world = ClusterWorld(seed: 1)
        world.start(3)
        #expect(world.run(until: world.now + .seconds(5)) { world.membersAgree && world.memberCount(at: 0) == 3 })
        world.login(UserID(1), .windows, at: 0)
        world.login(UserID(2), .ios, at: 1)
        world.login(UserID(1), .mac, at: 2)
        let start = world.now
        #expect(world.run(until: start + .seconds(5)) { world.presenceFaults() == [] })
        #expect(world.violations == [])
        print("settled after", world.now - start, world.eventCount)
    }
}
