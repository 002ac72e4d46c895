import ClusterSimulator
import Conversations
import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

/// The simulator believes what `MessageStore` answers: PostgreSQL must answer the same to the same calls.
@Suite(.timeLimit(.minutes(5))) struct MessageStoreTests {
    /// Both, asked the same. Their clocks differ, and so do the numbers of their transactions.
    private struct Twins {
        let probe: DatabaseProbe
        var store = MessageStore(now: 1_000_000)
        /// Pairs and groups, as the two of them call them.
        var conversations: [(real: ConversationID, model: ConversationID)] = []
        /// Horizons of logins.
        var horizons: [(user: UserID, real: Int64, model: Int64)] = []
        var groups: [(real: GroupID, model: GroupID)] = []
        var seen: Set<String> = []

        private static let users: ClosedRange<UInt32> = 1...6

        init() async throws {
            probe = try await DatabaseProbe()
            try probe.database.execute(
                """
                insert into account (id, name, password, stamp)
                select i, 'user' || i, '', next_stamp() from generate_series(1, \(Self.users.upperBound)) i
                """)
            for user in Self.users { store.add(UserID(user)) }
            for peer in 2...4 as ClosedRange<UInt32> {
                let pair = try #require(ConversationID.pair(UserID(1), UserID(peer)))
                conversations.append((pair, pair))
            }
            // One of its users does not exist.
            let nobody = try #require(ConversationID.pair(UserID(1), UserID(77)))
            conversations.append((nobody, nobody))
            for (id, members) in [(1, [1, 2, 3]), (2, [2, 4])] as [(UInt32, [UInt32])] {
                let making = try await probe.call {
                    $0.createGroup(
                        name: "g", avatar: "", creator: UserID(members[0]), type: .tmp,
                        members: members.map(UserID.init(_:)), $1)
                }
                let real = GroupID(id)
                #expect(making == .made(real, members: members.map(UserID.init(_:))))
                let model = store.createGroup(members.map(UserID.init(_:)))
                groups.append((real, model))
                conversations.append((.group(real), .group(model)))
            }
        }

        func user(_ random: inout SeededRandom) -> UserID { UserID(UInt32.random(in: Self.users, using: &random)) }

        mutating func append(_ random: inout SeededRandom) async throws {
            var keys: Set<UInt64> = []
            var (real, model): ([MessageStore.Item], [MessageStore.Item]) = ([], [])
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: conversations.indices, using: &random)
                let key = UInt64.random(in: 1...40, using: &random)
                guard keys.insert(key).inserted else { continue }
                let expires = Bool.random(using: &random)
                let sender = user(&random)
                let body = [UInt8](repeating: 7, count: Int.random(in: 1...50, using: &random))
                func item(_ conversation: ConversationID) -> MessageStore.Item {
                    let isGroup = conversation.rawValue >> 32 == 0
                    return MessageStore.Item(
                        conversation, sender, isGroup ? .groupText : .singleText, SendKey(high: 1, low: key),
                        keyExpires: expires, body: body)
                }
                real.append(item(conversations[place].real))
                model.append(item(conversations[place].model))
            }
            let items = real
            let outcomes = try await probe.call { database, done in
                var batch = AppendBatch()
                batch.fill(
                    count: items.count, conversation: { items[$0].conversation }, sender: { items[$0].sender },
                    type: { items[$0].type }, key: { items[$0].key.write(into: &$1) },
                    keyExpires: items.map(\.keyExpires), body: { $1.append(items[$0].body) },
                    keyLifetime: SendKey.lifetime)
                database.append(queue: 0, batch) { done($0.map(\.outcomes)) }
            }
            let expected = store.append(model).outcomes
            #expect(outcomes == expected, "\(items)")
            for outcome in outcomes { seen.insert(String("\(outcome)".prefix { $0 != "(" })) }
        }

        mutating func change(_ random: inout SeededRandom) async throws {
            let group = groups[Int.random(in: groups.indices, using: &random)]
            let (adding, removing) = ([user(&random)], [user(&random)])
            guard adding != removing, let version = store.version(of: group.model) else { return }
            let judged = Int.random(in: 0..<4, using: &random) == 0 ? version - 1 : version
            let real = try await probe.call {
                $0.changeMembers(of: group.real, atVersion: judged, adding: adding, removing: removing, $1)
            }
            let model = store.changeMembers(of: group.model, judged: judged, adding: adding, removing: removing)
            #expect(real == model)
            let memberships = try await probe.call { $0.memberships(of: group.real, $1) }
            #expect(memberships == store.memberships(of: group.model))
        }

        /// The last user has no account any more.
        mutating func retire() throws {
            try probe.database.execute("update account set status = 3 where id = \(Self.users.upperBound)")
            store.leave(UserID(Self.users.upperBound))
        }

        mutating func logIn(_ random: inout SeededRandom) async throws {
            let user = UserID(UInt32.random(in: 1..<Self.users.upperBound, using: &random))
            let record = LoginRecord(
                user: user, clientType: .windows, tokenHash: nil, version: 1, isFirst: true, site: [])
            let real = try await probe.call { $0.recordLogins([record], tokenDays: 1, $1) }
            let recorded = store.recordLogin(user, .windows)
            let model = try #require(recorded)
            #expect(real.epochs == [model.epoch])
            horizons.append((user, real.horizon, model.horizon))
        }

        mutating func compare(_ random: inout SeededRandom) async throws {
            let (real, model) = conversations[Int.random(in: conversations.indices, using: &random)]
            let (user, store) = (user(&random), store)
            let last = Bool.random(using: &random) ? nil : MessageID(UInt32.random(in: 1...20, using: &random))
            let bytes = Int.random(in: 0...200, using: &random)
            let history = try await probe.call {
                $0.history(of: real, for: user, upTo: last, count: 10, byteCount: bytes, $1)
            }
            let expected = store.history(of: model, for: user, upTo: last, count: 10, byteCount: bytes)
            #expect(history.map(Self.timeless) == expected.map(Self.timeless))
            let latest = try await probe.call { $0.latestID(of: real, for: user, $1) }
            #expect(latest == store.latestID(of: model, for: user))
            let range = try await probe.call { $0.messages(of: real, from: MessageID(3), through: MessageID(9), $1) }
            let wanted = store.messages(of: model, from: MessageID(3), through: MessageID(9))
            #expect(range.map(Self.timeless) == wanted.map(Self.timeless))
            let unread = try await probe.call {
                $0.unread(of: user, Database.SessionBounds(sessions: 100, bodyBytes: 100), $1)
            }
            let counts = Dictionary(uniqueKeysWithValues: unread.map { ($0.conversation, Int($0.unread)) })
            let modelled = store.unread(of: user)
            for (real, model) in conversations { #expect(counts[real] == modelled[model]) }
            #expect(try await probe.call { $0.heads(of: [real], $1) }[real] == store.heads(of: [model])[model])
        }

        mutating func markRead(_ random: inout SeededRandom) async throws {
            let (real, model) = conversations[Int.random(in: conversations.indices, using: &random)]
            let user = user(&random)
            func id() -> MessageID? {
                Int.random(in: 0..<4, using: &random) == 0 ? nil : MessageID(UInt32.random(in: 1...12, using: &random))
            }
            let (through, other) = (id(), id())
            let mark = try await probe.call { $0.markRead(real, by: user, through: through, ifRead: other, $1) }
            #expect(mark == store.markRead(model, by: user, through: through, ifRead: other))
        }

        mutating func search(_ random: inout SeededRandom) async throws {
            // Far from the steps in which everything ages: their clocks do not tick together.
            let seconds = Int64.random(in: 0...6, using: &random) * 130 + 65
            let logins = horizons.shuffled(using: &random).prefix(2)
            let found = try await probe.call {
                $0.recentMessages(of: logins.map { ($0.user, $0.real) }, seconds: seconds, $1)
            }
            let expected = store.recentMessages(of: logins.map { ($0.user, $0.model) }, seconds: seconds)
            for (real, model) in conversations {
                #expect(
                    found.first { $0.conversation == real }.map(Self.bounds)
                        == expected.first { $0.conversation == model }.map(Self.bounds))
            }
            guard let login = logins.first else { return }
            let real = conversations.map { ($0.real, login.real) }
            let model = conversations.map { ($0.model, login.model) }
            let both = try await probe.call { $0.recentMessages(in: real, seconds: seconds, $1) }
            let same = store.recentMessages(in: model, seconds: seconds)
            for (real, model) in conversations {
                #expect(
                    both.first { $0.conversation == real }.map(Self.bounds)
                        == same.first { $0.conversation == model }.map(Self.bounds))
            }
        }

        private static func bounds(_ recent: RecentMessages) -> [MessageID] { [recent.first, recent.head] }

        private static func timeless(_ message: StoredMessage) -> StoredMessage {
            StoredMessage(
                id: message.id, sender: message.sender, type: message.type, createdAt: 0, body: message.body)
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>) func itAnswersAsPostgreSQLDoes(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var twins = try await Twins()
        for step in 0..<300 {
            if step == 150 { try twins.retire() }
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let pairs = twins.conversations.map(\.real).filter { $0.rawValue >> 32 > 0 }
                let opened = try await twins.probe.call { $0.openPairs(queue: 0, pairs, $1) }
                #expect(opened == twins.store.openPairs(pairs))
            case 1: try await twins.change(&random)
            case 2: try await twins.logIn(&random)
            case 3...4: try await twins.markRead(&random)
            case 5 where step % 2 == 0:
                try twins.probe.database.execute(
                    """
                    update message set created_at = created_at - 130;
                    update conversation set updated_at = updated_at - 130
                    """)
                twins.store.age(by: 130)
            case 6...8: try await twins.search(&random)
            case 9...11: try await twins.compare(&random)
            default: try await twins.append(&random)
            }
        }
        #expect(twins.seen == ["stored", "repeated", "refused", "noConversation"], "seed \(seed)")
    }
}
