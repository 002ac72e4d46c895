@testable import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// Names of users and departments as keys.
@Suite(.timeLimit(.minutes(5))) struct NameTests {
    private static let composed = "Ren\u{e9}", decomposed = "Rene\u{301}"

    private func make(_ name: String, _ probe: DatabaseProbe) async throws -> UserMaking {
        let user = NewUser(name: name, password: "", nick: "", departmentID: 0)
        return try await probe.call { $0.makeUser(user, $1) }
    }

    @Test func namesThatDifferInCaseOnlyAreOneName() async throws {
        let probe = try await DatabaseProbe()
        #expect(try await make("alice", probe) == .made(UserID(1)))
        #expect(try await make("ALICE", probe) == .nameTaken)
        guard case .made(let bob) = try await make("bob", probe) else { return #expect(Bool(false)) }
        let rename = { (name: String) in
            try await probe.call { $0.changeUser(bob, name: name, nick: nil, departmentID: nil, $1) }
        }
        #expect(try await rename("Alice") == .nameTaken)
        #expect(try await rename("Bob") == .changed)
        // Whatever makes a user: the table itself has the rule.
        #expect {
            try probe.database.execute("insert into account (name, password, stamp) values ('BOB', '', 1)")
        } throws: { "\($0)".contains("duplicate key") }
        let seeds = ["Alice", "carol"].map { NewUser(name: $0, password: "", nick: "", departmentID: 0) }
        #expect(try await probe.call { $0.addUsers(seeds, $1) } == 1)
    }

    @Test func departmentsOfOnePlaceHaveNamesOfTheirOwn() async throws {
        let probe = try await DatabaseProbe()
        let add = { (name: String, parent: DepartmentID) in
            try await probe.call { $0.addDepartment(name, parentID: parent, $1) }
        }
        #expect(try await add("Sales", 0) == .named(1))
        #expect(try await add("SALES", 0) == .nameTaken)
        #expect(try await add("Sales", 1) == .named(2))
        #expect(try await add("Sales", 9) == .unknown)
        #expect(try await add("Lab", 0) == .named(3))
        #expect(try await probe.call { $0.renameDepartment(3, to: "sales", $1) } == .nameTaken)
        #expect(try await probe.call { $0.renameDepartment(3, to: "LAB", $1) } == .named(3))
        #expect(try await probe.call { $0.renameDepartment(9, to: "X", $1) } == .unknown)
    }

    /// Swift finds them equal, PostgreSQL does not: whoever asks for one of them gets that one, or nobody.
    @Test func usersAreFoundByTheBytesOfTheirNames() async throws {
        let probe = try await DatabaseProbe()
        for name in [Self.composed, Self.decomposed] {
            try probe.database.execute("insert into account (name, password, stamp) values ('\(name)', '', 1)")
        }
        let names = [Self.decomposed, "nobody", Self.composed, Self.decomposed]
        let found = try await probe.call { $0.users(named: names, $1) }
        #expect(found.map { $0?.id } == [UserID(2), nil, UserID(1), UserID(2)])
    }

    @Test func aDatabaseWithNamesThatClashIsMigratedAndTellsOfThem() async throws {
        let database = try TestDatabase()
        try database.execute(
            """
            drop index account_name_folded; drop index department_name_folded;
            insert into account (name, password, stamp) values
                ('\(Self.decomposed)', '', 1), ('Zo\u{65}\u{308}', '', 2), ('\(Self.composed)', '', 3),
                ('alice', '', 4), ('ALICE', '', 5);
            insert into department (name, stamp) values ('Sales', 1), ('sales', 2)
            """)
        try database.execute(Migration.names.sql)
        let names = try database.execute("select string_agg(name, ' ' order by id) from account")
        let expected = [Self.decomposed, "Zo\u{eb}", Self.composed, "alice", "ALICE"].joined(separator: " ")
        #expect(names.map { Array($0.utf8) } == Array(expected.utf8))
        let probe = try await DatabaseProbe(database)
        #expect(try await make("Alice", probe) == .nameTaken)
        #expect(try await make("bob", probe) == .made(UserID(6)))
        let page = try await probe.call { $0.judge(.accounts, after: RowKey(id: -1), limit: 10, $1) }
        #expect(page.flawed.map { [$0.key.id, Int64($0.flaws)] } == [[1, 2], [4, 2], [5, 2]])
    }
}
