import Conversations
import Glibc
import HTTPCore
import Log
import Metrics
import PostgresKit
import Primitives
import Program
import Settings
import Synchronization
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import Node
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

    @Test("a name that nobody knows is looked up for a question, and not again and again behind it")
    func unknownHost() throws {
        let file = """
            postgres.dsn = x
            cluster.secret = \(ReviewService.secret)
            review.url = "http://nobody.example/"
            review.secret = \(ReviewService.secret)
            """
        let configuration = try NodeSettings.schema.load(
            file: (path: "test", contents: file), environment: [:], arguments: [],
            readSecret: { _ throws(SecretFileError) in throw SecretFileError(reason: "no files in tests") })
        let plan = try #require(try ReviewPlan(configuration))
        let sink = LogSink(
            descriptor: 2, origin: LogOrigin(node: "test", boot: "0"), format: .text, level: .error, clock: wallClock)
        let lookups = Mutex(0)
        let pool = try WorkerPool(name: "dns", threads: 1, capacity: 64)
        defer { pool.stop() }
        let group = try LoopGroup(LoopGroup.Configuration(seed: 0)) { _ in }
        defer { group.stop() }
        let resolver = NameResolver(pool: pool) { _, _ in
            lookups.withLock { $0 += 1 }
            return []
        }
        let ended = Handover<Bool>()
        group.loops[0].execute { loop in
            let review = MessageReview(
                plan, resolver: resolver, counters: ReviewCounters(MetricsRegistry()), log: Logger(sink),
                wallClock: wallClock, on: loop)
            let send = Send(
                conversation: .group(GroupID(1)), sender: UserID(1), type: .groupText, key: SendKey(high: 0, low: 1),
                keyExpires: false, clientKey: nil, origin: SessionAddress(loop: 0, slot: 1, generation: 1), sequence: 0)
            func ask(_ left: Int) {
                guard left > 0 else { return ended.put(true) }
                review.review(send, body: [1]) { _ in loop.schedule(after: .milliseconds(5)) { ask(left - 1) } }
            }
            ask(10)
        }
        #expect(ended.take())
        #expect(lookups.withLock { $0 } == 10)
    }
}
