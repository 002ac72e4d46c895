import DBProxy
import PostgresKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct LoginFailureTests {
    @Test func oldFailuresAreDeletedInBatchesAndYoungOnesStay() async throws {
        let probe = try await DatabaseProbe()
        try probe.database.execute(
            """
            insert into login_failure select 'made up ' || i, now() - make_interval(secs => 3600 + i)
            from generate_series(1, 25) i;
            insert into login_failure (name) values ('young')
            """)
        var counts: [Int] = []
        for _ in 0..<4 {
            counts.append(try await probe.call { $0.deleteLoginFailures(olderThan: .seconds(3600), atMost: 10, $1) })
        }
        #expect(counts == [10, 10, 5, 0])
        #expect(try probe.database.execute("select string_agg(name, ' ') from login_failure") == "young")
    }
}
