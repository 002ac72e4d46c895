import DBProxy
import PostgresKit
import TalkProtocol
import Testing
import WaitKit

/// Between the judgement of a login and its record the account may change.
@Suite(.timeLimit(.minutes(5))) struct LoginRecordTests {
    @Test("a login that was judged before the change is not recorded, nor its token")
    func recordingComparesWhatWasJudged() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let login = LoginRecord(user: UserID(1), clientType: .ios, tokenHash: [1], version: 1, isFirst: true, site: [1])
        let other = LoginRecord(user: UserID(2), clientType: .ios, tokenHash: [2], version: 1, isFirst: true, site: [1])
        #expect(try await probe.call { $0.recordLogins([login, other], tokenDays: 1, $1) }.epochs == [1, 1])
        try probe.database.execute("update account set password = 'x' where id = 1")
        try probe.database.execute("update account set status = 3 where id = 2")
        #expect(try await probe.call { $0.recordLogins([login, other], tokenDays: 1, $1) }.epochs == [nil, nil])
        #expect(try probe.database.execute("select count(token_hash) from login") == "0")
        #expect(try probe.database.execute("select count(*) from login_site") == "2")
    }

    @Test("who stands in a batch twice logs in twice, in order; the last address is noted if one is given")
    func aBatch() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(3)
        func login(_ user: UInt32, _ type: ClientType, _ token: UInt8, _ site: [UInt8]?) -> LoginRecord {
            LoginRecord(user: UserID(user), clientType: type, tokenHash: [token], version: 1, isFirst: true, site: site)
        }
        let batch = [
            login(2, .ios, 1, [9]), login(3, .ios, 2, [7]), login(2, .android, 3, nil), login(1, .windows, 4, nil),
            login(2, .windows, 5, nil), login(2, .ios, 6, [8]),
        ]
        #expect(try await probe.call { $0.recordLogins(batch, tokenDays: 1, $1) }.epochs == [1, 1, 2, 1, 1, 3])
        #expect(try await probe.call { $0.recordLogins(batch, tokenDays: 1, $1) }.epochs == [4, 2, 5, 2, 2, 6])
        let tokens = """
            select string_agg(concat_ws(':', user_id, class, encode(token_hash, 'hex')), ' ' order by user_id, class)
            from login
            """
        #expect(try probe.database.execute(tokens) == "1:0:04 2:0:05 2:1:06 3:1:02")
        let sites = "select string_agg(encode(site, 'hex'), ' ' order by site) from login_site"
        #expect(try probe.database.execute(sites) == "07 08")
    }

    @Test("of one who stands in a batch twice, judged by two passwords, the later one logs in")
    func judgedByTwoPasswords() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(1)
        try probe.database.execute("update account set password = 'x' where id = 1")
        let batch = [1, 2].map {
            LoginRecord(
                user: UserID(1), clientType: .ios, tokenHash: [UInt8($0)], version: $0, isFirst: true, site: nil)
        }
        #expect(try await probe.call { $0.recordLogins(batch, tokenDays: 1, $1) }.epochs == [nil, 2])
        #expect(try probe.database.execute("select encode(token_hash, 'hex') from login") == "02")
    }

    @Test("B55: a token opens one session, however often it is given in one batch, and by however many nodes at once")
    func aTokenOpensOneSession() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        func login(_ user: UInt32, _ type: ClientType = .ios, next: UInt8, presented: UInt8?) -> LoginRecord {
            LoginRecord(
                user: UserID(user), clientType: type, tokenHash: [next], presented: presented.map { [$0] }, version: 1,
                isFirst: next < 3 || type == .windows, site: nil)
        }
        let first = [login(1, next: 1, presented: nil), login(2, next: 2, presented: nil)]
        #expect(try await probe.call { $0.recordLogins(first, tokenDays: 1, $1) }.epochs == [1, 1])
        let batch = [
            login(1, next: 11, presented: 1), login(2, .windows, next: 12, presented: nil),
            login(1, next: 13, presented: 1), login(2, next: 14, presented: 9), login(2, next: 15, presented: nil),
        ]
        #expect(try await probe.call { $0.recordLogins(batch, tokenDays: 1, $1) }.epochs == [nil, 1, 2, nil, 2])
        let late = login(2, next: 16, presented: 14)
        #expect(try await probe.call { $0.recordLogins([late], tokenDays: 1, $1) }.epochs == [nil])
        let others = [try await DatabaseProbe(probe.database), try await DatabaseProbe(probe.database)]
        let holder = try probe.database.begin("select from login where user_id = 1 for update")
        let again = login(1, next: 21, presented: 13)
        async let one = others[0].call { $0.recordLogins([again], tokenDays: 1, $1) }
        async let two = others[1].call { $0.recordLogins([again], tokenDays: 1, $1) }
        try await probe.database.untilWaiting(2)
        try holder.commit()
        let epochs = try await [one.epochs[0], two.epochs[0]]
        #expect(epochs.compactMap(\.self) == [3])
    }

    @Test("a login waits for a change under way, also the first one of its class", arguments: [true, false])
    func aChangeUnderWay(isFirst: Bool) async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(1)
        let login = LoginRecord(user: UserID(1), clientType: .ios, tokenHash: [1], version: 1, isFirst: true, site: [1])
        if !isFirst { _ = try await probe.call { $0.recordLogins([login], tokenDays: 1, $1) } }
        let change = try probe.database.begin("update account set status = 3 where id = 1")
        async let recorded = probe.call { $0.recordLogins([login], tokenDays: 1, $1) }
        try await eventually { try probe.database.execute("select count(*) from pg_locks where not granted") != "0" }
        try change.commit()
        #expect(try await recorded.epochs == [nil])
    }
}
