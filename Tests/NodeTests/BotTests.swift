import Administration
import Crypto
import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Programs that are users: what they may do, and what nobody may do in their place.
@Suite(.timeLimit(.minutes(5))) struct BotTests {
    private static func group(_ members: String, at node: TestNode) throws {
        let body = #"{"name":"Team","creator_id":1,"member_ids":[\#(members)]}"#
        #expect(try AdminProbe(node).ask(.post, "/admin/v1/groups", body).status == 201)
    }

    private static func sealed(_ text: String) throws -> String {
        String(decoding: try TextCodec().encode(text), as: UTF8.self)
    }

    @Test func aBotSpeaksWithUsersAsAUserDoes() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let (bot, probe) = try BotProbe.make("robot", at: node)
        #expect(bot == UserID(2))
        let me = try probe.ask(.get, "/me")
        #expect(me["id"]?.integer == 2 && me["name"]?.text == "robot")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)

        let sent = try probe.say("你好, Alice", to: "u1", key: "one")
        #expect(sent.status == 200 && sent["id"]?.integer == 1 && sent["conversation"]?.text == "u1")
        let heard = try await alice.heard()
        #expect(heard.id == 1 && heard.from == 2)
        #expect(try TextCodec().decodeText([UInt8](heard.text.utf8).rawBytes) == "你好, Alice")
        // The same key is the same message, whatever is sent under it.
        #expect(try probe.say("again", to: "u1", key: "one")["id"]?.integer == 1)
        #expect(try probe.say("two", to: "u1", key: "two")["id"]?.integer == 2)
        #expect(try await alice.heard().id == 2)

        _ = try await alice.say(Self.sealed("thanks"), to: 2)
        _ = try await alice.say("no cipher", to: 2)
        #expect(try probe.news("?wait=5") == ["u1/3 thanks", "u1/4 undecodable"])
        // Nothing is forgotten before it is marked.
        #expect(try probe.news() == ["u1/3 thanks", "u1/4 undecodable"])
        #expect(try probe.markRead("u1", through: 3)["read"]?.integer == 3)
        #expect(try probe.news() == ["u1/4 undecodable"])
        #expect(try probe.markRead("u1", through: 4)["read"]?.integer == 4)
        #expect(try probe.markRead("u1", through: 2)["read"]?.integer == 4)
        #expect(try probe.news() == [])

        let list = try probe.ask(.get, "/conversations")
        #expect(list["items"]?.items.count == 1)
        #expect(list["items"]?.items[0]["name"]?.text == "alice" && list["items"]?.items[0]["last"]?.integer == 4)
        let page = try probe.ask(.get, "/conversations/u1/messages?from=2&through=3")
        #expect(page["items"]?.items.map(BotProbe.line) == ["u1/2 two", "u1/3 thanks"])
        #expect(page["next_from"]?.integer == nil)
        let first = try probe.ask(.get, "/conversations/u1/messages?limit=3")
        #expect(first["items"]?.items.count == 3 && first["next_from"]?.integer == 4)
    }

    @Test func whatStandsInAGroupBelongsToItsMembers() throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let (_, probe) = try BotProbe.make("robot", at: node)
        let (_, stranger) = try BotProbe.make("stranger", at: node)
        try Self.group("1,2,3", at: node)
        #expect(try probe.say("hello all", to: "g1")["id"]?.integer == 1)
        #expect(try probe.news() == [])
        for path in ["g1", "g9"] {
            let refused = try stranger.say("let me in", to: path)
            #expect(refused.status == (path == "g1" ? 403 : 404), "\(path)")
            #expect(try stranger.ask(.get, "/conversations/\(path)/messages").error == "not_a_member")
            #expect(try stranger.markRead(path, through: 1).error == "not_a_member")
        }
        #expect(try stranger.say("to nobody", to: "u99").error == "conversation_unknown")
        #expect(try stranger.say("to myself", to: "u4").error == "not_a_member")
        #expect(try stranger.news() == [])
        #expect(try stranger.ask(.get, "/conversations")["items"]?.items.count == 0)
    }

    @Test func aWaitEndsWithTheMessageAndIsGoneOnAtAnyNode() async throws {
        let cluster = try TestCluster()
        try cluster.addUsers("alice")
        let (_, probe) = try BotProbe.make("robot", at: cluster.nodes[0])
        let elsewhere = try BotProbe(cluster.nodes[1], token: probe.token)
        let alice = try await TalkClient.logIn("alice", at: cluster[1])
        let waiting = Task.detached { try probe.news("?wait=30") }
        _ = try await alice.say(Self.sealed("first"), to: 2)
        #expect(try await waiting.value == ["u1/1 first"])
        // The answer was lost, say, and the bot goes on elsewhere.
        #expect(try elsewhere.news("?wait=1") == ["u1/1 first"])
        #expect(try elsewhere.say("I am here", to: "u1")["id"]?.integer == 2)
        #expect(try await alice.heard().id == 2)
        #expect(try elsewhere.markRead("u1", through: 1).status == 200)
        _ = try await alice.say(Self.sealed("second"), to: 2)
        #expect(try probe.news("?wait=30") == ["u1/3 second"])
        #expect(try probe.markRead("u1", through: 3).status == 200)
        #expect(try probe.news("?wait=1") == [])
    }

    @Test func itsOwnMessagesAreNoNewsHoweverManyThereAre() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let (_, probe) = try BotProbe.make("robot", at: node)
        _ = try probe.say("one", to: "u1")
        // As if it had spoken all night: more than is looked at in one go.
        try node.database.execute(
            """
            insert into message (conversation_id, msg_id, sender_id, type, created_at, body)
            select c.id, i, 2, 1, c.updated_at, 'b' from conversation c, generate_series(2, 1000) i;
            update conversation set last_msg_id = 1000
            """)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        _ = try await alice.say(Self.sealed("stop"), to: 2)
        #expect(try probe.news() == ["u1/1001 stop"])
        #expect(try node.database.execute("select read_msg_id from member where user_id = 2") == "1000")
    }

    @Test func nobodyLogsInAsABot() async throws {
        let node = try TestNode()
        let (bot, _) = try BotProbe.make("robot", at: node)
        let admin = try AdminProbe(node)
        #expect(try admin.get("/admin/v1/users/\(bot.rawValue)")["bot"]?.isTrue == true)
        for password in ["", "grapevine"] {
            await #expect {
                try await TalkClient.logIn("robot", password: password, at: node.node.clientAddress)
            } throws: { "\($0)".hasPrefix("login of robot: ") }
        }
        let refused = try admin.ask(
            .put, "/admin/v1/users/\(bot.rawValue)/password", #"{"password":"grapevine"}"#)
        #expect(refused.status == 409 && refused.error == "is_a_bot")
        // Not even by a node that does not know of bots.
        #expect(throws: (any Error).self) {
            try node.database.execute("update account set password = 'x' where name = 'robot'")
        }
    }

    @Test func aBotHasTheRateAndTheLimitsOfAUser() throws {
        let node = try TestNode(nil, ["limits.messages_per_second": "1", "limits.message_burst": "3"])
        try node.addUsers("alice")
        let (_, probe) = try BotProbe.make("robot", at: node)
        let long = try probe.say(String(repeating: "x", count: 16_000), to: "u1")
        #expect(long.status == 400 && long.error == "text_too_long")
        #expect(try probe.ask(.post, "/conversations/u1/messages", #"{"text":"a\u0000b"}"#).status == 400)
        #expect(try probe.ask(.post, "/conversations/u1/messages", #"{"text":""}"#).status == 400)
        let statuses = try (0..<5).map { _ in try probe.say("spam", to: "u1") }
        #expect(statuses.map(\.status).filter { $0 == 200 }.count >= 3)
        let refused = try #require(statuses.last { $0.status != 200 })
        #expect(refused.status == 429 && refused.reply.field("retry-after") == "1")
        // What was refused was not stored.
        let stored = try node.database.execute("select last_msg_id from conversation") ?? ""
        #expect(Int(stored) == statuses.count { $0.status == 200 })
    }

    @Test func withoutTheDatabaseASendIsRefusedAndStoredOnceLater() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let (_, probe) = try BotProbe.make("robot", at: node)
        #expect(try probe.say("before", to: "u1").status == 200)
        try node.database.takeAway()
        try await eventually { !node.node.isReady }
        let lost = try probe.say("meanwhile", to: "u1", key: "m")
        #expect(lost.status == 503)
        try node.database.giveBack()
        try await eventually { node.node.isReady }
        let repeated = try probe.say("meanwhile", to: "u1", key: "m")
        #expect(repeated.status == 200 && repeated["id"]?.integer == 2)
    }
}
