import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// The data of PostgreSQL are set back to what they were a moment ago, under nodes that go on.
@Suite(.timeLimit(.minutes(5))) struct SetbackTests {
    /// What a conversation, its login epochs and groups were at one moment. Puts them back as a copy of the data
    /// directory would: the server begins another life.
    private struct Moment {
        let database: TestDatabase
        private let tables = ["message", "conversation", "member", "login", "chat_group", "cluster_node"]

        init(_ database: TestDatabase) throws {
            self.database = database
            for table in tables { try database.execute("create table saved_\(table) as select * from \(table)") }
        }

        /// Nobody writes meanwhile. All connections break; the nodes find the other life when `body` has run.
        func comeBack(_ nodes: [TestNode], _ body: () async throws -> Void = {}) async throws {
            try database.execute(
                """
                set session_replication_role = replica;
                \(tables.map { "delete from \($0);" }.joined())
                \(tables.map { "insert into \($0) select * from saved_\($0);" }.joined())
                update database_identity set id = id
                """)
            try database.takeAway()
            try await eventually { !nodes.contains { $0.node.isReady } }
            try await body()
            try database.giveBack()
            try await eventually { nodes.allSatisfy { $0.node.isReady } }
        }
    }

    private func warnings(of node: TestNode) throws -> [String] {
        let page = try HTTPClient.send(HTTPCall(.get, "/readyz"), to: node.node.adminAddress, within: .seconds(10))
        return JSON(reading: page.body)?["warnings"]?.items.compactMap { $0["code"]?.text } ?? []
    }

    private func texts(_ database: TestDatabase) throws -> String? {
        try database.execute(
            "select string_agg(msg_id || ':' || convert_from(body, 'UTF8'), ' ' order by msg_id) from message")
    }

    @Test("send 5, save, send 10, set back, send 7: all 22 are there under their ids, and each was pushed once")
    func putBack() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for number in 1...5 { _ = try await alice.say("\(number)", to: 2) }
        let moment = try Moment(node.database)
        for number in 6...15 { _ = try await alice.say("\(number)", to: 2) }
        try await moment.comeBack([node])
        for number in 16...22 {
            #expect(try await alice.say("\(number)", to: 2).msgID == UInt32(number))
        }
        #expect(try texts(node.database) == (1...22).map { "\($0):\($0)" }.joined(separator: " "))
        for number in 1...22 { #expect(try await bob.heard().text == "\(number)") }
        #expect(try node.database.execute("select count(*) from message_gap") == "0")
        #expect(try warnings(of: node) == [])
        // A login after it counts more than the one before.
        let again = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        _ = try await alice.say("23", to: 2)
        #expect(try await again.heard().text == "23")
    }

    @Test("what the node that stored it took with it is lost, told, and its ids are given to nobody")
    func lost() async throws {
        let cluster = try TestCluster(2)
        let (one, two) = (cluster.nodes[0], cluster.nodes[1])
        try one.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: one.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: two.node.clientAddress)
        for number in 1...5 { _ = try await alice.say("\(number)", to: 2) }
        let moment = try Moment(one.database)
        for number in 6...10 { _ = try await alice.say("\(number)", to: 2) }
        for number in 1...10 { #expect(try await bob.heard().text == "\(number)") }
        try await moment.comeBack([two]) { one.node.stop() }
        #expect(try await bob.say("11", to: 1).msgID == 11)
        #expect(try texts(two.database) == "1:1 2:2 3:3 4:4 5:5 11:11")
        #expect(
            try two.database.execute("select conversation_id || ':' || first_id || '-' || last_id from message_gap")
                == "4294967298:6-10")
        try await eventually { try warnings(of: two) == ["messages_lost"] }
        #expect(try two.metric("grapevine_messages_lost") == 5)
    }

    @Test("versions of a group's members go on, so that clients see that theirs are old")
    func versions() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob", "carol")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let made: IMGroupCreateRsp = try await alice.ask(
            .groupCreateReq,
            IMGroupCreateReq(groupType: .tmp, groupName: "g", groupAvatar: "", memberIDList: [1, 2]), .groupCreateRsp)
        let group = try #require(made.groupID)
        _ = try await alice.say("one", to: group, .groupText)
        let moment = try Moment(node.database)
        let _: IMGroupChangeMemberRsp = try await alice.ask(
            .groupChangeMemberReq, IMGroupChangeMemberReq(changeType: .add, groupID: group, memberIDList: [3]),
            .groupChangeMemberRsp)
        _ = try await alice.say("two", to: group, .groupText)
        try await moment.comeBack([node])
        #expect(try node.database.execute("select version from chat_group") == "3")
        #expect(try texts(node.database) == "1:one 2:two")
    }
}
