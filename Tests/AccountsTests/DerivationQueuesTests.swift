@testable import Accounts
import Reactor
import Testing

@Suite struct DerivationQueuesTests {
    private func job() -> Derivations.Job {
        Derivations.Job(interest: LoginInterest(), work: { .wrong }, reply: { _ in })
    }

    @Test("whoever brings many waits for himself, and who has logged in from there before comes first")
    func turns() {
        var queues = DerivationQueues(capacity: 512)
        let jobs = (0..<6).map { _ in job() }
        var taken = 0
        for _ in 0..<1_200 where queues.append(job(), of: .v4(1), isKnown: false) { taken += 1 }
        #expect(taken == 128)
        for (number, job) in jobs.enumerated() {
            let isTaken = queues.append(job, of: .v4(UInt32(2 + number)), isKnown: number < 5)
            #expect(isTaken)
        }
        var order: [Int?] = []
        for _ in 0..<8 {
            let next = queues.popFirst()
            order.append(jobs.firstIndex { $0.interest === next?.interest })
        }
        // Three of four turns are for the known ones; the stranger has waited for one of the many.
        #expect(order == [0, 1, 2, nil, 3, 4, 5, nil])
        #expect(queues.count == 126)
    }

    @Test func whoHasGoneIsNotWorkedFor() {
        let interest = LoginInterest()
        #expect(interest.end() && !interest.begin() && interest.hasEnded)
        let other = LoginInterest()
        // Too late to stop it.
        #expect(other.begin() && !other.end() && !other.hasEnded)
    }
}
