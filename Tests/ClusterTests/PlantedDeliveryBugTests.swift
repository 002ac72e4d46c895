@testable import ClusterSimulator
import Conversations
import Primitives
import TalkProtocol
import Testing

/// The promises to users are worth what they find: each bug that is planted must break the right one.
@Suite struct PlantedDeliveryBugTests {
    /// With the first seed of those that are tried: rare faults are met late.
    private static let plants: [(Plant, Property, UInt64)] = [
        (.ackBeforeCommit, .nothingBeforeItsCommit, 1),
        (.pushBeforeCommit, .nothingBeforeItsCommit, 1),
        (.holeNeverRead, .everythingArrives, 1),
        (.oldMembers, .nothingAfterLeaving, 1),
        (.readLost, .unreadIsRight, 1),
        (.loserTalksOn, .noGhostCall, 91),
        (.closedForgotten, .noGhostCall, 44),
    ]

    /// In one of a few random lives, which keep all promises without it.
    @Test(arguments: plants) func isFound(_ planted: (plant: Plant, property: Property, first: UInt64)) {
        var broken: Set<Property> = []
        for seed in planted.first..<planted.first + 60 where !broken.contains(planted.property) {
            let world = Schedule.world(seed: seed)
            world.plant = planted.plant
            Schedule.run(world)
            broken.formUnion(world.broken)
        }
        #expect(broken.contains(planted.property), "\(planted.plant) broke \(broken)")
    }

    /// One of two users says something while no way leads from his node to that of the other one.
    private static func dividedUsers(_ plant: Plant?, isDivided: Bool = true) throws -> ClusterWorld {
        let world = ClusterWorld(seed: 1)
        world.plant = plant
        world.openChat(users: 2, groups: 0)
        world.start(2)
        let (one, other) = (world.clients[0], world.clients[2])
        one.logIn(at: 0)
        other.logIn(at: 1)
        world.run(for: .seconds(20))
        if isDivided { world.network.cut([0], [1]) }
        world.run(for: .seconds(20))
        one.say([1], to: try #require(ConversationID.pair(one.user, other.user)))
        world.run(for: .seconds(1))
        world.healNetwork()
        world.run(for: .seconds(30))
        world.checkMessages()
        return world
    }

    @Test func whatWasSaidInADivisionArrives() throws {
        let world = try Self.dividedUsers(nil)
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    @Test(arguments: [Plant.doubtForgotten, .openingOneLate]) func whatDoesNotArriveIsFound(_ plant: Plant) throws {
        let world = try Self.dividedUsers(plant)
        #expect(world.broken == [.everythingArrives], "\(world.violations)")
    }

    /// Whatever gives a reason to look into the database hides it: so nothing does.
    @Test func whatIsNotForwardedIsFound() throws {
        let world = try Self.dividedUsers(.forwardLost, isDivided: false)
        #expect(world.broken == [.everythingArrives], "\(world.violations)")
    }

    /// Two users write to each other on one node, then on another one, and come back.
    private static func movingUsers(_ plant: Plant?) throws -> ClusterWorld {
        let world = ClusterWorld(seed: 1)
        world.plant = plant
        world.openChat(users: 2, groups: 0)
        world.start(2)
        world.run(for: .seconds(70))
        let (one, other) = (world.clients[0], world.clients[2])
        let pair = try #require(ConversationID.pair(one.user, other.user))
        for place in [0, 1, 0] {
            one.logIn(at: place)
            other.logIn(at: place)
            world.run(for: .seconds(20))
            for _ in 0..<2 {
                one.say([1], to: pair)
                world.run(for: .seconds(10))
            }
        }
        world.checkMessages()
        return world
    }

    @Test func whoMovesIsNotToldAgain() throws {
        let world = try Self.movingUsers(nil)
        #expect(world.violations.isEmpty, "\(world.violations)")
        #expect(world.ledger.entries.values.map(\.count) == [6])
    }

    /// The node of one of two who talk loses power.
    private static func partedUsers(_ plant: Plant?) -> ClusterWorld {
        for seed in 1...30 as ClosedRange<UInt64> {
            let world = ClusterWorld(seed: seed)
            world.plant = plant
            world.longestCall = .seconds(3_600)
            world.openChat(users: 2, groups: 0)
            world.start(2)
            let (one, other) = (world.clients[0], world.clients[2])
            one.logIn(at: 0)
            other.logIn(at: 1)
            world.run(for: .seconds(20))
            one.phone.call(other.user)
            world.run(for: .seconds(5))
            guard case .talking = one.phone.state, case .talking = other.phone.state else { continue }
            world.crash(1)
            for _ in 0..<60 {
                world.run(for: .seconds(1))
                world.checkCalls()
            }
            return world
        }
        preconditionFailure("nobody answers")
    }

    @Test func whoTalkedWithADeadNodeIsAlone() {
        let world = Self.partedUsers(nil)
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    @Test func aCallThatOutlivesANodeIsFound() {
        let world = Self.partedUsers(.beatsForgotten)
        #expect(world.broken == [.noGhostCall], "\(world.violations)")
    }

    @Test func aStaleCursorThatIsKeptIsFound() throws {
        let world = try Self.movingUsers(.staleCursorKept)
        #expect(world.broken == [.readOnceOnly], "\(world.violations)")
    }
}
