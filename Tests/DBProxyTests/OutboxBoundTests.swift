import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// What the outbox costs has bounds, however much there is.
@Suite(.timeLimit(.minutes(5))) struct OutboxBoundTests {
    @Test("unread messages are counted to 999, and not through all that somebody has written himself")
    func unread() async throws {
        let probe = try await NotificationTests.probe()
        try probe.database.execute(
            """
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            select \(NotificationTests.pair), n, 1, 1, 1, 'text' from generate_series(1, 3000) n;
            update conversation set last_msg_id = 3000
            """)
        func unread(_ user: Int) throws -> String? {
            try probe.database.execute("select count_unread(\(user), 999)")
        }
        #expect(try unread(2) == "999")
        #expect(try unread(1) == "0")
        // Further back than is looked at.
        try probe.database.execute("update message set sender_id = 2 where msg_id <= 5")
        #expect(try unread(1) == "0")
        try probe.database.execute("update message set sender_id = 2 where msg_id = 2000")
        #expect(try unread(1) == "1")
    }

    @Test("a webhook goes with all that waits for it, some thousands at a time")
    func backlog() async throws {
        let probe = try await NotificationTests.probe()
        let making = try await probe.call {
            $0.addWebhook("crm", url: "https://example.org/", secret: "x", [.messages, .users], $1)
        }
        #expect(making == .made(1))
        try probe.database.execute(
            """
            insert into outbox (channel, webhook_id, event, state)
            select 4, 1, '{}', case when n % 2 = 0 then 0 else 3 end from generate_series(1, 12000) n
            """)
        #expect(try await probe.call { $0.removeWebhook(1, $1) })
        #expect(try probe.database.execute("select count(*) from outbox") == "0")
        #expect(try await probe.call { $0.webhooks($1) } == [])
        #expect(try await !probe.call { $0.removeWebhook(1, $1) })
    }
}
