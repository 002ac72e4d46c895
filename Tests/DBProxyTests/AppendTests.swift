import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

struct Send: Sendable {
    var conversation: ConversationID
    var sender: UserID
    var key: UInt8
    var body = "x"
    var expires = true
}

extension DatabaseProbe {
    func append(
        _ sends: [Send], queue: Int = 0, skippingLocked: Bool = false
    ) async throws -> [AppendOutcome] {
        try await call { database, done in
            var batch = AppendBatch()
            batch.fill(
                count: sends.count, conversation: { sends[$0].conversation }, sender: { sends[$0].sender },
                type: { sends[$0].conversation.rawValue >> 32 == 0 ? .groupText : .singleText },
                key: { $1.append([UInt8](repeating: sends[$0].key, count: 16)) },
                keyExpires: sends.map(\.expires), body: { $1.append(utf8: sends[$0].body) },
                keyLifetime: .seconds(600), skippingLocked: skippingLocked)
            database.append(queue: queue, batch) { result in done(result.map(\.outcomes)) }
        }
    }

    func addUsers(_ count: Int) throws {
        try database.execute(
            """
            insert into account (id, name, password, stamp)
            select i, 'user' || i, '', next_stamp() from generate_series(1, \(count)) i
            """)
    }
}

func pair(_ one: UInt32, _ other: UInt32) throws -> ConversationID {
    try #require(ConversationID.pair(UserID(one), UserID(other)))
}

@Suite(.timeLimit(.minutes(5))) struct AppendTests {
    @Test func idsRunWithoutGapPerConversationInTheOrderOfTheBatch() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(3)
        let (a, b) = (try pair(1, 2), try pair(1, 3))
        let opened = try await probe.call { $0.openPairs(queue: 0, [b, a], $1) }
        #expect(opened == [a, b])
        let first = try await probe.append([
            Send(conversation: b, sender: UserID(1), key: 1), Send(conversation: a, sender: UserID(2), key: 2),
            Send(conversation: b, sender: UserID(3), key: 3),
        ])
        #expect(first == [stored(1), stored(1), stored(2)])
        #expect(try await probe.append([Send(conversation: b, sender: UserID(1), key: 4)]) == [stored(3)])
    }

    @Test("when the clock was set back the times of a conversation stand still, and those of others do not follow")
    func times() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(3)
        let (a, b) = (try pair(1, 2), try pair(1, 3))
        _ = try await probe.call { $0.openPairs(queue: 0, [a, b], $1) }
        _ = try await probe.append([Send(conversation: a, sender: UserID(1), key: 1)])
        // As if the clock had been an hour ahead when the first one came.
        try probe.database.execute("update message set created_at = created_at + 3600")
        try probe.database.execute("update conversation set updated_at = updated_at + 3600 where id = \(a.rawValue)")
        let ahead = try #require(try probe.database.execute("select max(updated_at) from conversation"))
        _ = try await probe.append([Send(conversation: a, sender: UserID(2), key: 2)])
        _ = try await probe.append([
            Send(conversation: a, sender: UserID(1), key: 3), Send(conversation: b, sender: UserID(1), key: 4),
        ])
        let times = "select string_agg(distinct created_at::text, ' ') from message where conversation_id = "
        #expect(try probe.database.execute(times + "\(a.rawValue)") == ahead)
        let now = try #require(try probe.database.execute(times + "\(b.rawValue)").flatMap { Int($0) })
        #expect(now <= (Int(ahead) ?? 0) - 3590)
        // A client that has seen the times to come is told of what is new nevertheless.
        let since = try #require(Int64(ahead))
        let sessions = try await probe.call {
            $0.recentSessions(
                of: UserID(1), since: since, Database.SessionBounds(sessions: 10, bodyBytes: 1000), $1)
        }
        #expect(sessions.map(\.conversation) == [a, b])
    }

    @Test func aRepeatedKeyFindsTheFirstIDAndStoresNothing() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let a = try pair(1, 2)
        _ = try await probe.call { $0.openPairs(queue: 0, [a], $1) }
        let send = Send(conversation: a, sender: UserID(1), key: 9)
        #expect(try await probe.append([send]) == [stored(1)])
        #expect(try await probe.append([send, Send(conversation: a, sender: UserID(1), key: 8)])
            == [.repeated(MessageID(1), groupVersion: 0), stored(2)])
        #expect(try probe.database.execute("select count(*) from message") == "2")
    }

    @Test func aLegacyKeyCountsForTenMinutesOnly() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let a = try pair(1, 2)
        _ = try await probe.call { $0.openPairs(queue: 0, [a], $1) }
        let legacy = Send(conversation: a, sender: UserID(1), key: 9)
        let extended = Send(conversation: a, sender: UserID(1), key: 7, expires: false)
        _ = try await probe.append([legacy, extended])
        try probe.database.execute("update message set created_at = created_at - 601")
        #expect(try await probe.append([legacy, extended])
            == [stored(3), .repeated(MessageID(2), groupVersion: 0)])
    }

    @Test("who has left writes to nobody; what he sent before is repeated to him")
    func leavers() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(4)
        let a = try pair(1, 2), b = try pair(3, 4)
        _ = try await probe.call { $0.openPairs(queue: 0, [a, b], $1) }
        let before = Send(conversation: a, sender: UserID(1), key: 1)
        #expect(try await probe.append([before]) == [stored(1)])
        try probe.database.execute("update account set status = 3 where id in (1, 3)")
        let left = Send(conversation: a, sender: UserID(1), key: 2)
        let leftToo = Send(conversation: b, sender: UserID(3), key: 3)
        let peer = Send(conversation: a, sender: UserID(2), key: 4)
        for send in [left, leftToo] { #expect(try await probe.append([send]) == [.refused]) }
        #expect(try await probe.append([left, peer, leftToo, before])
            == [.refused, stored(2), .refused, .repeated(MessageID(1), groupVersion: 0)])
    }

    @Test func aPairWithoutConversationSaysSoAndUnknownUsersGetNone() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let (known, unknown) = (try pair(1, 2), try pair(1, 77))
        #expect(try await probe.append([Send(conversation: known, sender: UserID(1), key: 1)]) == [.noConversation])
        #expect(try await probe.call { $0.openPairs(queue: 0, [known, unknown], $1) } == [known])
    }

    @Test func onlyMembersWriteToAGroup() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(4)
        let making = try await probe.call {
            $0.createGroup(
                name: "g", avatar: "", creator: UserID(1), type: .tmp, members: [UserID(1), UserID(2)], $1)
        }
        #expect(making == .made(GroupID(1), members: [UserID(1), UserID(2)]))
        let conversation = ConversationID.group(GroupID(1))
        #expect(try await probe.append([
            Send(conversation: conversation, sender: UserID(1), key: 1),
            Send(conversation: conversation, sender: UserID(3), key: 2),
        ]) == [.stored(MessageID(1), groupVersion: 1), .refused])
        #expect(try await probe.append([Send(conversation: .group(GroupID(500)), sender: UserID(1), key: 3)])
            == [.noConversation])
    }

    /// A function of this name that answers the same to everything.
    private func storeOne(of probe: DatabaseProbe, answers columns: String) throws {
        try probe.database.execute(
            """
            create or replace function store_one(
                conversations bigint[], senders int[], types smallint[], keys bytea[], legacy boolean[],
                bodies bytea[], time_window int, skips_locked boolean, out statuses smallint[], out msg_ids int[],
                out group_versions int[], out times bigint[]
            ) language sql as $$ select \(columns) $$
            """)
    }

    @Test func anAnswerOfAnotherLengthIsAnErrorAndNoTrap() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        // Someone else's function of this name.
        try storeOne(of: probe, answers: "'{1,1}'::smallint[], '{1,2}'::int[], '{0,0}'::int[], '{1,1}'::bigint[]")
        let send = Send(conversation: try pair(1, 2), sender: UserID(1), key: 1)
        await #expect(throws: DatabaseError.unexpectedAnswer) { try await probe.append([send]) }
    }

    @Test func aStatusThatIsUnknownIsNoRefusal() async throws {
        let troubles = Troubles()
        let probe = try await DatabaseProbe(troubles: troubles)
        try probe.addUsers(2)
        // Of a later schema.
        try storeOne(of: probe, answers: "'{6}'::smallint[], '{1}'::int[], '{0}'::int[], '{1}'::bigint[]")
        let send = Send(conversation: try pair(1, 2), sender: UserID(1), key: 1)
        await #expect(throws: DatabaseError.unexpectedAnswer) { try await probe.append([send]) }
        #expect(troubles.all == [.unexpectedAnswer(statement: "store_one")])
        #expect(DatabaseError.unexpectedAnswer.outcomeIsUnknown)
    }

    @Test func idsEndBeforeTheClientsCannotReadThem() async throws {
        let probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let a = try pair(1, 2)
        _ = try await probe.call { $0.openPairs(queue: 0, [a], $1) }
        try probe.database.execute("update conversation set last_msg_id = 89999998")
        let sends = (1...3).map { Send(conversation: a, sender: UserID(1), key: $0) }
        #expect(try await probe.append(sends) == [stored(89_999_999), .full, .full])
    }

    @Test func manyWritersOfOneConversationLeaveNoGap() async throws {
        let probe = try await DatabaseProbe(queues: 4)
        try probe.addUsers(2)
        let a = try pair(1, 2)
        _ = try await probe.call { $0.openPairs(queue: 0, [a], $1) }
        var ids: [UInt32] = []
        try await withThrowingTaskGroup(of: [AppendOutcome].self) { group in
            for round in 0..<60 {
                group.addTask {
                    try await probe.append(
                        [Send(conversation: a, sender: UserID(1), key: UInt8(round))], queue: round % 4)
                }
            }
            for try await outcomes in group {
                if case .stored(let id, _) = outcomes[0] { ids.append(id.rawValue) }
            }
        }
        #expect(ids.sorted() == Array(1...60))
    }

    /// What `append` and `append_one` answer must not differ: the same sends go through both, each to conversations of
    /// its own. The second send of the batch is only there to make two of it.
    @Test(arguments: UInt64(1)...4)
    func oneAloneIsAnsweredAsOneOfMany(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let probe = try await DatabaseProbe()
        try probe.addUsers(9)
        let alone = try await makeConversations(probe, other: 2), many = try await makeConversations(probe, other: 3)
        let filler = Send(conversation: try pair(8, 9), sender: UserID(8), key: 0)
        var seen: Set<String> = []
        for _ in 0..<150 {
            if Int.random(in: 0..<10, using: &random) == 0 {
                try probe.database.execute("update message set created_at = created_at - 400")
            }
            let place = Int.random(in: alone.indices, using: &random)
            let sender = UserID(UInt32.random(in: 1...6, using: &random))
            let key = UInt8.random(in: 1...8, using: &random), expires = Bool.random(using: &random)
            let skips = Bool.random(using: &random)
            let one = try await probe.append(
                [Send(conversation: alone[place], sender: sender, key: key, expires: expires)], skippingLocked: skips)
            let two = try await probe.append(
                [Send(conversation: many[place], sender: sender, key: key, expires: expires), filler],
                skippingLocked: skips)
            #expect(one == [two[0]], "conversation \(place), sender \(sender), key \(key), expires \(expires)")
            seen.insert(String("\(one[0])".prefix { $0 != "(" }))
        }
        #expect(seen == ["stored", "repeated", "refused", "noConversation", "full"])
    }

    /// A pair, one that does not exist, one that is nearly full, a group with two members, and one that was deleted.
    private func makeConversations(_ probe: DatabaseProbe, other: UInt32) async throws -> [ConversationID] {
        let pairs = [try pair(1, other), try pair(4, other)], missing = try pair(5, other)
        let filler = try pair(8, 9)
        let opened = try await probe.call { $0.openPairs(queue: 0, pairs + [filler], $1) }
        #expect(opened.count == 3)
        try probe.database.execute("update conversation set last_msg_id = 89999990 where id = \(pairs[1].rawValue)")
        var groups: [ConversationID] = []
        for _ in 0..<2 {
            let making = try await probe.call {
                $0.createGroup(
                    name: "g", avatar: "", creator: UserID(1), type: .tmp, members: [UserID(1), UserID(2)], $1)
            }
            let id: GroupID? = if case .made(let id, _) = making { id } else { nil }
            groups.append(.group(try #require(id)))
        }
        try probe.database.execute("update chat_group set deleted = true where id = \(groups[1].rawValue)")
        return pairs + [missing] + groups
    }

    private func stored(_ id: UInt32) -> AppendOutcome { .stored(MessageID(id), groupVersion: 0) }
}
