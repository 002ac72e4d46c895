import ClusterSimulator
import Membership
import Primitives
import Testing

/// Whole clusters in virtual time: who is found dead when, and who is not (M1 and M3).
@Suite struct DetectionTests {
    @Test(arguments: [2, 3, 5, 20, 50]) func aClusterFindsItself(_ count: Int) {
        var world = MembershipWorld(seed: UInt64(count))
        world.startCluster(of: count)
        #expect(world.run(until: world.now + .seconds(1)) { $0.everyoneSees(count) })
    }

    @Test(arguments: [3, 5, 20, 50]) func aKilledNodeIsDeadEverywhereInHalfASecond(_ count: Int) {
        var world = MembershipWorld.settled(count, seed: 7)
        let start = world.now
        world.crash(count / 2)
        #expect(world.run(until: start + .milliseconds(500)) { $0.everyoneSees(count - 1) })
    }

    /// With one observer only, there is nobody to confirm that the port refuses.
    @Test func ofTwoNodesTheOtherFindsTheKilledOneAsWell() {
        var world = MembershipWorld.settled(2, seed: 7)
        let start = world.now
        world.crash(0)
        #expect(world.run(until: start + .milliseconds(500)) { $0.everyoneSees(1) })
    }

    @Test(arguments: [2, 3, 5, 20, 50]) func aFrozenNodeIsDeadEverywhereInSixSeconds(_ count: Int) {
        var world = MembershipWorld.settled(count, seed: 7)
        let start = world.now
        world.pause(0, for: .seconds(100))
        #expect(world.run(until: start + .seconds(6)) { $0.everyoneSees(count - 1) })
    }

    @Test func aNodeThatStoodStillForTwoSecondsAccusesNobody() {
        var world = MembershipWorld.settled(5, seed: 3)
        world.forgetObservations()
        world.pause(2, for: .milliseconds(1200))
        world.run(for: .seconds(20))
        #expect(world.deaths == 0)
        #expect(world.everyoneSees(5))
    }

    /// Answers alone make a node well again, and none will come: there is nobody else to find out.
    @Test func oneThatIsUnwellFindsTheOnlyOtherOneDead() {
        var world = MembershipWorld.settled(2, seed: 7)
        for _ in 1...3 {
            world.pause(0, for: .milliseconds(1200))
            world.run(for: .milliseconds(1300))
        }
        #expect(world.nodes[0].swim.localHealth >= 4)
        #expect(world.everyoneSees(2))
        let start = world.now
        world.vanish(1)
        #expect(world.run(until: start + .seconds(30)) { $0.everyoneSees(1) })
    }

    @Test func aNodeThatFrozeForTenSecondsComesBack() {
        var world = MembershipWorld.settled(5, seed: 3)
        world.pause(2, for: .seconds(10))
        world.run(for: .seconds(10))
        let awake = world.now
        #expect(world.run(until: awake + .seconds(11)) { $0.everyoneSees(5) })
    }

    @Test func whoLeavesIsGoneAtOnceAndNotDead() {
        var world = MembershipWorld.settled(5, seed: 3)
        world.forgetObservations()
        let start = world.now
        world.leave(1)
        #expect(world.run(until: start + .milliseconds(200)) { $0.everyoneSees(4, except: 1) })
        world.vanish(1)
        world.run(for: .seconds(20))
        #expect(world.deaths == 0)
    }

    /// memberlist needs 57 s for this (bench/README.md): the name is taken until the dead entry is reaped.
    @Test func aRestartedNodeIsThereAgainInHalfASecond() {
        var world = MembershipWorld.settled(5, seed: 5)
        world.crash(3)
        world.run(for: .milliseconds(20))
        world.restart(3, seeds: [0])
        let start = world.now
        let newLife = world.nodes[3].swim.me
        #expect(newLife.epoch.rawValue == 2)
        let back = world.run(until: start + .milliseconds(500)) { world in
            world.nodes.allSatisfy { $0.swim.me == newLife || $0.swim.isLive(newLife) }
        }
        #expect(back)
    }

    /// UDP loss alone must never kill a node: the bus knows better.
    @Test(arguments: [0.1, 0.2, 0.3]) func lostDatagramsKillNobody(_ loss: Double) {
        var world = MembershipWorld.settled(50, seed: 11)
        world.forgetObservations()
        world.network.loss = loss
        world.run(for: .seconds(30))
        #expect(world.deaths == 0)
        #expect(world.everyoneSees(50))
    }

    /// The table that a newcomer fetches comes in pages, each of which may be lost.
    @Test(arguments: 1...10 as ClosedRange<UInt64>) func aNodeJoinsWithinASecondOverABadLine(_ seed: UInt64) {
        var world = MembershipWorld.settled(50, seed: seed)
        world.network.loss = 0.3
        let start = world.now
        world.start(seeds: Array(0..<50))
        #expect(world.run(until: start + .seconds(1)) { $0.everyoneSees(51) })
    }

    @Test func withoutAnyDatagramNobodyDiesWhileTheBusBeats() {
        var world = MembershipWorld.settled(5, seed: 11)
        world.forgetObservations()
        world.network.loss = 1
        world.run(for: .seconds(30))
        #expect(world.deaths == 0)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>) func aClusterThatWasCutInTwoGrowsTogether(_ seed: UInt64) {
        var world = MembershipWorld.settled(5, seed: seed)
        world.network.cut([0, 1], [2, 3, 4])
        world.run(for: .seconds(30))
        #expect(world.nodes.prefix(2).allSatisfy { $0.swim.memberCount == 2 })
        #expect(world.nodes.dropFirst(2).allSatisfy { $0.swim.memberCount == 3 })
        world.network.heal()
        world.forgetObservations()
        let healed = world.now
        #expect(world.run(until: healed + .seconds(11)) { $0.everyoneSees(5) && $0.isConverged })
        // Nobody who was seen all the time is lost over it.
        #expect(world.deaths == 0)
    }

    /// Whoever holds all others for dead has most likely been cut off, and looks for them once per second.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func whoWasAloneIsBackInTwoSeconds(_ seed: UInt64) {
        var world = MembershipWorld.settled(5, seed: seed)
        world.network.cut([0], [1, 2, 3, 4])
        let start = world.now
        let isAlone = world.run(until: start + .seconds(30)) { $0.nodes[0].swim.memberCount == 1 }
        #expect(isAlone)
        world.network.heal()
        let healed = world.now
        #expect(world.run(until: healed + .seconds(2)) { $0.everyoneSees(5) })
    }

    @Test func oneWayIsNotEnough() {
        var world = MembershipWorld.settled(5, seed: 2)
        world.busWorks = false
        for other in 1..<5 { world.network.cut(from: 0, to: other) }
        let start = world.now
        #expect(
            world.run(until: start + .seconds(15)) { world in
                world.nodes.dropFirst().allSatisfy { $0.swim.memberCount == 4 }
            })
    }

    /// Nobody else is there who could tell: the first word of the earlier life is answered.
    @Test func theEarlierLifeLearnsItWithItsFirstPing() {
        var world = MembershipWorld.settled(2, seed: 4)
        let old = world.nodes[1].swim.me
        world.start(as: old.node, epoch: NodeEpoch(rawValue: old.epoch.rawValue + 1)!, seeds: [0])
        let start = world.now
        let fenced = world.run(until: start + .milliseconds(600)) { world in
            world.observations.contains { observation in
                guard case .superseded = observation.effect else { return false }
                return observation.observer == 1
            }
        }
        #expect(fenced)
    }

    /// Two processes under one number: the older one has to stop (M6).
    @Test func theEarlierLifeLearnsThatItsPlaceIsTaken() {
        var world = MembershipWorld.settled(5, seed: 4)
        let old = world.nodes[2].swim.me
        world.start(as: old.node, epoch: NodeEpoch(rawValue: old.epoch.rawValue + 1)!, seeds: [0])
        let start = world.now
        let fenced = world.run(until: start + .seconds(2)) { world in
            world.observations.contains { observation in
                guard case .superseded = observation.effect else { return false }
                return observation.observer == 2
            }
        }
        #expect(fenced)
    }
}
