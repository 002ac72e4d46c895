import Administration
import DBProxy
import PostgresKit
import Testing

@Suite struct RetentionTests {
    private let sample: Sample
    private let rule = RetentionRule(messagesBefore: 1_000, restBefore: nil)

    init() throws {
        sample = try Sample()
    }

    private func age(_ condition: String) throws {
        try sample.database.execute("update message set created_at = 999 where \(condition)")
    }

    private func ids(of conversation: Int) throws -> String? {
        try sample.database.execute(
            "select string_agg(msg_id::text, ' ' order by msg_id) from message where conversation_id = \(conversation)")
    }

    @Test func oldMessagesGoAndWhatStaysIsClean() throws {
        try age("conversation_id = 1 and msg_id <= 3")
        let sum = try sample.administrator.retain(rule, isTrial: false)
        #expect([sum.conversations, sum.messages] == [1, 3])
        #expect(sum.bytes > 3 * 60)
        #expect(try ids(of: 1) == "4 5")
        #expect(try ids(of: Sample.pair) == "1 2 3 4 5 6 7 8 9 10")
        let found = try sample.administrator.verify(heals: false)
        #expect(found.findings == [])
        #expect(found.messages == 12)
        #expect(try sample.administrator.retain(rule, isTrial: false).messages == 0)
    }

    @Test func aTrialCountsTheSameAndDeletesNothing() throws {
        try age("msg_id <= 4")
        let trial = try sample.administrator.retain(rule, isTrial: true)
        #expect(trial.messages == 8)
        #expect(try ids(of: 1) == "1 2 3 4 5")
        #expect(try sample.administrator.retain(rule, isTrial: false) == trial)
    }

    @Test func aClockThatRanBackwardsLeavesNoGap() throws {
        try age("conversation_id = 1 and msg_id in (1, 3)")
        #expect(try sample.administrator.retain(rule, isTrial: false).messages == 1)
        #expect(try ids(of: 1) == "2 3 4 5")
        #expect(try sample.administrator.verify(heals: false).isClean)
    }

    @Test func aConversationMayBecomeEmptyAndGoesOn() throws {
        try age("conversation_id = 1")
        #expect(try sample.administrator.retain(rule, isTrial: false).messages == 5)
        #expect(try sample.administrator.verify(heals: false).isClean)
        try sample.write(1, to: 1)
        #expect(try ids(of: 1) == "6")
        #expect(try sample.administrator.verify(heals: false).isClean)
    }

    @Test func whatWasNotDeletedForItsAgeIsStillMissed() throws {
        try age("conversation_id = 1 and msg_id <= 2")
        _ = try sample.administrator.retain(rule, isTrial: false)
        try sample.database.execute("delete from message where conversation_id = 1")
        #expect(try sample.administrator.verify(heals: true).findings.map(\.count) == [3])
    }

    @Test func manyBatchesDeleteEverything() throws {
        try sample.database.execute(
            """
            insert into message select 1, i, 1, 17, 999, null, 'x' from generate_series(6, 7000) i;
            insert into conversation (id, last_msg_id) select i, 3 from generate_series(1000, 1700) i;
            insert into chat_group (id, name, creator_id, type, updated_at)
                select i, 'g', 1, 1, 0 from generate_series(1000, 1700) i;
            insert into message select c, i, 1, 17, case i when 3 then 1000 else 999 end, null, 'x'
                from generate_series(1000, 1700) c, generate_series(1, 3) i;
            update conversation set last_msg_id = 7000 where id = 1
            """)
        try age("conversation_id = 1")
        let trial = try sample.administrator.retain(rule, isTrial: true)
        #expect([trial.conversations, trial.messages] == [702, 7000 + 701 * 2])
        #expect(try sample.administrator.retain(rule, isTrial: false) == trial)
        #expect(try sample.administrator.verify(heals: false).isClean)
        #expect(try sample.database.execute("select count(*) from message") == String(10 + 701))
    }

    @Test func theRestGoesOnlyWhenAsked() throws {
        try sample.database.execute(
            """
            insert into admin_audit (at, token, method, path, request, request_id)
                select to_timestamp(i), 't', 'POST', '/', '', '' from generate_series(1, 1500) i;
            insert into admin_answer (token, key, digest, created_at) values
                ('t', 'a', '', to_timestamp(999)), ('t', 'b', '', now());
            insert into login_failure values ('ann', to_timestamp(999)), ('ann', now());
            update login set token_expires_at = to_timestamp(999);
            insert into call_record (name, caller, callee, is_video, node, epoch, began_at)
                select decode(lpad(to_hex(i), 32, '0'), 'hex'), 1, 2, false, 1, 1, to_timestamp(i * 700)
                from generate_series(1, 3) i
            """)
        #expect(try sample.administrator.retain(rule, isTrial: false).rows.isEmpty)
        let all = RetentionRule(messagesBefore: 1_000, restBefore: 1_401)
        let expected: [AgedTable: Int] = [.audit: 1400, .answers: 1, .failedLogins: 1, .expiredTokens: 1, .calls: 2]
        #expect(try sample.administrator.retain(all, isTrial: true).rows == expected)
        #expect(try sample.administrator.retain(all, isTrial: false).rows == expected)
        #expect(try sample.administrator.retain(all, isTrial: false).rows.values.allSatisfy { $0 == 0 })
        #expect(try sample.database.execute("select min(at) >= to_timestamp(1401) from admin_audit") == "t")
        #expect(try sample.database.execute("select count(*) from login where token_hash is null") == "2")
        #expect(try sample.administrator.verify(heals: false).isClean)
    }
}
