import Node
import PostgresKit
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Devices of users who are away are told of messages: what stands in the outbox.
@Suite(.timeLimit(.minutes(5))) struct AbsentUserTests {
    private let cluster: TestCluster
    private let alice: TalkClient

    init() async throws {
        cluster = try TestCluster(2, prepare: "insert into outbox_channel (channel) values (1), (2), (3)")
        try cluster.addUsers("alice", "bob", "carol")
        alice = try await TalkClient.logIn("alice", at: cluster[0])
    }

    /// Logs in with a mobile, says by what it is told of messages, and stays.
    private func mobile(_ name: String, _ token: String, at node: Int = 0) async throws -> TalkClient {
        let client = try await TalkClient.logIn(name, as: .ios, at: cluster[node])
        let _: IMDeviceTokenRsp = try await client.ask(
            .deviceTokenReq, IMDeviceTokenReq(userID: 0, deviceToken: token), .deviceTokenRsp)
        return client
    }

    private func leave(_ client: TalkClient) async throws {
        client.probe.close()
        try await eventually { try cluster.nodes[0].metric("grapevine_sessions") == 1 }
    }

    private func outbox() throws -> String {
        try cluster.nodes[0].database.execute(
            "select coalesce(string_agg(user_id || ':' || msg_id || case when is_silent then 's' else '' end, ' ' "
                + "order by id), '') from outbox where state = 0") ?? ""
    }

    @Test("who is away is told; who has his mobile at hand is not")
    func away() async throws {
        let bob = try await mobile("bob", "ios:b")
        _ = try await alice.say("one", to: 2)
        try await leave(bob)
        _ = try await alice.say("two", to: 2)
        try await eventually { try outbox() == "2:2" }
    }

    @Test("with a PC that is on, on any node, the mobile shows the number only")
    func silent() async throws {
        let bob = try await mobile("bob", "ios:b")
        let pc = try await TalkClient.logIn("bob", as: .windows, at: cluster[1])
        try await leave(bob)
        try await eventually { try cluster.nodes[0].metric("grapevine_cluster_sessions") == 2 }
        _ = try await alice.say("one", to: 2)
        try await eventually { try outbox() == "2:1s" }
        withExtendedLifetime(pc) {}
    }

    @Test("what a node that stored a message could not put into the outbox, a sweep does")
    func sweep() async throws {
        let bob = try await mobile("bob", "ios:b")
        try await leave(bob)
        try cluster.nodes[0].database.execute("alter function enqueue_notifications rename to taken_away")
        _ = try await alice.say("one", to: 2)
        _ = try await alice.say("two", to: 2)
        try await eventually { try cluster.nodes[0].metric("grapevine_notifications_left_total") > 0 }
        try cluster.nodes[0].database.execute("alter function taken_away rename to enqueue_notifications")
        _ = try await alice.say("three", to: 2)
        try await eventually { try outbox() == "2:3 2:1 2:2" || outbox() == "2:1 2:2 2:3" }
    }

    @Test("a mobile that logs out, or whose place another takes, is told of nothing")
    func ended() async throws {
        let bob = try await mobile("bob", "ios:b")
        let _: IMLogoutRsp = try await bob.ask(.logoutReq, IMLogoutReq(), .logoutRsp)
        let carol = try await mobile("carol", "ios:c")
        let next = try await TalkClient.logIn("carol", as: .android, at: cluster[1])
        _ = try await carol.expect(.kickUser)
        try await eventually { try cluster.nodes[0].database.execute("select count(*) from device") == "0" }
        withExtendedLifetime(next) {}
    }

    @Test("a mobile that fell silent is told of what it may not have got")
    func unheard() async throws {
        let cluster = try TestCluster(
            1, ["limits.idle_mobile": "2s"], prepare: "insert into outbox_channel (channel) values (1)")
        try cluster.addUsers("alice", "bob")
        let database = cluster.nodes[0].database
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", as: .ios, at: cluster[0])
        let _: IMDeviceTokenRsp = try await bob.ask(
            .deviceTokenReq, IMDeviceTokenReq(userID: 0, deviceToken: "ios:b"), .deviceTokenRsp)
        _ = try await alice.say("into the void", to: 2)
        try await eventually { try database.execute("select user_id || ':' || msg_id from outbox") == "2:1" }
        withExtendedLifetime((alice, bob)) {}
    }

    @Test("a sweep comes to its end where 100,000 devices are away, and what it leaves is whole")
    func manyDevices() async throws {
        let cluster = try TestCluster(1, prepare: "insert into outbox_channel (channel) values (2)")
        let database = cluster.nodes[0].database
        try database.execute(
            """
            insert into account (name, nick, password, stamp)
            select 'u' || n, 'u' || n, 'x', 1 from generate_series(1, 100000) n;
            insert into device (user_id, token, client_type, created_at) select id, 'token-' || id, 18, 0 from account;
            insert into chat_group (name, creator_id, type, updated_at)
            select 'g' || n, n * 500, 1, 0 from generate_series(1, 200) n;
            insert into conversation (id, last_msg_id, updated_at)
            select n, 1, extract(epoch from now())::bigint from generate_series(1, 200) n;
            insert into member (conversation_id, user_id) select (id + 499) / 500, id from account;
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            select n, 1, n * 500, 17, extract(epoch from now())::bigint - 10, 'text' from generate_series(1, 200) n
            """)
        let filled = try #require(try database.execute("select extract(epoch from now())::bigint"))
        try await eventually {
            try database.execute("select through > \(filled) from notification_sweep") == "t"
        }
        let count = "select count(*) || ' ' || count(distinct user_id) from outbox"
        #expect(try database.execute(count) == "99800 99800")
        #expect(try database.execute("select count(*) from judged_messages") == "200")
    }
}
