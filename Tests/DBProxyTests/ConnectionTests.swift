@testable import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// What happens to calls when the server or the connection misbehaves (F11 to F13).
@Suite(.timeLimit(.minutes(5))) struct ConnectionTests {
    private static let slow = Statement("slow", "select 1 from (select pg_advisory_xact_lock(7)) s")
    private static let broken = Statement("broken", "select no_such_column from account")

    @Test func aCutConnectionFailsWhatWasUnderWayAndComesBack() async throws {
        let troubles = Troubles()
        let probe = try await DatabaseProbe(troubles: troubles)
        let blocker = try probe.database.begin("select pg_advisory_xact_lock(7)")
        let pending = Task {
            try await probe.call { (database, done: @escaping (Result<Int, DatabaseError>) -> Void) in
                database.query(Self.slow, Parameters(), within: .seconds(10), done) { $0.count }
            }
        }
        try await probe.database.untilWaiting(1)
        try probe.database.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'test' and datname = current_database()
            """)
        await #expect(throws: DatabaseError.self) { try await pending.value }
        try blocker.commit()
        #expect(troubles.all.contains(.refused(SQLState("57P01"), statement: Self.slow.name)))
        // The other connection was cut too and may not know it yet: the first call on it finds out.
        var profiles: [Profile]?
        for _ in 0..<2 where profiles == nil {
            try await probe.waitUntilReady()
            profiles = try? await probe.call { $0.profiles(of: [UserID(1)], $1) }
        }
        #expect(profiles == [])
    }

    @Test func aCallThatTakesTooLongEndsAtItsDeadlineWithAnUnknownOutcome() async throws {
        let probe = try await DatabaseProbe()
        let blocker = try probe.database.begin("select pg_advisory_xact_lock(7)")
        await #expect(throws: DatabaseError.deadline) {
            let _: Int = try await probe.call { database, done in
                database.query(Self.slow, Parameters(), within: .milliseconds(200), done) { $0.count }
            }
        }
        try blocker.commit()
        #expect(DatabaseError.deadline.outcomeIsUnknown)
        #expect(!DatabaseError.unavailable.outcomeIsUnknown)
    }

    @Test func aRefusedStatementTakesNoOtherWithIt() async throws {
        let probe = try await DatabaseProbe()
        for _ in 0..<3 {
            await #expect(throws: DatabaseError.refused(SQLState("42703"))) {
                let _: Int = try await probe.call { $0.query(Self.broken, Parameters(), $1) { $0.count } }
            }
            #expect(try await probe.call { $0.profiles(of: [UserID(1)], $1) } == [])
        }
    }

    @Test func aLockedConversationTimesOutAndDoesNotHoldUpOthersForLong() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(3)
        let (locked, free) = (try pair(1, 2), try pair(1, 3))
        _ = try await probe.call { $0.openPairs(queue: 0, [locked, free], $1) }
        let blocker = try probe.database.begin("select from conversation where id = \(locked.rawValue) for update")
        await #expect(throws: DatabaseError.refused(SQLState("55P03"))) {
            _ = try await probe.append([Send(conversation: locked, sender: UserID(1), key: 1)])
        }
        #expect(try await probe.append([Send(conversation: free, sender: UserID(1), key: 2)])
            == [.stored(MessageID(1), groupVersion: 0)])
        // And whoever knows that something is locked need not wait for it.
        let unknown = try pair(1, 9)
        let sends = [locked, free, unknown].map { Send(conversation: $0, sender: UserID(1), key: 3) }
        #expect(try await probe.append(sends, skippingLocked: true)
            == [.locked, .stored(MessageID(2), groupVersion: 0), .noConversation])
        #expect(try await probe.append([sends[0]], skippingLocked: true) == [.locked])
        #expect(try await probe.append([sends[2]], skippingLocked: true) == [.noConversation])
        try blocker.commit()
        #expect(try await probe.append(sends, skippingLocked: true)
            == [.stored(MessageID(1), groupVersion: 0), .repeated(MessageID(2), groupVersion: 0), .noConversation])
    }

    @Test func removingASessionNeverTakesTheReadMarkBack() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let conversation = try pair(1, 2)
        _ = try await probe.call { $0.openPairs(queue: 0, [conversation], $1) }
        _ = try await probe.append([Send(conversation: conversation, sender: UserID(1), key: 1)])
        // Another session of the user is reading something newer, and has not committed yet.
        let reading = try probe.database.begin("update member set read_msg_id = 2 where user_id = 2")
        async let isHidden = probe.call { $0.hideSession(conversation, of: UserID(2), $1) }
        try await probe.database.untilWaiting(1)
        try reading.commit()
        #expect(try await isHidden)
        #expect(try probe.database.execute("select read_msg_id from member where user_id = 2") == "2")
    }

    @Test func loginsThatMeetOthersDoNotLockEachOtherOut() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let logins = (1...2).map {
            LoginRecord(user: UserID($0), clientType: .windows, tokenHash: nil, version: 1, isFirst: true, site: [1])
        }
        #expect(try await probe.call { $0.recordLogins([logins[1]], tokenDays: 1, $1) }.epochs == [1])
        // A batch of another node: the first login of user 1 ever, then, after a moment, one of user 2.
        let other = try probe.database.begin(
            "insert into login (user_id, class, epoch, client_type) values (1, 0, 1, 1)")
        async let recorded = probe.call { $0.recordLogins(logins, tokenDays: 1, $1) }
        try await probe.database.untilWaiting(1)
        try other.execute("update login set epoch = epoch + 1 where user_id = 2")
        try other.commit()
        #expect(try await recorded.epochs == [2, 3])
    }

    @Test func aLogoutTakesNothingFromALaterLogin() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(1)
        let login = LoginRecord(user: UserID(1), clientType: .ios, tokenHash: [1], version: 1, isFirst: true, site: [1])
        #expect(try await probe.call { $0.recordLogins([login, login], tokenDays: 1, $1) }.epochs == [1, 2])
        try await probe.call { $0.setDeviceToken("push", of: UserID(1), .ios, $1) }
        let left = "select count(token) + count(token_hash) from device_token natural full join login"
        try await probe.call { $0.recordLogout(of: UserID(1), .mobile, epoch: 1, $1) }
        #expect(try probe.database.execute(left) == "2")
        try await probe.call { $0.recordLogout(of: UserID(1), .mobile, epoch: 2, $1) }
        #expect(try probe.database.execute(left) == "0")
    }
}
