import Membership
import Primitives
import Testing

@Suite struct GossipSealTests {
    static let secret = [UInt8](repeating: 7, count: 32)

    private static func sealed(_ seal: GossipSeal) -> (message: GossipMessage, datagram: [UInt8]) {
        var random = SeededRandom(seed: 1)
        let message = GossipMessageTests.message(&random)
        var writer = ByteWriter()
        seal.seal(message, into: &writer)
        return (message, writer.bytes.copied())
    }

    private static func open(_ datagram: [UInt8], with seal: GossipSeal) -> GossipMessage? {
        seal.open(datagram.rawBytes)
    }

    @Test func membersUnderstandEachOther() throws {
        let one = try GossipSeal(secret: Self.secret, cluster: "a", salt: 1)
        let other = try GossipSeal(secret: Self.secret, cluster: "a", salt: 2)
        let (message, datagram) = Self.sealed(one)
        #expect(datagram.count == message.sealedByteCount)
        #expect(Self.open(datagram, with: other) == message)
    }

    @Test func whatComesTwiceCountsOnce() throws {
        let one = try GossipSeal(secret: Self.secret, cluster: "a", salt: 1)
        let other = try GossipSeal(secret: Self.secret, cluster: "a", salt: 2)
        let (message, datagram) = Self.sealed(one)
        #expect(Self.open(datagram, with: other) == message)
        #expect(Self.open(datagram, with: other) == nil)
        #expect(other.replayed == 1)
    }

    @Test func datagramsMayOvertakeEachOther() throws {
        let one = try GossipSeal(secret: Self.secret, cluster: "a", salt: 1)
        let other = try GossipSeal(secret: Self.secret, cluster: "a", salt: 2)
        let message = Self.sealed(one).message
        var datagrams = (0..<1500).map { _ in Self.sealed(one).datagram }
        var random = SeededRandom(seed: 9)
        datagrams.replaceSubrange(500..<1000, with: datagrams[500..<1000].shuffled(using: &random))
        for datagram in datagrams { #expect(Self.open(datagram, with: other) == message) }
        // Too old to know: refused.
        #expect(Self.open(datagrams[0], with: other) == nil)
        #expect(Self.open(datagrams[1499], with: other) == nil)
    }

    @Test func aChangedByteIsNoticed() throws {
        let one = try GossipSeal(secret: Self.secret, cluster: "a", salt: 1)
        let other = try GossipSeal(secret: Self.secret, cluster: "a", salt: 2)
        let (message, datagram) = Self.sealed(one)
        for index in datagram.indices {
            var changed = datagram
            changed[index] ^= 1
            #expect(Self.open(changed, with: other) == nil)
        }
        #expect(other.rejected == datagram.count)
        #expect(Self.open(datagram, with: other) == message)
    }

    @Test(arguments: [("b", UInt8(7)), ("a", UInt8(8))])
    func strangersAreNotHeard(_ cluster: String, _ secretByte: UInt8) throws {
        let one = try GossipSeal(secret: Self.secret, cluster: "a", salt: 1)
        let stranger = try GossipSeal(secret: [UInt8](repeating: secretByte, count: 32), cluster: cluster, salt: 2)
        #expect(Self.open(Self.sealed(one).datagram, with: stranger) == nil)
    }

    @Test func shortDatagramsAreRefused() throws {
        let one = try GossipSeal(secret: Self.secret, cluster: "a", salt: 1)
        let (_, datagram) = Self.sealed(one)
        for length in 0..<40 { #expect(Self.open(Array(datagram.prefix(length)), with: one) == nil) }
    }
}
