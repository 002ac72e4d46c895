import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// What users see of a conversation whose first messages were deleted for their age.
@Suite(.timeLimit(.minutes(5))) struct RetentionTests {
    private static let bounds = Database.SessionBounds(sessions: 9, bodyBytes: 1 << 20)

    private let probe: DatabaseProbe
    private let pair: ConversationID
    private let reader = UserID(2)

    /// Ten messages of user 1 to user 2, who has read none.
    init() async throws {
        probe = try await DatabaseProbe()
        try probe.addUsers(2)
        let pair = try DBProxyTests.pair(1, 2)
        self.pair = pair
        _ = try await probe.call { $0.openPairs(queue: 0, [pair], $1) }
        for key in 1...10 { try await send(UInt8(key)) }
    }

    private func send(_ key: UInt8) async throws {
        _ = try await probe.append([Send(conversation: pair, sender: UserID(1), key: key, expires: false)])
    }

    private func deleteFirst(_ count: Int) async throws {
        try probe.database.execute("update message set created_at = 999 where msg_id <= \(count)")
        let id = Int64(bitPattern: pair.rawValue)
        let gone = try await probe.call {
            $0.agedMessages(of: [(id, 0)], before: 1_000, limit: 100, deletes: true, $1)
        }
        #expect(gone.map(\.count) == [Int64(count)])
    }

    private func unread() async throws -> [UInt32] {
        let reader = reader
        return try await probe.call { $0.unread(of: reader, Self.bounds, $1) }.map(\.unread)
    }

    private func history() async throws -> [UInt32] {
        let (pair, reader) = (pair, reader)
        return try await probe.call {
            $0.history(of: pair, for: reader, upTo: nil, count: 20, byteCount: 1 << 20, $1)
        }.map(\.id.rawValue)
    }

    private func latest() async throws -> UInt32? {
        let (pair, reader) = (pair, reader)
        return try await probe.call { $0.latestID(of: pair, for: reader, $1) }?.rawValue
    }

    @Test func unreadCountsLeaveOutWhatIsGone() async throws {
        #expect(try await unread() == [10])
        try await deleteFirst(4)
        #expect(try await unread() == [6])
        #expect(try await history() == [10, 9, 8, 7, 6, 5])
        let (pair, reader) = (pair, reader)
        let asked = try await probe.call {
            $0.messages(of: pair, for: reader, ids: [MessageID(4), MessageID(5)], byteCount: 1 << 20, $1)
        }
        #expect(asked.map(\.id.rawValue) == [5])
        let recent = try await probe.call { $0.recentSessions(of: reader, since: 0, Self.bounds, $1) }
        #expect(recent.map(\.latest.id.rawValue) == [10])
        _ = try await probe.call { $0.markRead(pair, by: reader, through: MessageID(7), $1) }
        #expect(try await unread() == [3])
    }

    @Test func anEmptyConversationIsReadUntilSomebodyWrites() async throws {
        try await deleteFirst(10)
        let reader = reader
        #expect(try await unread() == [])
        #expect(try await history() == [])
        #expect(try await latest() == nil)
        #expect(try await probe.call { $0.recentSessions(of: reader, since: 0, Self.bounds, $1) } == [])
        try await send(11)
        #expect(try await unread() == [1])
        #expect(try await latest() == 11)
        #expect(try await history() == [11])
        #expect(try await probe.call { $0.recentSessions(of: reader, since: 0, Self.bounds, $1) }.count == 1)
    }
}
