@testable import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// Values of ours in columns of a real table, there and back.
@Suite(.timeLimit(.minutes(5))) struct ColumnTests {
    /// What the server gives back for one value and for an array of it.
    private func echo<Value: Column & Equatable & Sendable>(
        _ value: Value, as type: String, _ probe: DatabaseProbe
    ) async throws -> (Value?, [Value]?) {
        let statement = Statement("echo_\(Value.self)", "select $1::\(type), $2::\(type)[]")
        return try await probe.call { database, done in
            var parameters = Parameters()
            parameters.add(value)
            parameters.add([value, value])
            database.query(statement, parameters, done) { ($0[0].value(0), $0[0].values(1)) }
        }
    }

    @Test func whatIsStoredComesBack() async throws {
        let probe = try await DatabaseProbe()
        #expect(try await echo(UserID(7), as: "int", probe) == (UserID(7), [UserID(7), UserID(7)]))
        #expect(try await echo(GroupID(.max), as: "int", probe).0 == GroupID(.max))
        #expect(try await echo(DepartmentID(3), as: "int", probe).0 == 3)
        // Behind all others, and not before them.
        #expect(try await echo(MessageID(.max), as: "int", probe).0 == MessageID(UInt32(Int32.max)))
        let pair = try #require(ConversationID.pair(UserID(1), UserID(2)))
        #expect(try await echo(pair, as: "bigint", probe).1 == [pair, pair])
        #expect(try await echo(MsgType.groupAudio, as: "smallint", probe).0 == .groupAudio)
        #expect(try await echo(DeviceClass.mobile, as: "smallint", probe).1 == [.mobile, .mobile])
        #expect(try await echo(AccountStatus.left, as: "smallint", probe).0?.hasLeft == true)
    }

    /// Tables that were changed by hand stop no node.
    @Test func whatCanBeNoneIsNil() async throws {
        let probe = try await DatabaseProbe()
        let strange = Statement(
            "strange", "select (-1)::smallint, 300::smallint, array[1, 99]::smallint[], null::smallint, 1::bigint")
        let isNone = try await probe.call { database, done in
            database.query(strange, Parameters(), done) { rows in
                let row = rows[0]
                return [
                    row.value(0, as: DeviceClass.self) == nil, row.value(1, as: DeviceClass.self) == nil,
                    row.value(0, as: MsgType.self) == nil, row.values(2, as: DeviceClass.self) == nil,
                    row.value(3, as: AccountStatus.self) == nil, row.value(4, as: UserID.self) == nil,
                ]
            }
        }
        #expect(isNone == Array(repeating: true, count: 6))
    }
}
