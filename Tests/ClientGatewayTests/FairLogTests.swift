import Primitives
import Testing

@testable import ClientGateway

@Suite struct FairLogTests {
    private static func at(_ second: Int) -> Instant { Instant(nanoseconds: UInt64(second) * 1_000_000_000) }

    @Test("B52: who leaves much loses his own, and what others left stays")
    func nobodyWipesIt() {
        var log = FairLog<Int, Int>(capacity: 100, perOwner: 10)
        for owner in 1...9 { for number in 0..<5 { log.append(owner * 10 + number, of: owner, at: Self.at(number)) } }
        for number in 1_000..<11_000 { log.append(number, of: 0, at: Self.at(number)) }
        #expect(log.filter { $0 < 1_000 }.count == 45)
        #expect(log.filter { $0 >= 1_000 } == Array(10_990..<11_000))
        #expect(log.forgotten { $0 != 0 } == nil)
        #expect(log.forgotten { $0 == 0 } == Self.at(10_989))
    }

    @Test func theOldestGoesForWhatIsNew() {
        var log = FairLog<Int, Int>(capacity: 10, perOwner: 10)
        for number in 0..<25 { log.append(number, of: number % 3, at: Self.at(number)) }
        #expect(log.filter { _ in true } == Array(15..<25))
        #expect(log.forgotten { _ in false } == Self.at(14))
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func itIsAsAModelHasIt(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (capacity, perOwner) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...10, using: &random))
        var log = FairLog<Int, Int>(capacity: capacity, perOwner: min(perOwner, capacity))
        var model: [(owner: Int, number: Int)] = []
        for number in 0..<400 {
            let owner = Int.random(in: 0..<8, using: &random) * Int.random(in: 0...1, using: &random)
            log.append(number, of: owner, at: Self.at(number))
            if model.count(where: { $0.owner == owner }) == min(perOwner, capacity) {
                model.remove(at: model.firstIndex { $0.owner == owner } ?? 0)
            } else if model.count == capacity {
                model.removeFirst()
            }
            model.append((owner, number))
            #expect(log.filter { _ in true } == model.map(\.number), "seed \(seed)")
        }
    }
}
