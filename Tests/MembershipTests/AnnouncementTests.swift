@testable import Membership
import Primitives
import Testing

/// Who is announced, and with what: the bus dials whom it was told of, where it was told.
@Suite struct AnnouncementTests {
    private let now = Instant(nanoseconds: 1_000_000_000)

    private func address(_ port: UInt16) -> MemberAddress {
        MemberAddress(ipv4: 0x7F00_0001, gossipPort: port, busPort: port + 1)
    }

    @Test("whoever is first heard of as dead, and then as suspect, is announced once, when its address is known")
    func deadThenSuspectThenAlive() throws {
        let node = try #require(NodeID(rawValue: 1))
        let accuser = try #require(NodeID(rawValue: 3))
        let me = try #require(NodeID(rawValue: 2))
        let epoch = try #require(NodeEpoch(rawValue: 1))
        var swim = Swim(
            Peer(me, epoch), at: address(7), random: SeededRandom(seed: 1), now: now)
        var effects: [Swim.Effect] = []
        swim.learn(.dead(node, epoch, 0, crashed: false), at: now, into: &effects)
        swim.learn(.suspect(node, epoch, 1, accuser: accuser, refused: false), at: now, into: &effects)
        #expect(Self.announced(effects) == [])
        swim.learn(.alive(node, epoch, 1, address(9)), at: now, into: &effects)
        swim.learn(.alive(node, epoch, 2, address(9)), at: now, into: &effects)
        #expect(Self.announced(effects) == [address(9)])
    }

    private static func announced(_ effects: [Swim.Effect]) -> [MemberAddress?] {
        effects.compactMap { effect -> MemberAddress?? in
            if case .joined(let member, _) = effect { .some(member.address) } else { nil }
        }
    }
}
