import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// Who sends much to those who are away does not delay others.
@Suite(.timeLimit(.minutes(5))) struct FairOutboxTests {
    /// The next messages that leave, by their senders.
    private func senders(_ count: Int, _ probe: DatabaseProbe) async throws -> [UInt32] {
        var senders: [UInt32] = []
        for _ in 0..<count {
            senders += try await probe.call {
                $0.claimNotifications(of: .apns, limit: 1, rooms: ["": 1], lease: .seconds(30), isNight: false, $1)
            }.map(\.sender.rawValue)
        }
        return senders
    }

    /// User 2 writes nothing here: he has the mobile.
    private func probe(waiting: Int) async throws -> DatabaseProbe {
        let probe = try await NotificationTests.probe()
        for id in 1...3 { try NotificationTests.store(id, in: NotificationTests.group, probe) }
        try probe.database.execute(
            """
            update message set sender_id = 3 where msg_id = 3;
            insert into outbox (channel, device_id, user_id, conversation_id, msg_id, is_silent, sender_id, due_at)
            select 1, 1000 + n, 1000 + n, 1, 1, false, 1, now() + interval '1 hour'
            from generate_series(1, \(waiting)) n
            """)
        return probe
    }

    @Test("what comes to a thousand of one sender waits until nothing else does")
    func behind() async throws {
        let probe = try await probe(waiting: 999)
        for id in 1...3 as ClosedRange<UInt32> {
            let judged = try NotificationTests.judged(NotificationTests.group, id...id, [2])
            #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 1)
        }
        #expect(try await senders(4, probe) == [1, 3, 1])
    }

    @Test("it is counted within a batch as well, and for each channel")
    func batch() async throws {
        let probe = try await probe(waiting: 999)
        let judged = try NotificationTests.judged(NotificationTests.group, 1...3, [2, 3])
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 6)
        #expect(
            try probe.database.execute(
                """
                select string_agg(channel || ':' || msg_id || case when is_behind then 'b' else '' end, ' '
                    order by channel, msg_id)
                from outbox where user_id < 1000
                """) == "1:1 1:2b 1:3 3:1 3:2 3:3")
        #expect(try await senders(4, probe) == [1, 3, 1])
    }

    @Test("what is behind fills a claim up")
    func whole() async throws {
        let probe = try await probe(waiting: 1_000)
        let judged = try NotificationTests.judged(NotificationTests.group, 1...3, [2])
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 3)
        let due = try await probe.call {
            $0.claimNotifications(of: .apns, limit: 2, rooms: ["": 2], lease: .seconds(30), isNight: false, $1)
        }
        #expect(Set(due.map(\.message.rawValue)) == [1, 3])
        #expect(try await senders(2, probe) == [1])
    }
}
