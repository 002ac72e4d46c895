import Membership
import Testing

@Suite struct PeerTests {
    @Test func aLaterLifeComesAfterAnEarlierOneOfTheSameNode() throws {
        let node = try #require(NodeID(rawValue: 3))
        let first = Peer(node, try #require(NodeEpoch(rawValue: 7)))
        let second = Peer(node, try #require(NodeEpoch(rawValue: 8)))
        #expect(first < second)
    }

    @Test(arguments: [0, UInt16.max]) func someNumbersAreNoNodes(_ number: UInt16) {
        #expect(NodeID(rawValue: number) == nil)
    }

    @Test(arguments: [0, 1 << 48]) func anEpochHas48Bits(_ number: UInt64) {
        #expect(NodeEpoch(rawValue: number) == nil)
    }
}
