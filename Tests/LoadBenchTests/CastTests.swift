import Testing

@testable import LoadBench

@Suite struct CastTests {
    private func plan(_ load: Plan.Load) -> Plan {
        var plan = Plan(load, .direct([]))
        plan.firstUser = 101
        plan.loops = 3
        return plan
    }

    private func names(_ plan: Plan) -> [[String]] {
        (0..<3).flatMap { loop -> [[String]] in
            let cast = Cast(plan, loop: loop)
            return stride(from: 0, to: cast.clients.count, by: plan.conversationSize).map { first in
                cast.clients[first..<first + plan.conversationSize].map(\.name)
            }
        }
    }

    @Test func pairsAreThoseOfPeopleAndTheSameInEveryRun() {
        let pairs = names(plan(.pairs(count: 1000, isOneWay: false)))
        #expect(Set(pairs.joined()) == Set((101...2100).map { "u\($0)" }) && pairs.count == 1000)
        #expect(pairs == names(plan(.pairs(count: 1000, isOneWay: true))))
        // The bits in which the two numbers differ make the hash.
        let differences = Set(pairs.map { pair in
            pair.compactMap { Int($0.dropFirst()) }.reduce(0, ^)
        })
        #expect(differences.count > 500)
    }

    @Test func groupsAreOfNeighbours() {
        let groups = names(plan(.groups(count: 3, members: 2, senders: 1)))
        #expect(groups.map { $0.joined(separator: " ") }.sorted() == ["u101 u102", "u103 u104", "u105 u106"])
    }
}
