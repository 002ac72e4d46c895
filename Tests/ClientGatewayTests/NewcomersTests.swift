import Conversations
import Primitives
import Reactor
import Testing

@testable import ClientGateway

@Suite struct NewcomersTests {
    private func address(_ slot: UInt32) -> SessionAddress { SessionAddress(loop: 0, slot: slot, generation: 1) }

    @Test("whoever fills the place with half-open logins pushes out himself")
    func theBiggestGivesWay() {
        var newcomers = Newcomers(capacity: 100, perSite: 20)
        var evicted: [SessionAddress] = []
        // A hundred addresses hold one each, then one of them comes again and again.
        for slot in 0..<100 as Range<UInt32> { _ = newcomers.enter(address(slot), from: .v4(slot)) }
        for slot in 100..<140 as Range<UInt32> {
            if case .entered(let victim?) = newcomers.enter(address(slot), from: .v4(7)) { evicted.append(victim) }
        }
        #expect(newcomers.count == 100)
        // Nineteen from anywhere until it is the biggest by far, then its own, the oldest first.
        #expect(evicted.count == 40 && Array(evicted.suffix(20)).allSatisfy { $0.slot == 7 || $0.slot >= 100 })
        let isIn = newcomers.enter(address(500), from: .v4(500))
        #expect(isIn != .refused)
    }

    @Test("of one address the oldest that is not being judged gives way")
    func perSite() {
        var newcomers = Newcomers(capacity: 100, perSite: 3)
        for slot in 1...3 as ClosedRange<UInt32> { _ = newcomers.enter(address(slot), from: .v4(1)) }
        newcomers.isJudged(address(1), from: .v4(1))
        var entrance = newcomers.enter(address(4), from: .v4(1))
        #expect(entrance == .entered(evicting: address(2)))
        for slot in [3, 4] as [UInt32] { newcomers.isJudged(address(slot), from: .v4(1)) }
        entrance = newcomers.enter(address(5), from: .v4(1))
        #expect(entrance == .refused)
        newcomers.remove(address(1), from: .v4(1))
        entrance = newcomers.enter(address(5), from: .v4(1))
        #expect(entrance == .entered(evicting: nil))
        // Who was evicted goes later, and that is no news.
        newcomers.remove(address(2), from: .v4(1))
        #expect(newcomers.count == 3)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func theyAreCountedRightWhateverHappens(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var newcomers = Newcomers(capacity: 30, perSite: 8)
        for slot in 0..<600 as Range<UInt32> {
            let site = SocketAddress.Host.v4(UInt32.random(in: 0..<6, using: &random))
            let other = address(UInt32.random(in: 0...slot, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: for site in 0..<6 as Range<UInt32> { newcomers.remove(other, from: .v4(site)) }
            case 1: newcomers.isJudged(other, from: site)
            default: _ = newcomers.enter(address(slot), from: site)
            }
            let flaw = newcomers.checkInvariants()
            #expect(flaw == nil, "\(slot)")
        }
        for slot in 0..<600 as Range<UInt32> {
            for site in 0..<6 as Range<UInt32> { newcomers.remove(address(slot), from: .v4(site)) }
            let flaw = newcomers.checkInvariants()
            #expect(flaw == nil, "\(slot)")
        }
        #expect(newcomers.count == 0)
    }

    @Test func anAddressHasMostOfThePaceAndNotAllOfIt() {
        let census = Census(maxNewcomers: 10, perAddress: 10, arrivalsPerSecond: 100)
        let now = Instant(nanoseconds: 1_000_000_000_000)
        #expect((0..<200).count { _ in census.admits(.v4(1), at: now) } == 75)
        // One /64 is one address.
        #expect((0..<200).count { census.admits(.v6(high: 5, low: UInt64($0)), at: now) } == 75)
        #expect(census.admits(.v4(2), at: now))
    }
}
