import Administration
import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

/// Three users, a pair with ten messages, a group with five, read to the end.
struct Sample {
    let database: TestDatabase
    let administrator: Administrator
    /// Of users 1 and 2.
    static let pair = 4_294_967_298

    init() throws {
        database = try TestDatabase()
        administrator = try Administrator(database.address)
        _ = try administrator.addDepartment("Sales", parentID: 0)
        try database.execute(
            """
            insert into account (name, password, department_id, stamp)
            select n, '', 1, next_stamp() from unnest(array['ann', 'bob', 'carol']) n
            """)
        _ = try administrator.createGroup("Team", creator: "ann", members: ["bob"], type: .normal)
        try database.execute("select open_pairs(array[\(Self.pair)])")
        try write(10, to: Self.pair)
        try write(5, to: 1)
        try database.execute(
            """
            update member m set read_msg_id = c.last_msg_id from conversation c where c.id = m.conversation_id;
            select record_logins(array[1, 2], array[1, 17]::smallint[], array[null, '\\x01']::bytea[], 30)
            """)
    }

    /// As nodes do, by user 1.
    func write(_ count: Int, to conversation: Int) throws {
        try database.execute(
            """
            select count(append(array[\(conversation)]::bigint[], array[1], array[1::smallint],
                array[decode(md5(random()::text), 'hex')], array[false], array['hello'::bytea], 600, false))
            from generate_series(1, \(count))
            """)
    }
}

@Suite(.timeLimit(.minutes(5))) struct VerifyTests {
    private let sample: Sample

    init() throws {
        sample = try Sample()
    }

    private func flaws(_ found: Verification) -> [String] {
        found.findings.filter { $0.remaining > 0 }.map { "\($0.flaw.rawValue) \($0.remaining)" }
    }

    @Test func whatNodesWriteIsCleanAndCounted() throws {
        let found = try sample.administrator.verify(heals: true)
        #expect(found.findings == [])
        #expect(found.isClean)
        #expect([found.conversations, found.messages, found.members] == [2, 15, 4])
        #expect([found.groups, found.users, found.departments, found.logins] == [1, 3, 1, 2])
    }

    /// What is broken, what is found, and what of that stays when it was repaired.
    private static let faults: [(sql: String, found: [String], left: [String])] = [
        ("delete from message where conversation_id = 1 and msg_id in (2, 3)",
            ["messages_missing 2"], ["messages_missing 2"]),
        ("delete from message where conversation_id = 1 and msg_id = 5",
            ["messages_missing 1"], ["messages_missing 1"]),
        ("delete from message where conversation_id = 1", ["messages_missing 5"], ["messages_missing 5"]),
        ("update conversation set last_msg_id = 2147483647 where id = 1",
            ["messages_missing 2147483642"], ["messages_missing 2147483642"]),
        ("update conversation set last_msg_id = 4 where id = 1; update member set read_msg_id = 4",
            ["head_too_low 1"], []),
        ("update conversation set first_msg_id = 3 where id = 1", ["messages_below_first 1"], []),
        ("update conversation set first_msg_id = -2147483648", [], []),
        ("update conversation set first_msg_id = 2147483647, last_msg_id = -2147483648 where id = 1",
            ["head_too_low 1", "messages_below_first 1", "read_mark_too_high 2", "join_too_high 2", "hide_too_high 2"],
            []),
        ("delete from member where conversation_id = 1; delete from conversation where id = 1",
            ["conversation_missing 1"], []),
        ("delete from member where conversation_id > 1; delete from conversation where id > 1",
            ["conversation_missing 1"], []),
        ("delete from chat_group", ["group_missing 1"], ["group_missing 1"]),
        ("insert into conversation (id) values (8589934593), (-5)",
            ["conversation_id_invalid 2"], ["conversation_id_invalid 2"]),
        ("delete from member where conversation_id > 1 and user_id = 2", ["pair_incomplete 1"], []),
        ("update member set left_at_id = 3 where conversation_id > 1 and user_id = 2", ["pair_incomplete 1"], []),
        ("insert into member values (4294967298, 3)", ["pair_has_stranger 1"], []),
        ("update member set read_msg_id = 6 where conversation_id = 1", ["read_mark_too_high 2"], []),
        ("update member set joined_at_id = 6, left_at_id = 7, hidden_through_id = 8 where conversation_id = 1",
            ["join_too_high 2", "leave_too_high 2", "hide_too_high 2"], []),
        ("insert into member values (1, 77)", ["member_unknown 1"], []),
        ("update chat_group set creator_id = 77", ["group_creator_unknown 1"], ["group_creator_unknown 1"]),
        ("update account set department_id = 9 where id < 3", ["department_unknown 2"], []),
        ("update department set deleted = true; update account set status = 3 where id < 3",
            ["department_unknown 1"], []),
        ("insert into department (name, parent_id, stamp) values ('x', 9, 1)", ["parent_department_unknown 1"], []),
        ("set session_replication_role = replica; insert into login (user_id, class, epoch, client_type) "
            + "values (77, 0, 1, 1)", ["login_user_unknown 1"], ["login_user_unknown 1"]),
        ("update login set epoch = 0 where user_id = 1", ["login_inconsistent 1"], ["login_inconsistent 1"]),
        ("update login set token_expires_at = null", ["login_inconsistent 1"], ["login_inconsistent 1"]),
        ("update login set client_type = 17", ["login_inconsistent 1"], ["login_inconsistent 1"]),
    ]

    @Test(arguments: faults.indices)
    func faultsAreFoundAndRepairedWhereNothingIsTaken(index: Int) throws {
        let fault = Self.faults[index]
        try sample.database.execute(fault.sql)
        let messages = try sample.database.execute("select count(*) from message")
        #expect(try flaws(sample.administrator.verify(heals: false)) == fault.found, "\(fault.sql)")
        #expect(try flaws(sample.administrator.verify(heals: false)) == fault.found, "looking changes nothing")
        #expect(try flaws(sample.administrator.verify(heals: true)) == fault.left, "\(fault.sql)")
        let after = try sample.administrator.verify(heals: false)
        #expect(flaws(after) == fault.left, "\(fault.sql)")
        #expect(after.isClean == fault.left.isEmpty)
        #expect(try sample.database.execute("select count(*) from message") == messages)
    }

    @Test func examplesAreNamed() throws {
        try sample.database.execute(
            """
            delete from message where conversation_id > 1 and msg_id between 3 and 9;
            update member set read_msg_id = 9 where conversation_id = 1 and user_id = 2
            """)
        let found = try sample.administrator.verify(heals: false)
        #expect(found.findings.map(\.examples) == [["users 1 and 2: 3, 4, 5, 6, 7 …"], ["user 2 in group 1"]])
    }

    @Test func peopleCanWriteAgainWhenTheHeadWasRaised() throws {
        try sample.database.execute("update conversation set last_msg_id = 4 where id = 1")
        #expect { try sample.write(1, to: 1) } throws: { "\($0)".contains("duplicate key") }
        #expect(try sample.administrator.verify(heals: true).isClean)
        try sample.write(1, to: 1)
        #expect(try sample.database.execute("select last_msg_id from conversation where id = 1") == "6")
    }

    @Test func whoIsNobodyLeavesWithANewVersionOfTheGroup() throws {
        try sample.database.execute("insert into member values (1, 77)")
        #expect(try sample.administrator.verify(heals: true).isClean)
        #expect(try sample.database.execute("select version from chat_group") == "2")
        #expect(try sample.database.execute("select left_at_id from member where user_id = 77") == "5")
    }

    @Test func aConversationLongerThanOneCountIsCountedToItsEnd() throws {
        try sample.database.execute(
            """
            insert into message select 1, i, 1, 17, 1, null, 'x' from generate_series(6, 120000) i
                where i not in (50000, 50001, 119999);
            update conversation set last_msg_id = 120000 where id = 1
            """)
        let found = try sample.administrator.verify(heals: false)
        #expect(flaws(found) == ["messages_missing 3"])
        #expect(found.messages == 120_007)
        #expect(found.findings.first?.examples.last == "group 1: 119999")
    }

    @Test func trafficIsNoFault() async throws {
        let probe = try await DatabaseProbe(sample.database, queues: 2)
        let pair = try #require(ConversationID(rawValue: UInt64(Sample.pair)))
        let writer = Task {
            var key: UInt64 = 0
            while !Task.isCancelled {
                key += 1
                let number = key
                _ = try await probe.call { database, done in
                    var batch = AppendBatch()
                    batch.fill(
                        count: 20, conversation: { _ in pair }, sender: { _ in UserID(1) }, type: { _ in .singleText },
                        key: { index, writer in
                            writer.append(bigEndian: number)
                            writer.append(bigEndian: UInt64(index))
                        },
                        keyExpires: Array(repeating: false, count: 20), body: { $1.append(utf8: "x") },
                        keyLifetime: .seconds(600))
                    database.append(queue: 0, batch) { done($0.map { $0.times[0] }) }
                }
                _ = try await probe.call { $0.markRead(pair, by: UserID(2), through: nil, $1) }
            }
        }
        var seen = 0
        var rounds = 0
        while rounds < 20 || seen < 1_000 {
            let found = try sample.administrator.verify(heals: true)
            #expect(found.findings == [])
            #expect(found.messages >= seen)
            seen = found.messages
            rounds += 1
        }
        writer.cancel()
        try await writer.value
    }
}
