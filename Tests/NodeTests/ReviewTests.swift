import Glibc
import HTTPCore
import Node
import PostgresKit
import Primitives
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import Reactor

/// Messages are stored when a service accepts them.
@Suite(.timeLimit(.minutes(5))) struct ReviewTests {
    private static func node(_ url: String, unanswered: String, deadline: String = "10s") throws -> TestNode {
        let node = try TestNode(
            nil,
            [
                "review.url": url, "review.secret": ReviewService.secret, "review.unanswered": unanswered,
                "review.deadline": deadline,
            ])
        try node.addUsers("alice", "bob")
        return node
    }

    private static func write(_ text: String, _ alice: TalkClient) async throws {
        await alice.send(
            .msgData,
            IMMsgData(
                fromUserID: 0, toSessionID: 2, msgID: 0, createTime: 0, msgType: .singleText,
                msgData: try TextCodec().encode(text)))
    }

    private static func stored(_ node: TestNode) throws -> String {
        try node.database.execute("select count(*) from message") ?? ""
    }

    @Test func whatIsRefusedIsNotStoredAndNobodySeesIt() async throws {
        let service = try ReviewService(refusing: "Darn")
        // The name has an address besides at which nobody listens.
        let node = try Self.node(service.url.replacing("127.0.0.1", with: "localhost"), unanswered: "refuse")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        let bob = try await TalkClient.logIn("bob", at: node.node.clientAddress)
        for text in ["hello", "oh darn it", "你好", "good night"] { try await Self.write(text, alice) }
        for text in ["hello", "你好", "good night"] {
            let heard = try await bob.heard()
            #expect(try TextCodec().decodeText([UInt8](heard.text.utf8).rawBytes) == text)
        }
        #expect(try Self.stored(node) == "3")
        #expect(try node.metric(#"grapevine_reviews_total{verdict="refused"}"#) == 1)
        #expect(try node.metric(#"grapevine_messages_refused_total{reason="refused_by_review"}"#) == 1)
        let (_, bot) = try BotProbe.make("echo", at: node)
        let answer = try bot.say("DARN", to: "u1")
        #expect(answer.status == 403)
        #expect(try bot.say("fine", to: "u1").status == 200)
    }

    @Test("where nobody answers, messages are stored or refused, as the setting says", arguments: ["store", "refuse"])
    func nobody(unanswered: String) async throws {
        let node = try Self.node("http://127.0.0.1:1/", unanswered: unanswered)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        try await Self.write("hello", alice)
        try await eventually { try node.metric(#"grapevine_reviews_total{verdict="unanswered"}"#) == 1 }
        if unanswered == "store" {
            try await eventually { try Self.stored(node) == "1" }
        } else {
            try await eventually {
                try node.metric(#"grapevine_messages_refused_total{reason="refused_by_review"}"#) == 1
            }
            #expect(try Self.stored(node) == "0")
        }
    }

    @Test func aServiceThatIsSilentCostsNoMoreThanTheDeadline() async throws {
        // The kernel takes the connections, and nobody ever reads from them.
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        #expect(listen(silent, 8) == 0)
        let port = try #require(SocketAddress(nameOf: silent)?.port)
        let node = try Self.node("http://127.0.0.1:\(port)/", unanswered: "store", deadline: "100ms")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        for number in 1...3 { try await Self.write("message \(number)", alice) }
        try await eventually { try Self.stored(node) == "3" }
        #expect(try node.metric(#"grapevine_reviews_total{verdict="unanswered"}"#) == 3)
    }
}
