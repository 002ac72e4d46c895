import Administration
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

/// Whom a token lets in, for how long, and where it is written down: nowhere.
@Suite(.timeLimit(.minutes(5))) struct BotTokenTests {
    @Test func administratorsMakeBotsAndTheirTokens() async throws {
        let probe = try AdminProbe()
        let node = probe.node
        let made = try probe.ask(.post, "/admin/v1/bots", #"{"name":"robot","nick":"Robot"}"#)
        #expect(made.status == 201 && made["bot"]?.isTrue == true && made["nick"]?.text == "Robot")
        #expect(try probe.ask(.post, "/admin/v1/bots", #"{"name":"Robot"}"#).error == "name_taken")
        let first = try probe.ask(.post, "/admin/v1/bots/1/tokens", #"{"name":"first"}"#)
        let token = try #require(first["token"]?.text)
        #expect(first.status == 201 && token.hasPrefix("gvb_"))
        #expect(try probe.ask(.post, "/admin/v1/bots/1/tokens", #"{"name":"first"}"#).error == "token_name_taken")
        #expect(try probe.ask(.post, "/admin/v1/bots/7/tokens", #"{"name":"first"}"#).error == "bot_unknown")
        let bot = try BotProbe(node, token: token)
        #expect(try bot.ask(.get, "/me").status == 200)
        let listed = try probe.get("/admin/v1/bots/1/tokens")["items"]?.items.first
        #expect(listed?["name"]?.text == "first" && listed?["last_used_at"]?.text?.isEmpty == false)

        let rotated = try probe.ask(.post, "/admin/v1/bots/1/tokens/first/rotate")
        let second = try BotProbe(node, token: try #require(rotated["token"]?.text))
        #expect(try second.ask(.get, "/me").status == 200)
        try await eventually { try bot.ask(.get, "/me").status == 401 }
        #expect(try probe.ask(.delete, "/admin/v1/bots/1/tokens/first").status == 200)
        try await eventually { try second.ask(.get, "/me").status == 401 }
        #expect(try probe.ask(.post, "/admin/v1/bots/1/tokens/first/rotate").error == "token_unknown")
        #expect(try probe.ask(.delete, "/admin/v1/bots/1/tokens/second").error == "token_unknown")
    }

    @Test func aTokenIsShownOnceAndKeptNowhere() throws {
        let probe = try AdminProbe()
        #expect(try probe.ask(.post, "/admin/v1/bots", #"{"name":"robot"}"#).status == 201)
        let keyed = try probe.ask(
            .post, "/admin/v1/bots/1/tokens", #"{"name":"first"}"#, fields: ["Idempotency-Key": "k"])
        #expect(keyed.status == 400 && keyed.message.contains("secret"))
        let made = try probe.ask(.post, "/admin/v1/bots/1/tokens", #"{"name":"first"}"#)
        let token = try #require(made["token"]?.text)
        let tables = ["bot_token", "admin_audit", "admin_answer"]
        for table in tables {
            let all = try probe.node.database.execute("select string_agg(t::text, '') from \(table) t") ?? ""
            #expect(!all.contains(token.dropFirst(4)), "\(table)")
        }
        #expect(try probe.node.database.execute("select path from admin_audit order by id desc limit 1")
            == "/admin/v1/bots/1/tokens")
    }

    @Test func aBotThatIsRemovedOrDisabledGetsNothing() async throws {
        let node = try TestNode()
        let (_, bot) = try BotProbe.make("robot", at: node)
        let (_, other) = try BotProbe.make("other", at: node)
        let probe = try AdminProbe(node)
        #expect(try bot.ask(.get, "/me").status == 200)
        #expect(try probe.ask(.post, "/admin/v1/users/1/disable").status == 200)
        try await eventually { try bot.ask(.get, "/me").status == 401 }
        #expect(try probe.ask(.post, "/admin/v1/users/1/enable").status == 200)
        try await eventually { try bot.ask(.get, "/me").status == 200 }
        #expect(try probe.ask(.delete, "/admin/v1/bots/1?dry_run=true")["state"]?.text == "disabled")
        #expect(try probe.ask(.delete, "/admin/v1/bots/1")["state"]?.text == "disabled")
        try await eventually { try bot.ask(.get, "/me").status == 401 }
        // Taken back it is a bot without tokens.
        #expect(try probe.ask(.post, "/admin/v1/users/1/enable").status == 200)
        #expect(try probe.get("/admin/v1/bots/1/tokens")["items"]?.items.first?["revoked_at"]?.text != nil)
        #expect(try bot.ask(.get, "/me").status == 401)
        #expect(try other.ask(.get, "/me").status == 200)
        #expect(try probe.get("/admin/v1/bots")["items"]?.items.count == 2)
        #expect(try probe.ask(.delete, "/admin/v1/bots/9").error == "bot_unknown")
    }

    @Test func tokensOfAnotherKindAndGuessesAreRefused() throws {
        let node = try TestNode()
        let (_, bot) = try BotProbe.make("robot", at: node)
        for token in ["", "gvb_", TestNode.adminToken, "gvb_" + String(repeating: "0", count: 64)] {
            let stranger = try BotProbe(node, token: token)
            #expect(try stranger.ask(.get, "/me").status == 401, "\(token)")
            #expect(try stranger.ask(.get, "/updates?wait=20").status == 401, "\(token)")
        }
        #expect(try AdminProbe(node).ask(.get, "/admin/v1/users", token: bot.token).status == 401)
        let stranger = try BotProbe(node, token: "gvb_" + String(repeating: "1", count: 64))
        let answers = try (0..<60).map { _ in try stranger.ask(.get, "/me").status }
        #expect(answers.contains(429) && !answers.contains(200))
    }

    @Test("nothing is read of what strangers send", arguments: [
        "/hooks/gvh_" + String(repeating: "0", count: 64), "/hooks/ci", "/conversations/u1/messages",
    ])
    func bodiesOfStrangers(path: String) async throws {
        let node = try TestNode()
        let probe = try await StreamProbe.connect(to: node.node.httpAddress)
        let fields = "Authorization: Bearer gvb_\(String(repeating: "0", count: 64))\r\nContent-Length: 100000\r\n"
        probe.send([UInt8]("POST /bot/v1\(path) HTTP/1.1\r\nHost: node\r\n\(fields)\r\n".utf8))
        // The body never comes.
        let answer = String(decoding: try await probe.ending().rest, as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 401") && answer.contains("talkctl bot token"), "\(answer)")
    }

    @Test func aWebhookWritesToItsGroupAndDoesNothingElse() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let (_, bot) = try BotProbe.make("robot", at: node)
        let probe = try AdminProbe(node)
        let group = #"{"name":"Team","creator_id":1,"member_ids":[1,3]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", group).status == 201)
        let other = #"{"name":"X","creator_id":1,"member_ids":[1]}"#
        #expect(try probe.ask(.post, "/admin/v1/groups", other).status == 201)
        let elsewhere = try probe.ask(.post, "/admin/v1/bots/3/tokens", #"{"name":"x","group_id":2}"#)
        #expect(elsewhere.error == "not_a_member")
        let made = try probe.ask(.post, "/admin/v1/bots/3/tokens", #"{"name":"ci","group_id":1}"#)
        let token = try #require(made["token"]?.text)
        #expect(token.hasPrefix("gvh_"))
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)

        func post(_ token: String, _ body: String) throws -> HTTPReply {
            let call = HTTPCall(.post, "/bot/v1/hooks/\(token)", body: Array(body.utf8))
            return try HTTPClient.send(call, to: node.node.httpAddress, within: .seconds(10))
        }
        #expect(try post(token, #"{"text":"build 7 failed","key":"7"}"#).status == 200)
        #expect(try post(token, #"{"text":"build 7 failed","key":"7"}"#).status == 200)
        let heard = try await alice.heard()
        #expect(heard.id == 1 && heard.from == 3)
        #expect(try TextCodec().decodeText([UInt8](heard.text.utf8).rawBytes) == "build 7 failed")
        #expect(try node.database.execute("select last_msg_id from conversation where id = 1") == "1")
        #expect(try post(token, #"{"words":"?"}"#).status == 400)
        #expect(try post(bot.token, #"{"text":"?"}"#).status == 401)
        #expect(try BotProbe(node, token: token).ask(.get, "/me").status == 401)
        // Its own rate, below that of its bot.
        let statuses = try (0..<30).map { _ in try post(token, #"{"text":"spam"}"#).status }
        #expect(statuses.contains(429) && statuses.contains(200))
        #expect(try bot.say("I may still speak", to: "g1").status == 200)

        #expect(try probe.ask(.delete, "/admin/v1/bots/3/tokens/ci").status == 200)
        try await eventually { try post(token, #"{"text":"?"}"#).status == 401 }
    }
}
