import FoundationEssentials
import HTTPClient
import HTTPCore
import Log
import Node
import PostgresKit
import Primitives
import Program
import Reactor
import Settings
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import push_server

/// Services are told what happened, in order, by requests that they can believe: the receiver is Python's.
@Suite(.timeLimit(.minutes(5))) struct WebhookTests {
    private static func ask(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, at node: TestNode
    ) throws -> (status: Int, JSON) {
        var call = HTTPCall(method, "/admin/v1/webhooks" + path, body: body.map { Array($0.utf8) })
        call.add("Authorization", "Bearer \(TestNode.adminToken)")
        let reply = try HTTPClient.send(call, to: node.node.adminAddress, within: .seconds(10))
        return (reply.status, try #require(JSON(reading: reply.body)))
    }

    static func add(_ url: String, _ events: String, at node: TestNode) throws -> String {
        let (status, made) = try ask(
            .post, "", #"{"name":"crm","url":"\#(url)","events":[\#(events)]}"#, at: node)
        #expect(status == 201)
        return try #require(made["secret"]?.text)
    }

    private static func serve(_ node: TestNode, allowing allowed: String) throws -> PushHouse {
        let values = [
            "postgres.dsn": node.database.connectionString, "push.listen": "127.0.0.1:0", "webhooks.serve": "on",
            "webhooks.allow": allowed,
        ]
        let file = values.map { "\($0.key) = \"\($0.value)\"" }.joined(separator: "\n")
        let configuration = try PushSettings.schema.load(
            file: (path: "test", contents: file), environment: [:], arguments: [],
            readSecret: { _ throws(SecretFileError) in throw SecretFileError(reason: "no files in tests") })
        let sink = LogSink(
            descriptor: 2, origin: LogOrigin(node: "push", boot: "0"), format: .text, level: .error, clock: wallClock)
        return try PushHouse(configuration, [], log: Logger(sink))
    }

    /// A receiver with these moods; its output comes when it has so many events.
    static func receive(
        _ count: Int, _ moods: String..., secret: @escaping (String) throws -> String
    ) async throws -> Task<ChildProcess.Ending, any Error> {
        let file = FileManager.default.temporaryDirectory.appending(path: "port-\(UUID().uuidString)").path
        // The receiver knows the secret only when the webhook knows the port: so it is told in a file as well.
        let program = ChildProcess(
            "python3", ["deploy/push-test.d/moody-receiver.py", file, "\(count)"] + moods,
            environment: ["PATH": "/usr/bin:/bin", "GRAPEVINE_WEBHOOK_SECRET_FILE": file + ".secret"])
        let running = Task.detached { try program.run() }
        try await eventually { FileManager.default.fileExists(atPath: file) }
        let port = try String(contentsOfFile: file, encoding: .utf8)
        try secret(port).write(toFile: file + ".secret", atomically: true, encoding: .utf8)
        return running
    }

    @Test func messagesComeInOrderOnceWhateverTheReceiverDoes() async throws {
        let node = try TestNode()
        try node.addUsers("alice", "bob")
        let running = try await Self.receive(4, "500", "late", "hang", "long") { port in
            try Self.add("http://127.0.0.1:\(port)/in", #""message""#, at: node)
        }
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        for number in 1...4 {
            let text = try TextCodec().encode("message \(number)")
            _ = try await alice.say(String(decoding: text, as: UTF8.self), to: 2)
        }
        let house = try Self.serve(node, allowing: "127.0.0.1")
        let ending = try await running.value
        // The second attempt of the first one was taken, and its answer lost: the third was not taken again.
        #expect(ending.output.split(separator: "\n").map { $0.split(separator: " ")[0] }
            == ["m1,2-1", "m1,2-2", "m1,2-3", "m1,2-4"])
        #expect(ending.output.hasPrefix("m1,2-1 2\n"), "\(ending.output) \(ending.errors)")
        try await eventually {
            try node.database.execute("select count(*) from outbox where state <> 1") == "0"
        }
        house.end()
    }

    @Test func groupsAndUsersAreToldOf() async throws {
        let node = try TestNode()
        let running = try await Self.receive(6) { port in
            try Self.add("http://127.0.0.1:\(port)/in", #""group","user""#, at: node)
        }
        #expect(try node.database.execute("select count(*) from pg_trigger where tgname = 'tell_of_messages'") == "0")
        try node.addUsers("alice", "bob")
        try node.database.execute(
            """
            insert into chat_group (name, creator_id, type, updated_at) values ('Team', 1, 1, 0);
            insert into conversation (id) values (1);
            insert into member (conversation_id, user_id) values (1, 1), (1, 2);
            update member set read_msg_id = 0;
            update member set left_at_id = 0 where user_id = 2
            """)
        let house = try Self.serve(node, allowing: "127.0.0.0/8")
        let ending = try await running.value
        #expect(ending.output.split(separator: "\n").count == 6, "\(ending.output) \(ending.errors)")
        #expect(
            try node.database.execute("select string_agg(event->>'change', ' ' order by id) from outbox")
                == "made made made joined joined left")
        house.end()
    }

    @Test func whatMayNotBeReachedIsGivenUpAndToldAgainWhenItMay() async throws {
        let node = try TestNode()
        _ = try Self.add("http://127.0.0.1:1/in", #""user""#, at: node)
        #expect(try Self.ask(.post, "", #"{"name":"x","url":"file:///etc","events":["user"]}"#, at: node).status == 400)
        try node.addUsers("alice")
        let house = try Self.serve(node, allowing: "")
        let reason = "its address is not public, and webhooks.allow does not name it"
        try await eventually { try node.database.execute("select answer from outbox where state = 3") == reason }
        house.end()
        let (_, list) = try Self.ask(.get, "", at: node)
        #expect(list["items"]?.items.first?["given_up"]?.integer == 1)
        #expect(try Self.ask(.post, "/1/replay", at: node).1["events"]?.integer == 1)
        #expect(try Self.ask(.get, "", at: node).1["items"]?.items.first?["waiting"]?.integer == 1)
        #expect(try Self.ask(.post, "/7/replay", at: node).status == 404)
        #expect(try Self.ask(.delete, "/1", at: node).status == 200)
        #expect(try node.database.execute("select count(*) from outbox") == "0")
    }

    @Test func theTriggerOfMessagesIsThereOnlyWhileSomebodyWantsIt() throws {
        let node = try TestNode()
        let count = "select count(*) from pg_trigger where tgname = 'tell_of_messages' and tgparentid = 0"
        #expect(try node.database.execute(count) == "0")
        _ = try Self.add("https://example.org/in", #""message""#, at: node)
        #expect(try node.database.execute(count) == "1")
        #expect(try Self.ask(.delete, "/1", at: node).status == 200)
        #expect(try node.database.execute(count) == "0")
        // Every list holds its secret nowhere.
        let secret = try Self.add("https://example.org/in", #""user""#, at: node)
        #expect(!"\(try Self.ask(.get, "", at: node).1)".contains(secret))
    }
}
