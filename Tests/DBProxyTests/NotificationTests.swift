import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// Who is told of which message while he is away.
@Suite(.timeLimit(.minutes(5))) struct NotificationTests {
    static let pair = (1 << 32) | 2 as Int64
    static let group = 7 as Int64

    /// Users 1 to 3, the conversation of 1 and 2, a group of all; a mobile of 2, a browser of 3; all channels served.
    static func probe() async throws -> DatabaseProbe {
        let probe = try await DatabaseProbe()
        try probe.database.execute(
            """
            insert into account (id, name, password, nick, stamp)
            values (1, 'ann', 'x', 'Ann', 1), (2, 'bob', 'x', 'Bob', 2), (3, 'eve', 'x', 'Eve', 3);
            insert into conversation (id) values (\(pair)), (\(group));
            insert into chat_group (id, name, creator_id, type, updated_at) values (\(group), 'Team', 1, 1, 0);
            insert into member (conversation_id, user_id)
            values (\(pair), 1), (\(pair), 2), (\(group), 1), (\(group), 2), (\(group), 3);
            insert into outbox_channel (channel) values (1), (2), (3);
            """)
        try await probe.call { $0.setDeviceToken("ios:2", of: UserID(2), .ios, $1) }
        try await probe.call {
            let keys = [UInt8](repeating: 4, count: 81)
            $0.setBrowser(at: "https://push.example/3", keys: keys, of: UserID(3), .windows, $1)
        }
        return probe
    }

    /// A message of user 1, stored so many seconds ago.
    static func store(_ id: Int, in conversation: Int64, ago: Int = 0, _ probe: DatabaseProbe) throws {
        try probe.database.execute(
            """
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            values (\(conversation), \(id), 1, 1, extract(epoch from now())::bigint - \(ago), 'text');
            update conversation set last_msg_id = \(id), updated_at = extract(epoch from now())::bigint
            where id = \(conversation);
            """)
    }

    static func judged(
        _ conversation: Int64, _ ids: ClosedRange<UInt32>, _ users: [UInt32], hasPC: Bool = false
    ) throws -> JudgedMessages {
        let conversation = try #require(ConversationID(rawValue: UInt64(conversation)))
        var judged = JudgedMessages()
        for id in ids {
            judged.absent += users.map { .init(conversation, MessageID(id), UserID($0), hasPC: hasPC) }
        }
        judged.ranges = [.init(conversation, MessageID(ids.lowerBound)...MessageID(ids.upperBound))]
        return judged
    }

    private func claim(
        _ channel: OutboxChannel, _ probe: DatabaseProbe, isNight: Bool = false, lease: Duration = .seconds(30),
        rooms: [String: Int] = ["": 100]
    ) async throws -> [DueNotification] {
        try await probe.call {
            $0.claimNotifications(of: channel, limit: 100, rooms: rooms, lease: lease, isNight: isNight, $1)
        }
    }

    @Test("of each push service as many are taken as it has room for, of one that is not known, one")
    func places() async throws {
        let probe = try await Self.probe()
        for number in 1...6 {
            let host = ["push.one", "push.two", "push.three"][number % 3]
            try await probe.call {
                let keys = [UInt8](repeating: 4, count: 81)
                $0.setBrowser(at: "https://\(host)/\(number)", keys: keys, of: UserID(3), .windows, $1)
            }
        }
        for id in 1...3 { try Self.store(id, in: Self.group, probe) }
        let judged = try Self.judged(Self.group, 1...3, [3])
        // Three messages to seven browsers.
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 21)
        let taken = try await claim(.browsers, probe, rooms: ["push.one": 0, "push.two": 4])
        let hosts = taken.map { $0.token.split(separator: "/")[1] }.sorted()
        #expect(hosts == ["push.example", "push.three"] + Array(repeating: "push.two", count: 4))
        #expect(try await claim(.browsers, probe, rooms: ["push.one": 100]).count == 6 + 2 + 1)
        // Programs of the version before know nothing of it.
        let others = "select count(*) from claim_notifications(3::smallint, 100, 30, false)"
        #expect(try probe.database.execute(others) == "6")
    }

    private func end(_ state: SendingEnd.State, _ due: DueNotification, _ probe: DatabaseProbe, goneAt: Int64? = nil)
        async throws -> Int
    {
        let end = SendingEnd(due.id, attempts: due.attempts, state, "said", goneAt: goneAt)
        return try await probe.call { $0.endSending([end], $1) }
    }

    private func states(_ probe: DatabaseProbe) throws -> String? {
        try probe.database.execute(
            "select string_agg(state || ':' || coalesce(answer, ''), ',' order by id) from outbox")
    }

    @Test("a message becomes one notification for each device, however often it is judged")
    func once() async throws {
        let probe = try await Self.probe()
        try Self.store(1, in: Self.group, probe)
        let judged = try Self.judged(Self.group, 1...1, [2, 3])
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 2)
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 0)
        let mobile = try #require(try await claim(.apns, probe).first)
        #expect(mobile.token == "ios:2" && mobile.user == UserID(2) && mobile.senderName == "Ann")
        #expect(mobile.groupName == "Team" && mobile.unread == 1 && mobile.attempts == 1 && !mobile.isSilent)
        #expect(mobile.body == Array("text".utf8))
        let browser = try #require(try await claim(.browsers, probe).first)
        #expect(browser.keys.count == 81 && browser.user == UserID(3))
        #expect(try await claim(.apns, probe) == [])
        #expect(try await end(.sent, mobile, probe) == 1)
        #expect(try await end(.sent, mobile, probe) == 0)
    }

    @Test("who sees it on a PC gets nothing in a browser, and a number on the mobile")
    func silent() async throws {
        let probe = try await Self.probe()
        try Self.store(1, in: Self.group, probe)
        let judged = try Self.judged(Self.group, 1...1, [2, 3], hasPC: true)
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 1)
        #expect(try await claim(.apns, probe).first?.isSilent == true)
    }

    @Test("nothing is made for who has read, muted, left or was disabled, nor for a channel that nobody serves")
    func unwanted() async throws {
        for sql in [
            "update member set read_msg_id = 1", "update member set shield = true", "update account set status = 3",
            "update member set left_at_id = 0", "update member set joined_at_id = 1",
            "update outbox_channel set served_at = now() - interval '8 days'", "delete from device",
        ] {
            let probe = try await Self.probe()
            try Self.store(1, in: Self.group, probe)
            try probe.database.execute(sql)
            let judged = try Self.judged(Self.group, 1...1, [2, 3])
            #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 0, "\(sql)")
        }
    }

    @Test(
        "what is not wanted any more is withdrawn before it leaves",
        arguments: [
            ("update member set read_msg_id = 1", "read"),
            ("update member set shield = true", "the user has muted the group"),
            ("update account set status = 3", "the account is disabled"),
            ("update member set left_at_id = 0", "the user has left"),
            ("update account set push_shield = true", "the user wants silence at night"),
            ("select set_device_token(1, 'ios:2', 17::smallint)", "the device is not this user's any more"),
            ("update outbox set created_at = now() - interval '25 hours'", "a day old"),
        ])
    func withdrawn(_ sql: String, _ reason: String) async throws {
        let probe = try await Self.probe()
        try Self.store(1, in: Self.pair, probe)
        let judged = try Self.judged(Self.pair, 1...1, [2])
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 1)
        try probe.database.execute(sql)
        #expect(try await claim(.apns, probe, isNight: true) == [])
        #expect(try states(probe) == "2:\(reason)")
    }

    @Test("who dies over it loses it to another, and cannot end it any more")
    func lease() async throws {
        let probe = try await Self.probe()
        try Self.store(1, in: Self.pair, probe)
        let judged = try Self.judged(Self.pair, 1...1, [2])
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 1)
        let first = try #require(try await claim(.apns, probe, lease: .zero).first)
        let second = try #require(try await claim(.apns, probe).first)
        #expect(second.attempts == 2)
        #expect(try await end(.sent, first, probe) == 0)
        #expect(try await end(.givenUp, second, probe) == 1)
        #expect(try states(probe) == "3:said")
    }

    @Test("a device that is gone is forgotten, unless it came again since")
    func gone() async throws {
        let probe = try await Self.probe()
        try Self.store(2, in: Self.pair, probe)
        let judged = try Self.judged(Self.pair, 1...2, [2])
        try Self.store(1, in: Self.pair, probe)
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 2)
        let due = try await claim(.apns, probe)
        let updated = try #require(
            try probe.database.execute("select extract(epoch from updated_at)::bigint from device where user_id = 2")
                .flatMap { Int64($0) })
        #expect(try await end(.givenUp, due[0], probe, goneAt: updated - 5) == 1)
        #expect(try probe.database.execute("select count(*) from device where user_id = 2") == "1")
        #expect(try await end(.givenUp, due[1], probe, goneAt: updated + 5) == 1)
        #expect(try probe.database.execute("select count(*) from device where user_id = 2") == "0")
    }

    @Test("a sweep finds what nobody has judged, whatever others judged meanwhile")
    func sweep() async throws {
        let probe = try await Self.probe()
        for id in 1...5 { try Self.store(id, in: Self.group, ago: 20 - id, probe) }
        let now = try #require(try await probe.call { $0.takeNotificationSweep(pause: .zero, $1) }).now
        #expect(try await probe.call { $0.takeNotificationSweep(pause: .seconds(10), $1) } == nil)
        func missing() async throws -> [UInt32] {
            try await probe.call { $0.unjudgedMessages(since: now - 60, before: now, limit: 100, $1) }
                .map(\.message.rawValue)
        }
        // Devices that came later are told of nothing older.
        #expect(try await missing() == [1, 2, 3, 4, 5])
        try probe.database.execute("update device set created_at = 0")
        let first = try await probe.call { $0.unjudgedMessages(since: now - 60, before: now, limit: 1, $1) }
        #expect(first.map(\.users) == [[UserID(2), UserID(3)]])
        // A node judged the third, another the fifth; one died over the rest.
        for id in [3, 5] as [UInt32] {
            let judged = try Self.judged(Self.group, id...id, [2])
            #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 1)
        }
        #expect(try await missing() == [1, 2, 4])
        let rest = try Self.judged(Self.group, 1...4, [2])
        #expect(try await probe.call { $0.enqueueNotifications(rest, $1) } == 3)
        #expect(try await missing() == [])
        try await probe.call { $0.endNotificationSweep(through: now, $1) }
        #expect(try await probe.call { $0.takeNotificationSweep(pause: .zero, $1) }?.since == now)
    }

    @Test("the first judgement of a conversation covers what is older, and not what is new")
    func firstJudgement() async throws {
        let probe = try await Self.probe()
        try Self.store(1, in: Self.group, ago: 500, probe)
        try Self.store(2, in: Self.group, ago: 20, probe)
        try Self.store(3, in: Self.group, ago: 10, probe)
        let judged = try Self.judged(Self.group, 3...3, [])
        #expect(try await probe.call { $0.enqueueNotifications(judged, $1) } == 0)
        #expect(try probe.database.execute("select known from judged_messages") == "{[1,2),[3,4)}")
    }

    @Test("devices that somebody serves are known by when they were entered")
    func holders() async throws {
        let probe = try await Self.probe()
        let all = try await probe.call { $0.deviceHolders(after: .first, limit: 1, $1) }
        #expect(all.users == [UserID(2)])
        let last = try await probe.call { $0.deviceHolders(after: all.last, limit: 10, $1) }
        #expect(last.users == [UserID(3)])
        let again = try await probe.call { $0.deviceHolders(after: last.last.before(.seconds(10)), limit: 10, $1) }
        #expect(again.users == [UserID(2), UserID(3)])
        try probe.database.execute("delete from outbox_channel where channel = 3")
        #expect(try await probe.call { $0.deviceHolders(after: .first, limit: 10, $1) }.users == [UserID(2)])
    }
}
