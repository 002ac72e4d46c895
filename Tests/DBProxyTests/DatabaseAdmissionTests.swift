@testable import DBProxy
import PostgresKit
import TalkProtocol
import Testing
import WaitKit

/// Which servers are used.
@Suite(.timeLimit(.minutes(5))) struct DatabaseAdmissionTests {
    private func server(_ database: UInt64, timeline: UInt32) -> DatabaseServer {
        DatabaseServer(
            identity: DatabaseIdentity(text: "x"), database: database, timeline: timeline, keysRiseSince: 0)
    }

    @Test func theHighestTimelineOfOneDatabaseIsUsed() {
        let admission = DatabaseAdmission()
        #expect(admission.admit(server(7, timeline: 2)) == nil)
        #expect(admission.admit(server(8, timeline: 3)) == .foreign)
        #expect(admission.admit(server(7, timeline: 1)) == .outdated(1))
        #expect(!admission.heard(.init(database: 8, timeline: 9)))
        #expect(admission.heard(.init(database: 7, timeline: 3)))
        #expect(admission.admit(server(7, timeline: 2)) == .outdated(2))
        #expect(!admission.accepts(server(7, timeline: 2)))
        #expect(admission.admit(server(7, timeline: 3)) == nil)
        // An older word changes nothing.
        #expect(admission.heard(.init(database: 7, timeline: 1)))
        #expect(admission.known == .init(database: 7, timeline: 3))
    }

    @Test("connections to a server end when another node has seen its successor, and are not made again")
    func successor() async throws {
        let (admission, troubles) = (DatabaseAdmission(), Troubles())
        let probe = try await DatabaseProbe(admission: admission, troubles: troubles)
        let known = try #require(admission.known)
        #expect(known.timeline == 1)
        #expect(admission.heard(.init(database: known.database, timeline: 2)))
        try await eventually { await probe.run { $0.readyConnections == 0 } }
        let lines = { troubles.all.filter { $0 == .server(.outdated(1)) }.count }
        // The open ones, and then those that are tried again.
        try await eventually { lines() >= 6 }
        #expect(await probe.run { $0.readyConnections } == 0)
        await #expect(throws: DatabaseError.unavailable) {
            _ = try await probe.call { $0.profiles(of: [UserID(1)], $1) }
        }
    }
}
