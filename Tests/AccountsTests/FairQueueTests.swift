import Primitives
import Testing

@testable import Accounts

@Suite struct FairQueueTests {
    @Test func ownersTakeTurnsAndNobodyHasMoreThanHisShare() {
        var random = SeededRandom(seed: 7)
        var queue = FairQueue<Int, Int>(capacity: 40, perOwner: 12)
        var model: [Int: [Int]] = [:]
        for step in 0..<20_000 {
            if Int.random(in: 0..<5, using: &random) < 3 {
                let owner = Int.random(in: 0..<6, using: &random)
                let hasRoom = model.values.reduce(0) { $0 + $1.count } < 40 && (model[owner]?.count ?? 0) < 12
                let isTaken = queue.append(owner * 100_000 + step, of: owner)
                #expect(isTaken == hasRoom)
                if isTaken { model[owner, default: []].append(owner * 100_000 + step) }
            } else if let element = queue.popFirst() {
                // Of its owner the oldest.
                #expect(model[element / 100_000]?.removeFirst() == element)
            } else {
                let isEmpty = model.values.allSatisfy { $0.isEmpty }
                #expect(isEmpty)
            }
            let flaw = queue.checkInvariants()
            #expect(flaw == nil)
        }
    }
}
