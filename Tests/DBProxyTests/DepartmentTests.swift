import DBProxy
import PostgresKit
import Testing
import TalkProtocol

/// What happens to a department in the middle of another change of it.
@Suite(.timeLimit(.minutes(5))) struct DepartmentTests {
    /// Both need the department's row and the clock of stamps: taken in different orders neither would ever get on.
    @Test func oneIsRenamedAndDeletedAtTheSameTime() async throws {
        let probe = try await probe()
        let clock = try probe.database.begin("select next_stamp()")
        async let isRenamed = probe.call { $0.renameDepartment(1, to: "B", $1) }
        try await probe.database.untilWaiting(1)
        async let end = probe.call { $0.deleteDepartment(1, isTrial: false, $1) }
        try await probe.database.untilWaiting(2)
        try clock.commit()
        #expect(try await isRenamed == .named(1))
        #expect(try await end == .deleted)
    }

    @Test func itIsNotDeletedWhenSomebodyIsBeingPutIntoIt() async throws {
        let probe = try await probe()
        let placing = try probe.database.begin(
            """
            with d as materialized (select from department where id = 1 for key share)
            update account set department_id = 1 where exists (select from d)
            """)
        async let end = probe.call { $0.deleteDepartment(1, isTrial: false, $1) }
        try await probe.database.untilWaiting(1)
        try placing.commit()
        #expect(try await end == .inUse(users: 1, departments: 0))
    }

    @Test func nobodyIsMovedIntoItWhenItIsBeingDeleted() async throws {
        let probe = try await probe()
        #expect(try await whileDeleted(probe) { $0.changeUser(UserID(1), nick: nil, departmentID: 1, $1) } == .unknown)
    }

    @Test func nobodyIsMadeInItWhenItIsBeingDeleted() async throws {
        let user = NewUser(name: "new", password: "", nick: "", departmentID: 1)
        let made = try await whileDeleted(try await probe()) { $0.makeUser(user, $1) }
        guard case .unknownDepartment = made else {
            Issue.record("\(made)")
            return
        }
    }

    @Test func nothingIsPutBelowItWhenItIsBeingDeleted() async throws {
        #expect(try await whileDeleted(try await probe()) { $0.addDepartment("Below", parentID: 1, $1) } == .unknown)
    }

    @Test func whoComesBackIsNotInOneThatIsBeingDeleted() async throws {
        let probe = try await probe()
        try probe.database.execute("update account set status = 3, department_id = 1")
        #expect(try await whileDeleted(probe) { $0.enableUser(UserID(1), $1) })
        #expect(try probe.database.execute("select department_id from account") == "0")
    }

    /// With a user and a department.
    private func probe() async throws -> DatabaseProbe {
        let probe = try await DatabaseProbe()
        try probe.addUsers(1)
        try probe.database.execute("insert into department (name, parent_id, stamp) values ('A', 0, 1)")
        return probe
    }

    private func whileDeleted<Value: Sendable>(
        _ probe: DatabaseProbe,
        _ call: @escaping @Sendable (Database, @escaping (Result<Value, DatabaseError>) -> Void) -> Void
    ) async throws -> Value {
        let deleting = try probe.database.begin("select delete_department(1, false)")
        async let value = probe.call(call)
        try await probe.database.untilWaiting(1)
        try deleting.commit()
        return try await value
    }
}
