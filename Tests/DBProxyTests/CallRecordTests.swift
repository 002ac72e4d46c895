@testable import DBProxy
import PostgresKit
import Primitives
import TalkProtocol
import Testing

/// The log of calls: a row for each, however often it is written, and whatever dies.
@Suite(.timeLimit(.minutes(5))) struct CallRecordTests {
    private let began = UnixTime(milliseconds: 1_764_450_000_123)
    private let later = UnixTime(milliseconds: 1_764_450_009_000)
    private let end = UnixTime(milliseconds: 1_764_450_100_000)

    private func row(_ number: UInt8, from caller: UInt32 = 1, to callee: UInt32 = 2, node: UInt16 = 1) -> CallRow {
        CallRow(
            name: [UInt8](repeating: number, count: 16), caller: UserID(caller), callee: UserID(callee),
            isVideo: number % 2 == 1, node: node, epoch: 5, began: began)
    }

    private func all(
        _ probe: DatabaseProbe, of user: UserID? = nil, before: Int64 = .max
    ) async throws -> [NumberedCall] {
        try await probe.call { $0.calls(before: before, of: user, limit: 10, $1) }
    }

    @Test("what is known later stands over what was known before, in whichever order it is written")
    func order() async throws {
        let probe = try await DatabaseProbe()
        var taken = row(1)
        taken.answered = later
        var over = taken
        over.ended = (end, .answered)
        let known = [row(1), taken, over]
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0]] {
            for index in order + order { try await probe.call { $0.recordCalls([known[index]], $1) } }
            let found = try await all(probe)
            #expect(found.map(\.call) == [known[2]], "\(order)")
            try probe.database.execute("delete from call_record")
        }
    }

    @Test func aUserSeesHisOwnCallsTheLatestFirst() async throws {
        let probe = try await DatabaseProbe()
        let rows = [
            row(1), row(2, from: 2, to: 1), row(3, from: 3, to: 2), row(4, from: 3, to: 4), row(5, from: 1, to: 3),
        ]
        for row in rows { try await probe.call { $0.recordCalls([row], $1) } }
        #expect(try await all(probe, of: UserID(1)).map(\.call.name[0]) == [5, 2, 1])
        #expect(try await all(probe, of: UserID(9)).isEmpty)
        let found = try await all(probe)
        #expect(found.map(\.call.name[0]) == [5, 4, 3, 2, 1])
        #expect(try await all(probe, before: found[3].number).map(\.call.name[0]) == [1])
    }

    @Test("a call whose node has ended is lost, and one that ends after all is what it was")
    func lost() async throws {
        let probe = try await DatabaseProbe()
        try probe.database.execute(
            """
            insert into cluster_node (id, name, epoch, host, gossip_port, bus_port, seen_at) values
                (1, 'lives', 5, 'a', 1, 1, now()), (2, 'silent', 5, 'b', 1, 1, now() - interval '2 minutes'),
                (3, 'again', 6, 'c', 1, 1, now())
            """)
        let rows = [row(1), row(2, node: 2), row(3, node: 3), row(4, node: 4)]
        try await probe.call { $0.recordCalls(rows, $1) }
        #expect(try await probe.call { $0.endLostCalls($1) } == 3)
        #expect(try await probe.call { $0.endLostCalls($1) } == 0)
        let outcomes = try await all(probe).map { $0.call.ended?.1 }
        #expect(outcomes == [.lost, .lost, .lost, nil])
        // The silent one was there: what it still writes of the call under way changes nothing, its end does.
        var talked = rows[1]
        talked.answered = later
        try await probe.call { [talked] in $0.recordCalls([talked], $1) }
        #expect(try await all(probe)[2].call.ended?.1 == .lost)
        talked.ended = (end, .answered)
        try await probe.call { [talked] in $0.recordCalls([talked], $1) }
        #expect(try await all(probe)[2].call == talked)
    }
}
