import Administration
import HTTPCore
import Node
import PostgresKit
import Primitives
import Program
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// The bot of `deploy/examples`, as people start it, so that it works as long as they can read it.
@Suite(.timeLimit(.minutes(5))) struct ExampleBotTests {
    @Test func itAnswersEachMessageOnceAndEndsWithItsToken() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let administrator = try Administrator(node.database.address)
        _ = try administrator.addBot("echo", nick: "Echo", departmentID: 0)
        let token = try administrator.addBotToken("mine", of: "echo", group: nil)
        let group = #"{"name":"Team","creator_id":1,"member_ids":[1,2]}"#
        #expect(try AdminProbe(node).ask(.post, "/admin/v1/groups", group).status == 201)
        // The first node of its list is not there.
        let program = ChildProcess(
            "python3", ["deploy/examples/echo-bot.py", "http://127.0.0.1:1", "http://\(node.node.httpAddress)"],
            environment: ["PATH": "/usr/bin:/bin", "GRAPEVINE_BOT_TOKEN": token])
        let running = Task.detached { try program.run() }

        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        func say(_ text: String, to session: UInt32, _ type: MsgType) async throws {
            _ = try await alice.say(String(decoding: TextCodec().encode(text), as: UTF8.self), to: session, type)
        }
        for text in ["hello", "你好 😀"] {
            try await say(text, to: 2, .singleText)
            let heard = try await alice.heard(within: .seconds(30))
            #expect(try TextCodec().decodeText([UInt8](heard.text.utf8).rawBytes) == text)
        }
        try await say("not for the bot", to: 1, .groupText)
        try await say("/echo for the bot", to: 1, .groupText)
        let heard = try await alice.heard(within: .seconds(30))
        #expect(try TextCodec().decodeText([UInt8](heard.text.utf8).rawBytes) == "for the bot")
        #expect(try node.database.execute("select string_agg(last_msg_id::text, ' ' order by id) from conversation")
            == "3 4")

        try administrator.revokeBotToken("mine", of: "echo")
        // Its next question is refused: this ends the one that it waits with.
        try await eventually { try BotProbe(node, token: token).ask(.get, "/me").status == 401 }
        try await say("good night", to: 2, .singleText)
        let ending = try await running.value
        #expect(ending.code == 1 && ending.output == "I am echo.\n")
        #expect(ending.errors.contains("401"), "\(ending.errors)")
    }
}
