import Primitives
import Testing

@testable import LoadBench

@Suite struct AbsenceTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    @Test("the time in which only servers were offered that the client did not want is not the cluster's")
    func choosyClients() {
        var absence = Absence(at: start)
        for second in 1...46 { absence.refusedOffer(at: start + .seconds(second)) }
        absence.stoppedChoosing(at: start + .seconds(47))
        #expect(absence.duration(at: start + .milliseconds(47_200)) == .milliseconds(1_200))
    }

    @Test("where the next lookup finds nobody, the cluster is away again")
    func nobodyThere() {
        var absence = Absence(at: start)
        absence.refusedOffer(at: start + .seconds(2))
        absence.stoppedChoosing(at: start + .seconds(5))
        absence.stoppedChoosing(at: start + .seconds(6))
        absence.refusedOffer(at: start + .seconds(8))
        absence.stoppedChoosing(at: start + .seconds(9))
        #expect(absence.duration(at: start + .seconds(10)) == .seconds(6))
    }

    @Test("who takes what is offered was away until the login")
    func plainReturn() {
        var absence = Absence(at: start)
        absence.stoppedChoosing(at: start + .seconds(1))
        #expect(absence.duration(at: start + .seconds(3)) == .seconds(3))
    }
}
