import DBProxy
import PostgresKit
import Testing

@Suite struct DepartmentTests {
    /// Both need the department's row and the clock of stamps: taken in different orders neither would ever get on.
    @Test func oneIsRenamedAndDeletedAtTheSameTime() async throws {
        let probe = try await DatabaseProbe()
        try probe.database.execute("insert into department (name, parent_id, stamp) values ('A', 0, 1)")
        async let clock: Void = probe.database.hold("select next_stamp()")
        try await probe.database.untilHeld()
        async let isRenamed = probe.call { $0.renameDepartment(1, to: "B", $1) }
        let waiting = """
            select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            """
        while try probe.database.execute(waiting) == "0" { await Task.yield() }
        let end = try await probe.call { $0.deleteDepartment(1, isTrial: false, $1) }
        guard case .deleted = end else { throw Unexpected(end: end) }
        #expect(try await isRenamed)
        try await clock
    }

    private struct Unexpected: Error {
        let end: DepartmentEnd
    }
}
