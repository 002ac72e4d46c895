@testable import Accounts
import Primitives
import Reactor
import Testing

@Suite struct LoginAdmissionTests {
    private let start = Instant(nanoseconds: 5_000_000_000)

    private func admission(capacity: Int = 1_000) -> LoginAdmission<Int> {
        LoginAdmission(
            TokenBucket.Limit(rate: 100, burst: 10), patience: .seconds(4), capacity: capacity)
    }

    /// Lets time pass until nobody waits: who was let in and when, and who was not.
    private func run(_ admission: inout LoginAdmission<Int>) -> (admitted: [(Int, Instant)], late: [Int]) {
        var (now, admitted, late): (Instant, [(Int, Instant)], [Int]) = (start, [], [])
        while true {
            switch admission.next(at: now) {
            case .admitted(let number): admitted.append((number, now))
            case .tooLate(let number): late.append(number)
            case .later(let wait): now = now + max(wait, .nanoseconds(1))
            case .none: return (admitted, late)
            }
        }
    }

    @Test func fewAreLetInAtOnce() {
        var admission = admission()
        for number in 0..<10 { _ = admission.add(number, from: .v4(1), at: start) }
        let admitted = run(&admission).admitted
        #expect(admitted.map(\.0) == Array(0..<10) && admitted.allSatisfy { $0.1 == start })
    }

    @Test func aCrowdComesInItsOrderAtThePace() {
        var admission = admission()
        for number in 0..<300 { _ = admission.add(number, from: .v4(1), at: start) }
        let (admitted, late) = run(&admission)
        #expect(admitted.map(\.0) == Array(0..<300) && late.isEmpty)
        #expect((admitted.last?.1).map { $0 - start } == .milliseconds(2_900))
    }

    @Test func whoWouldWaitForTooLongIsToldSo() {
        var admission = admission(capacity: 2_000)
        for number in 0..<1_000 { _ = admission.add(number, from: .v4(1), at: start) }
        let (admitted, late) = run(&admission)
        #expect(admitted.count == 410 && late == Array(410..<1_000))
    }

    @Test func theQueueIsBounded() {
        var admission = admission(capacity: 4)
        // Half of it for one address.
        let taken = [1, 1, 1, 2, 2, 3].map { admission.add(0, from: .v4($0), at: start) }
        #expect(taken == [true, true, false, true, true, false])
    }
}
