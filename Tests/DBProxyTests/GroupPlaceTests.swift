import DBProxy
import PostgresKit
import TalkProtocol
import Testing

/// Groups that are made and changed at the same time.
@Suite(.timeLimit(.minutes(5))) struct GroupPlaceTests {
    @Test("B50: of two that give a user his last place at once, one is refused")
    func theLastPlace() async throws {
        let probes = [try await DatabaseProbe()]
        let other = try await DatabaseProbe(probes[0].database)
        let database = other.database
        try probes[0].addUsers(3)
        try database.execute(
            """
            insert into chat_group (id, name, creator_id, type, updated_at)
                overriding system value select i, 'g', 5000 + i / 50, 2, 1 from generate_series(1001, 2999) i;
            insert into conversation (id) select i from generate_series(1001, 2999) i;
            insert into member (conversation_id, user_id) select i, 2 from generate_series(1001, 2999) i
            """)
        let made = try await other.call {
            $0.createGroup(name: "g", avatar: "", creator: UserID(1), type: .tmp, members: [UserID(1)], $1)
        }
        #expect(made == .made(GroupID(1), members: [UserID(1)]))
        let holder = try database.begin("select from account where id = 2 for update")
        async let changing = other.call {
            $0.changeMembers(of: GroupID(1), atVersion: 1, adding: [UserID(2)], removing: [], $1)
        }
        async let making = probes[0].call {
            $0.createGroup(name: "h", avatar: "", creator: UserID(3), type: .tmp, members: [UserID(2), UserID(3)], $1)
        }
        try await database.untilWaiting(2)
        try holder.commit()
        let (change, make) = (try await changing, try await making)
        switch change {
        case .changed: #expect(make == .tooManyGroups([UserID(2)]))
        case .tooManyGroups(let users): #expect(users == [UserID(2)] && make != .tooManyGroups(users))
        case .stale, .unknownUsers: Issue.record("nobody else has changed the group, and all exist")
        }
        #expect(try database.execute("select count(*) from member where user_id = 2") == "2000")
    }
}
