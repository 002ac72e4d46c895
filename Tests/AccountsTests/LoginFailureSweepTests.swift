import Accounts
import DBProxy
import PostgresKit
import Primitives
import Reactor
import Testing
import WaitKit

@Suite(.timeLimit(.minutes(5))) struct LoginFailureSweepTests {
    private final class Confined: @unchecked Sendable {
        // Proof: set and read on the loop only.
        var sweep: LoginFailureSweep?
        var database: Database?
    }

    @Test("made-up names do not fill the database: what is old goes by itself, all of it, and again")
    func oldFailuresGo() async throws {
        let database = try TestDatabase()
        let pool = try WorkerPool(name: "dns", threads: 1, capacity: 8)
        defer { pool.stop() }
        let configuration = Database.Configuration(address: try database.address, applicationName: "test")
        let confined = Confined()
        let group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { loop in
            let made = Database(configuration, resolver: NameResolver(pool: pool), on: loop)
            var schedule = LoginFailureSweep.Schedule()
            schedule.interval = .milliseconds(20)
            schedule.pause = .milliseconds(1)
            schedule.batch = 10
            confined.database = made
            confined.sweep = LoginFailureSweep(made, olderThan: .seconds(60), schedule, on: loop)
        }
        defer { group.stop() }
        for round in 0..<2 {
            try database.execute(
                """
                insert into login_failure select 'round \(round) ' || i, now() - interval '61 seconds'
                from generate_series(1, 35) i
                """)
            let old = "select count(*) from login_failure where failed_at < now() - interval '30 s'"
            try await eventually { try database.execute(old) == "0" }
            try database.execute("insert into login_failure (name) values ('young')")
        }
        #expect(try database.execute("select count(*) from login_failure") == "2")
    }
}
