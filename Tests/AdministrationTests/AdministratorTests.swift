import Accounts
import Administration
import Crypto
import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

@Suite struct AdministratorTests {
    private let database: TestDatabase
    private let administrator: Administrator

    init() throws {
        database = try TestDatabase()
        administrator = try Administrator(database.address)
    }

    private func storedPassword(of name: String) throws -> PasswordHash {
        try PasswordHash(stored: #require(try database.execute("select password from account where name = '\(name)'")))
    }

    private func secret(_ password: String) throws -> String {
        try MD5.hex([UInt8](password.utf8).rawBytes)
    }

    @Test func aUserCanLogInWithWhatClientsSend() throws {
        let department = try administrator.addDepartment("Sales", parentID: 0)
        let id = try administrator.addUser("ann", nick: "Ann", departmentID: department, password: "pass word")
        let password = try storedPassword(of: "ann")
        #expect(try password.matches(secret("pass word")))
        #expect(try !password.matches(secret("pass")))
        #expect(password.cost == .standard)
        let listed = try administrator.users(prefix: "a", limit: 10)
        #expect(listed.map(\.id) == [id])
        #expect(listed.first?.nick == "Ann")
        #expect(listed.first?.departmentID == department)
    }

    @Test func aNameIsTakenOnce() throws {
        _ = try administrator.addUser("ann", nick: "Ann", departmentID: 0, password: "password")
        #expect(throws: AdministrationError.nameTaken("ann")) {
            try administrator.addUser("ann", nick: "Other", departmentID: 0, password: "another one")
        }
        #expect(try storedPassword(of: "ann").matches(secret("password")))
    }

    @Test(arguments: ["", " ann", "ann\u{7}", "ann\0", String(repeating: "n", count: 65)])
    func namesThatNobodyCanTypeAreRefused(name: String) throws {
        #expect {
            try administrator.addUser(name, nick: "N", departmentID: 0, password: "password")
        } throws: { error in
            if case .badName(name, _) = error as? AdministrationError { true } else { false }
        }
    }

    @Test("a password that the administration API refuses is refused here, too", arguments: [
        "short", "pass\u{7}word", "pass\tword", String(repeating: "p", count: 257),
    ])
    func passwordsAreJudged(password: String) throws {
        #expect {
            try administrator.addUser("ann", nick: "Ann", departmentID: 0, password: password)
        } throws: { error in
            if case .badPassword = error as? AdministrationError { true } else { false }
        }
    }

    @Test func aNewPasswordEndsWhatTheOldOneOpened() throws {
        _ = try administrator.addUser("ann", nick: "Ann", departmentID: 0, password: "old password")
        try database.execute(
            """
            insert into login (user_id, class, epoch, client_type, token_hash, token_expires_at)
            select id, 0, 1, 1, '\\x01', now() + interval '1 day' from account;
            insert into login_failure (name) values ('ann'), ('bob')
            """)
        try administrator.setPassword("new password", of: "ann")
        #expect(try storedPassword(of: "ann").matches(secret("new password")))
        #expect(try database.execute("select credential_version from account") == "2")
        #expect(try database.execute("select token_hash from login") == "")
        #expect(try database.execute("select string_agg(name, ' ') from login_failure") == "bob")
        #expect(throws: AdministrationError.unknownUsers(["bob"])) {
            try administrator.setPassword("new password", of: "bob")
        }
    }

    @Test func aDisabledUserIsShownAsLeft() throws {
        _ = try administrator.addUser("ann", nick: "Ann", departmentID: 0, password: "password")
        let before = try #require(try administrator.users(prefix: "", limit: 1).first)
        try administrator.disableUser("ann")
        let after = try #require(try administrator.users(prefix: "", limit: 1).first)
        #expect(after.hasLeft)
        #expect(after.stamp > before.stamp)
        #expect(try database.execute("select credential_version from account") == "2")
        // Again changes nothing: clients need not fetch the user once more.
        try administrator.disableUser("ann")
        #expect(try administrator.users(prefix: "", limit: 1) == [after])
        #expect(throws: AdministrationError.unknownUsers(["bob"])) { try administrator.disableUser("bob") }
    }

    @Test func aSeedIsCheapAndSpreadAndMayBeRepeated() throws {
        let departments = [
            try administrator.addDepartment("One", parentID: 0), try administrator.addDepartment("Two", parentID: 0),
        ]
        var reports: [Int] = []
        let first = try administrator.seedUsers(prefix: "u", count: 1200, password: "pw") { reports.append($0) }
        #expect([first.made, first.present] == [1200, 0])
        #expect(reports == [500, 1000, 1200])
        let password = try storedPassword(of: "u1200")
        #expect(password.cost == .loadTest)
        #expect(try password.matches(secret("pw")))
        // Clients page the list by stamp, and a page must not be larger than an answer.
        #expect(try database.execute("select count(distinct stamp) from account") == "3")
        #expect(try database.execute("select max(n) from (select count(*) n from account group by stamp) x") == "500")
        #expect(
            try database.execute("select string_agg(distinct department_id::text, ' ') from account")
                == departments.map { String($0.rawValue) }.joined(separator: " "))
        let second = try administrator.seedUsers(prefix: "u", count: 1201, password: "other") { _ in }
        #expect([second.made, second.present] == [1, 1200])
        #expect(try storedPassword(of: "u1").matches(secret("pw")))
    }

    @Test func aGroupHasItsCreatorAndMembers() throws {
        for name in ["ann", "bob", "cleo"] {
            _ = try administrator.addUser(name, nick: name, departmentID: 0, password: "password")
        }
        let group = try administrator.createGroup("Team", creator: "ann", members: ["bob", "bob"], type: .normal)
        #expect(group.memberCount == 2)
        let listed = try administrator.groups(limit: 10)
        #expect(
            listed.map { "\($0.id.rawValue) \($0.name) \($0.creator ?? "?") \($0.memberCount) \($0.type.rawValue)" }
                == ["\(group.id.rawValue) Team ann 2 1"])
        #expect(throws: AdministrationError.unknownUsers(["dan", "eve"])) {
            try administrator.createGroup("Other", creator: "dan", members: ["ann", "eve"], type: .normal)
        }
        try administrator.disableUser("cleo")
        #expect(throws: AdministrationError.unknownUsers(["cleo"])) {
            try administrator.createGroup("Other", creator: "ann", members: ["cleo"], type: .tmp)
        }
        let crowd = (1...501).map { "u\($0)" }
        #expect(throws: AdministrationError.tooManyMembers(502, limit: 500)) {
            try administrator.createGroup("Crowd", creator: "ann", members: crowd, type: .normal)
        }
        #expect(try administrator.groups(limit: 10).count == 1)
        try database.execute(
            """
            insert into chat_group (id, name, creator_id, type, updated_at)
                overriding system value select i, 'g', 1, 1, 1 from generate_series(2, 2000) i;
            insert into conversation (id) select i from generate_series(2, 2000) i;
            insert into member (conversation_id, user_id) select i, 2 from generate_series(2, 2000) i
            """)
        #expect(throws: AdministrationError.tooManyGroups(["bob"], limit: 2000)) {
            try administrator.createGroup("Other", creator: "ann", members: ["bob"], type: .normal)
        }
    }

    @Test func departmentsFormATree() throws {
        let top = try administrator.addDepartment("Top", parentID: 0)
        let below = try administrator.addDepartment("Below", parentID: top)
        #expect(try administrator.departments().map { [$0.id, $0.parentID] } == [[top, 0], [below, top]])
        #expect(try administrator.department("Below").id == below)
        #expect(try administrator.department("#\(top.rawValue)").name == "Top")
        #expect(throws: AdministrationError.unknownDepartment("#999")) {
            try administrator.addDepartment("Lost", parentID: 999)
        }
        #expect(throws: AdministrationError.unknownDepartment("Lost")) { try administrator.department("Lost") }
    }

    @Test func anotherSchemaIsRefused() throws {
        try database.execute("insert into schema_migration (number, name) values (99999, 'later')")
        #expect(throws: AdministrationError.wrongSchema(found: 99999, needed: Migrator.latest)) {
            try Administrator(database.address)
        }
    }

    @Test func aServerThatIsNotThereIsReported() throws {
        // Port 1 (tcpmux) is where nobody listens.
        let address = try PostgresAddress("host=127.0.0.1 port=1 dbname=postgres")
        #expect {
            try Administrator(address)
        } throws: { error in
            guard case .unreachable(let reason) = error as? AdministrationError else { return false }
            return reason.contains("refused")
        }
    }
}
