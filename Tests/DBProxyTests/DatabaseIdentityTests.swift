@testable import DBProxy
import PostgresKit
import TalkProtocol
import Testing
import WaitKit

/// By which name the cache knows a database.
@Suite(.timeLimit(.minutes(5))) struct DatabaseIdentityTests {
    @Test("what is remembered of a database stands under a name that a copy of it does not have")
    func identities() async throws {
        let (one, other) = (try await DatabaseProbe(), try await DatabaseProbe())
        var keys: [String] = []
        for probe in [one, one, other] {
            // The first answer of each connection is who it is.
            _ = try await probe.call { $0.profiles(of: [UserID(1)], $1) }
            keys.append(try #require(await probe.run { $0.cacheKey("x")?.text }))
        }
        #expect(keys[0] == keys[1] && keys[0] != keys[2])
        #expect(keys.allSatisfy { $0.hasPrefix("grapevine:") && $0.hasSuffix(":x") })
    }

    @Test("a connection that reached another life of the database than the others leaves all without a name")
    func disagreement() async throws {
        let probe = try await DatabaseProbe()
        _ = try await probe.call { $0.profiles(of: [UserID(1)], $1) }
        try await eventually { await probe.run { $0.connections.allSatisfy { $0.server != nil } } }
        try probe.database.execute("update database_identity set id = id")
        try probe.database.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where pid = (select min(pid) from pg_stat_activity where datname = current_database() and
                application_name = 'test')
            """)
        // One has a new name, the others the old one.
        try await eventually { await probe.run { Set($0.connections.compactMap(\.server?.identity)).count == 2 } }
        #expect(await probe.run { $0.cacheKey("x") == nil })
    }
}
