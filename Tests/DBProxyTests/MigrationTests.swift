import Blobs
@testable import DBProxy
import PostgresKit
import Synchronization
import TalkProtocol
import Testing
import WaitKit

/// Nodes bring the schema to their version, at whatever moment they start.
@Suite(.timeLimit(.minutes(5))) struct MigrationTests {
    private static func steps(after last: Int32) -> [Int32] { Migration.all.map(\.number).filter { $0 > last } }

    @Test func twoNodesThatStartTogetherMigrateOnce() async throws {
        let database = try TestDatabase()
        try database.execute("drop schema public cascade")
        try database.execute("create schema public")
        let address = try database.address
        let runs = try await withThrowingTaskGroup(of: [Int32].self) { group in
            for _ in 0..<2 { group.addTask { try Migrator(address).run() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Step by step, by whichever comes first.
        #expect(runs.flatMap { $0 }.sorted() == Self.steps(after: 0))
        #expect(try Migrator(address).schema().number == Migrator.latest)
    }

    @Test func aNodeOfTheVersionBeforeStillStartsAndNoneOfAnOlderOne() async throws {
        let database = try TestDatabase()
        let migrator = Migrator(try database.address)
        let add = "insert into schema_migration (number, name, works_from) values"
        try database.execute("\(add) (\(Migrator.latest + 1), 'only adds', \(Migrator.latest))")
        #expect(try migrator.run() == [])
        #expect(try !migrator.schema().isTooNew)
        try database.execute("\(add) (\(Migrator.latest + 2), 'removes', \(Migrator.latest + 1))")
        #expect(throws: Migrator.Failure.self) { try migrator.run() }
        try database.execute("delete from schema_migration where number > \(Migrator.latest)")
        #expect(try migrator.run() == [])
        try database.execute("\(add) (\(Migrator.latest + 1), 'does not say', null)")
        #expect(throws: Migrator.Failure.self) { try migrator.run() }
    }

    @Test func aNodeStartsWhileABackupIsMade() throws {
        let database = try TestDatabase()
        let backup = try database.begin("lock table schema_migration in access share mode")
        #expect(try Migrator(database.address).run() == [])
        try backup.commit()
    }

    @Test("a node waits for another session's migration and says for which; with nothing to do it waits for nobody")
    func waiting() async throws {
        let lock = "select pg_advisory_lock(47110903)"
        let (old, new) = (try TestDatabase(), try TestDatabase())
        // As a pooler keeps a session open, with what it has locked.
        let (oldHolder, newHolder) = (try old.begin(lock), try new.begin(lock))
        #expect(try Migrator(new.address).run { _ in Issue.record("nothing is to be done") } == [])
        try old.execute("delete from schema_migration where number > 1; drop table schema_migration")
        try old.execute("drop schema public cascade; create schema public")
        let (address, name) = (try old.address, old.name)
        let waited = Mutex<[Int32]>([])
        let migrating = Task.detached {
            try Migrator(address).run { holder in waited.withLock { $0.append(holder) } }
        }
        try await eventually { waited.withLock { !$0.isEmpty } }
        let holder = try old.execute(
            "select pid from pg_stat_activity where datname = '\(name)' and query like '%pg_advisory_lock%' and "
                + "pid <> pg_backend_pid()")
        #expect(holder == waited.withLock { $0.first.map { "\($0)" } })
        try oldHolder.commit()
        try old.execute("select pg_terminate_backend(\(holder ?? "0"))")
        #expect(try await migrating.value == Self.steps(after: 0))
        try newHolder.commit()
    }

    /// A database as the steps up to this one leave it.
    private func database(through last: Int32) throws -> TestDatabase {
        let database = try TestDatabase()
        try database.execute(
            """
            drop schema public cascade; create schema public;
            create table schema_migration (
                number int primary key, name text not null, applied_at timestamptz not null default now(),
                works_from int)
            """)
        for step in Migration.all where step.number <= last {
            try database.execute(
                """
                \(step.sql);
                insert into schema_migration (number, name, works_from)
                values (\(step.number), '\(step.name)', \(step.worksFrom))
                """)
        }
        return database
    }

    @Test("a group counts for who has it when the step comes, and then for who makes it, with an older node as well")
    func groupMakers() throws {
        let database = try database(through: 13)
        let make = "insert into chat_group (name, creator_id, type, updated_at) values"
        try database.execute("\(make) ('a', 7, 2, 1)")
        #expect(try Migrator(database.address).run() == Self.steps(after: 13))
        // As nodes of the version before add groups, and hand them over.
        try database.execute("\(make) ('b', 8, 2, 1); update chat_group set creator_id = 9")
        #expect(
            try database.execute("select string_agg(name || made_by || creator_id, ' ' order by name) from chat_group")
                == "a79 b89")
    }

    @Test("users of before are no bots, and a node of before neither makes a bot nor gives one a password")
    func bots() throws {
        let database = try database(through: 22)
        let add = "insert into account (name, password, stamp) values"
        try database.execute("\(add) ('alice', 'x', 1)")
        #expect(try Migrator(database.address).run() == Self.steps(after: 22))
        try database.execute("\(add) ('bob', 'x', 2); update account set password = 'y' where name = 'bob'")
        try database.execute("insert into account (name, password, stamp, is_bot) values ('robot', '', 3, true)")
        #expect(throws: (any Error).self) {
            try database.execute("update account set password = 'y' where name = 'robot'")
        }
        #expect(try database.execute("select string_agg(name, ' ') from account where is_bot") == "robot")
    }

    @Test("nobody has a quota of his own when the step comes")
    func userQuotas() async throws {
        let database = try database(through: 25)
        try database.execute("insert into account (name, password, stamp) values ('alice', 'x', 1)")
        #expect(try Migrator(database.address).run() == Self.steps(after: 25))
        let probe = try await DatabaseProbe(database)
        #expect(try await probe.call { $0.pictureRoom(of: UserID(1), quota: 7, $1) } == 7)
        let quota = UserQuota(pictureBytes: 5)
        #expect(try await probe.call { $0.setQuota(quota, of: UserID(1), $1) })
        #expect(try await !probe.call { $0.setQuota(quota, of: UserID(2), $1) })
        #expect(try await probe.call { $0.pictureRoom(of: UserID(1), quota: 7, $1) } == 5)
        #expect(try await probe.call { $0.quota(of: UserID(1), $1) } == quota)
    }

    @Test("what was stored before the step counts against a quota, and an older node stores as it did")
    func pictureQuota() async throws {
        let database = try database(through: 28)
        func store(_ byte: String) throws -> String? {
            let digest = String(repeating: byte, count: BlobID.byteCount)
            return try database.execute(
                "select store_blob('\\x\(digest)', 100, 1::smallint, '{}', 1::smallint, 1, 1::smallint, null)")
        }
        #expect(try store("01") == "0")
        #expect(try Migrator(database.address).run() == Self.steps(after: 28))
        let probe = try await DatabaseProbe(database)
        let id = try #require(BlobID(hex: String(repeating: "02", count: BlobID.byteCount)))
        let blob = BlobRecord(id: id, byteCount: 100, type: 1, stores: [])
        let (tooSmall, enough) = (199, 200)
        for (quota, isStored) in [(tooSmall, false), (enough, true)] {
            let copies = try await probe.call {
                $0.storeBlob(blob, wanted: 1, by: UserID(1), as: .picture, life: nil, within: quota, $1)
            }
            #expect((copies != nil) == isStored)
        }
        #expect(try store("03") == "0")
        #expect(try database.execute("select bytes from blob_usage") == "300")
    }

    @Test("copies count as before the step, and an older node keeps the count right")
    func buckets() throws {
        let database = try database(through: 19)
        let digests = (1...2).map { "'\\x" + String(repeating: "0\($0)", count: 32) + "'" }
        let store = "select store_blob(%, 9, 1::smallint, '{1,2}', 2::smallint, 7, 1::smallint, null)"
        try database.execute(
            """
            select enter_store('a', 'node-1', 'h', 1); select enter_store('b', 'node-2', 'h', 1);
            \(store.replacing("%", with: digests[0]))
            """)
        #expect(try Migrator(database.address).run() == Self.steps(after: 19))
        // As nodes of the version before do.
        try database.execute(
            "\(store.replacing("%", with: digests[1])); select drop_copies(1, array[\(digests[1])::bytea])")
        #expect(try database.execute("select string_agg(copies::text, ' ' order by digest) from blob") == "2 1")
        try database.execute("select enter_bucket('s3', 'files', 'h', 1)")
        #expect(try database.execute("select add_bucket_copy(3, \(digests[1]), interval '1 s')") == "4")
        #expect(try database.execute("select count(*) from blob_copy") == "4")
    }

    @Test(
        "keys rise at once where nothing is stored, otherwise from a day on: until then older nodes may store",
        arguments: [false, true])
    func risingKeys(hasMessages: Bool) throws {
        let database = try database(through: 10)
        if hasMessages {
            try database.execute(
                """
                insert into conversation (id) values (7);
                insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
                values (7, 1, 1, 17, 1, '')
                """)
        }
        let before = try database.execute("select xmin from database_identity")
        _ = try Migrator(database.address).run()
        let hours = try database.execute(
            """
            select round((keys_rise_since / 1000 - extract(epoch from now())) / 3600) from database_identity
            where keys_rise_since > 0
            """)
        #expect(hours == (hasMessages ? "24" : nil))
        // Its transaction tells one copy of a database from another.
        #expect(try database.execute("select xmin from database_identity") == before)
    }
}
