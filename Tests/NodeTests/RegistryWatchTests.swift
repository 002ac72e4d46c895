import DBProxy
import Membership
import Primitives
import Testing

@testable import Node

/// What the database and gossip say of the nodes, held against each other.
@Suite struct RegistryWatchTests {
    private var watch = RegistryWatch()

    private func place(_ number: UInt16, epoch: UInt64 = 3, isLively: Bool = true) -> NodePlace {
        NodePlace(
            name: "node\(number)", number: number, epoch: epoch, host: "h", gossipPort: 1, busPort: 2,
            isLively: isLively)
    }

    private func look(
        _ watch: inout RegistryWatch, _ places: [NodePlace], _ standing: Standing? = nil, refused: Int = 0,
        at second: Int
    ) -> Set<UInt16> {
        watch.looked(
            at: places, { _ in standing }, refused: refused, at: Instant(nanoseconds: 0) + .seconds(Int64(second)))
        return watch.unheard
    }

    private func standing(_ epoch: UInt64, _ rank: Rank) throws -> Standing {
        Standing(try #require(NodeEpoch(rawValue: epoch)), 1, rank)
    }

    @Test mutating func aNodeThatIsNeverHeardIsToldOfAfterAMoment() throws {
        #expect(look(&watch, [place(2), place(3, isLively: false)], at: 0) == [])
        #expect(look(&watch, [place(2), place(3, isLively: false)], at: 5) == [2])
        #expect(look(&watch, [place(2)], try standing(3, .alive), at: 10) == [])
        // It starts the count anew.
        #expect(look(&watch, [place(2)], at: 15) == [])
    }

    @Test mutating func aNewLifeOfADeadNodeIsANodeThatWasNeverHeard() throws {
        #expect(look(&watch, [place(2)], try standing(2, .dead), at: 0) == [])
        #expect(look(&watch, [place(2)], try standing(2, .dead), at: 5) == [2])
    }

    /// The database takes who was killed for alive for twelve seconds.
    @Test mutating func oneThatWasKilledIsDeadAndNotUnheard() throws {
        for second in [0, 5, 10] { #expect(look(&watch, [place(2)], try standing(3, .dead), at: second) == []) }
        #expect(look(&watch, [place(2, isLively: false)], try standing(3, .dead), at: 15) == [])
        for second in [20, 25, 30] { #expect(look(&watch, [place(2)], try standing(3, .dead), at: second) == []) }
        #expect(look(&watch, [place(2)], try standing(3, .dead), at: 35) == [2])
    }

    @Test mutating func refusedDatagramsAreForgottenAfterSomeSeconds() {
        for (second, total, lately) in [(0, 5, 0), (5, 7, 2), (10, 9, 4), (15, 9, 2), (20, 9, 0), (25, 9, 0)] {
            _ = look(&watch, [], refused: total, at: second)
            #expect(watch.refused == lately, "after \(second) s")
        }
    }
}
