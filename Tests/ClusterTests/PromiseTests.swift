import Cluster
import ClusterSimulator
import Membership
import Presence
import Primitives
import TalkProtocol
import Testing
import TopicBus

/// Promises that a random life of a cluster tests too seldom, each under the faults that it is made for.
@Suite struct PromiseTests {
    private static func settled(_ count: Int, seed: UInt64, sealed: Bool = false) -> ClusterWorld {
        var options = ClusterWorld.Options()
        options.isSealed = sealed
        let world = ClusterWorld(seed: seed, options: options)
        world.start(count)
        world.run(for: .seconds(2))
        return world
    }

    private static func someone(_ world: ClusterWorld) -> UserID {
        UserID(UInt32.random(in: 1...30, using: &world.random))
    }

    private static func somewhere(_ world: ClusterWorld) -> Int {
        Int.random(in: 0..<world.nodeCount, using: &world.random)
    }

    /// M3: datagrams get lost, processes stand still for up to a second.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func whoAnswersWithinASecondIsNotDeclaredDead(_ seed: UInt64) {
        let world = Self.settled(3 + Int(seed), seed: seed)
        world.setLoss(0.3)
        for _ in 0..<60 {
            world.pause(Self.somewhere(world), for: .milliseconds(Int64.random(in: 0...1000, using: &world.random)))
            world.run(for: .milliseconds(Int64.random(in: 200...1500, using: &world.random)))
            world.audit()
        }
        #expect(world.deathCount == 0, "seed \(seed)")
        #expect(world.violations.isEmpty, "seed \(seed): \(world.violations)")
    }

    /// M1: also who stands still with its sockets open is dead at everyone.
    @Test(arguments: 1...3 as ClosedRange<UInt64>) func whoStandsStillIsDeclaredDead(_ seed: UInt64) {
        let world = Self.settled(2 + Int(seed), seed: seed)
        world.login(UserID(1), .windows, at: 1)
        world.pause(1, for: .seconds(100))
        world.run(for: .seconds(13))
        for place in 0..<world.nodeCount where place != 1 { #expect(world.memberCount(at: place) == 1 + Int(seed)) }
        var shown = 0
        world.table(0).forEachSession(of: UserID(1)) { _ in shown += 1 }
        #expect(shown == 0)
    }

    /// M6, while the network is well.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func ofTwoProcessesTheOlderStops(_ seed: UInt64) {
        let world = Self.settled(1 + Int(seed), seed: seed)
        world.login(UserID(1), .windows, at: 0)
        world.startTwin(of: 0)
        world.login(UserID(2), .windows, at: world.nodeCount - 1)
        world.run(for: .seconds(2))
        #expect(world.isDown(0))
        world.run(for: .seconds(2))
        world.checkEnd()
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    /// R1, R3 and K1 in time: looked at ten times a second while datagrams get lost.
    @Test(arguments: 1...3 as ClosedRange<UInt64>) func presenceIsRightWithinASecondAndAHalf(_ seed: UInt64) {
        let world = Self.settled(4, seed: seed)
        world.setLoss(0.3)
        for _ in 0..<80 {
            for _ in 0..<Int.random(in: 0...8, using: &world.random) {
                let user = Self.someone(world)
                if Bool.random(using: &world.random) {
                    world.login(user, Bool.random(using: &world.random) ? .ios : .windows, at: Self.somewhere(world))
                } else {
                    world.logout(user, .pc, at: Self.somewhere(world))
                }
            }
            world.run(for: .milliseconds(100))
            world.audit()
        }
        #expect(world.violations.isEmpty, "seed \(seed): \(world.violations)")
    }

    /// R3: what waits behind messages in a narrow place is there soon after that is mended.
    @Test(arguments: 1...3 as ClosedRange<UInt64>) func presenceIsRightSoonAfterANarrowPlaceIsMended(_ seed: UInt64) {
        let world = Self.settled(3, seed: seed)
        world.narrowWay(from: 0, to: 1, 2000)
        world.sendMessages(100, from: 0, to: 1, bytes: 2000...2000)
        world.run(for: .milliseconds(100))
        world.login(UserID(1), .windows, at: 0)
        world.run(for: .milliseconds(100))
        world.healNetwork()
        world.run(for: .milliseconds(1600))
        world.audit()
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    /// M4: two that could not reach each other for long are linked again in time, whatever they wait before they dial.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func linksAreBackInTimeAfterALongCut(_ seed: UInt64) {
        let world = Self.settled(4, seed: seed)
        world.cutWay(from: 0, to: 1)
        world.run(for: .seconds(30) + .milliseconds(Int64(seed) * 600))
        world.healNetwork()
        for _ in 0..<40 {
            world.run(for: .milliseconds(250))
            world.audit()
        }
        #expect(world.mesh(0).isLinked(world.peer(1)) && world.mesh(1).isLinked(world.peer(0)))
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    // MARK: T3

    private static func latencies(stalling: Bool) -> (delays: [Duration], world: ClusterWorld) {
        let world = settled(4, seed: 5)
        world.network.meanDelay = .zero
        var delays: [Duration] = []
        let stalled = world.peer(3)
        world.onArrival = { _, to, delay in if to != stalled { delays.append(delay) } }
        if stalling { world.pause(3, for: .seconds(20)) }
        for _ in 0..<300 {
            world.sendMessages(20, from: 0, to: 3, bytes: 2000...2000)
            for target in 1...2 { world.sendMessages(1, from: 0, to: target) }
            world.run(for: .milliseconds(10))
        }
        return (delays.sorted(), world)
    }

    /// A node that takes nothing costs the others no time, and its sender no more memory than is allowed for it.
    @Test func aStalledPeerSlowsNobodyElse() throws {
        let (calm, _) = Self.latencies(stalling: false)
        let (stalled, world) = Self.latencies(stalling: true)
        #expect(calm.count == 600 && stalled.count == 600)
        let index = calm.count * 99 / 100
        #expect(stalled[index] <= calm[index] * 1.1)
        let refused = world.mesh(0).statistics(of: world.peer(3).node)?.refused ?? 0
        #expect(refused > 0)
        #expect(!world.mesh(0).isDegraded(world.peer(1).node))
        #expect(world.violations.isEmpty, "\(world.violations)")
        // Afterwards it is told to look into the database, and gets what is new.
        var doubts: [Doubt] = []
        world.onDoubt = { doubt, peer in if peer == world.peer(3) { doubts.append(doubt) } }
        world.run(for: .seconds(40))
        world.sendMessages(1, from: 0, to: 3)
        world.run(for: .seconds(1))
        #expect(!doubts.isEmpty)
        world.checkEnd()
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    // MARK: S1, U1

    @Test func strangersChangeNothing() {
        let world = Self.settled(4, seed: 6, sealed: true)
        for round in 0..<40 {
            world.login(Self.someone(world), .windows, at: Self.somewhere(world))
            world.sendMessages(3, from: Self.somewhere(world), to: Self.somewhere(world))
            world.attack(round % 4)
            world.run(for: .milliseconds(250))
            world.audit()
        }
        world.run(for: .seconds(2))
        world.checkEnd()
        #expect(world.violations.isEmpty, "\(world.violations)")
        #expect(world.deathCount == 0)
    }

    @Test func nodesOfALaterVersionAreUnderstood() {
        let world = ClusterWorld(seed: 7)
        world.start(4)
        world.makeLater([1, 3])
        world.run(for: .seconds(2))
        for _ in 0..<40 {
            world.login(Self.someone(world), .ios, at: Self.somewhere(world))
            world.sendMessages(2, from: Self.somewhere(world), to: Self.somewhere(world))
            world.run(for: .milliseconds(250))
            world.audit()
        }
        world.crash(1)
        world.run(for: .seconds(2))
        world.restart(1)
        world.run(for: .seconds(5))
        world.checkEnd()
        #expect(world.violations.isEmpty, "\(world.violations)")
        #expect(world.deathCount == 3)
    }
}
