import LoadBench
import StandIn
import Testing

/// The mutation test of the oracle: each thing a server can do wrong is found as what it is, and as nothing else.
@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    @Test(arguments: Fault.allCases) func eachFaultIsFoundAsWhatItIs(fault: Fault) async throws {
        var behaviour = Behaviour()
        behaviour.fault = fault
        let scene = try Scene(behaviour)
        let report = try await scene.run(scene.plan())
        #expect(Set(report.violations.keys) == [fault.expected], "\(report.examples)")
        #expect(report.verdict == .violation)
        #expect(!report.examples.isEmpty)
    }

    @Test(arguments: [Fault.losePush, .loseAcked, .repeatPush, .reorderPushes])
    func faultsAreFoundInGroupsToo(fault: Fault) async throws {
        var behaviour = Behaviour()
        behaviour.fault = fault
        let scene = try Scene(behaviour)
        let report = try await scene.run(scene.plan(.groups(count: 2, members: 5, senders: 2)))
        #expect(Set(report.violations.keys) == [fault.expected], "\(report.examples)")
    }
}

extension Fault {
    fileprivate var expected: Check {
        switch self {
        case .losePush: .undelivered
        case .loseStored, .loseAcked: .lost
        case .storeTwice, .forgetKey: .doubled
        case .skipID: .gap
        case .reorderPushes: .reordered
        case .repeatPush: .repeated
        case .swapIDs: .misnumbered
        case .wrongAck: .wrongAck
        case .corruptPush, .corruptStored: .corrupt
        case .showAnother: .conflict
        case .wrongUnread: .wrongUnread
        }
    }
}
