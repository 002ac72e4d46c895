import Node
import PostgresKit
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// A page says where its browser is told of messages while it is away.
@Suite(.timeLimit(.minutes(5))) struct BrowserTests {
    private let node: TestNode
    private let bob: TalkClient
    private static let point = [4] + [UInt8](repeating: 1, count: 64)
    private static let secret = [UInt8](repeating: 2, count: 16)

    init() async throws {
        let database = try TestDatabase()
        // Served, and with a key of nobody yet.
        try database.execute("insert into outbox_channel (channel) values (3)")
        node = try TestNode(database)
        try node.addUsers("alice", "bob")
        bob = try await TalkClient.logIn("bob", as: .windows, at: node.node.clientAddress)
    }

    private func serve() throws {
        try node.database.execute(
            "update outbox_channel set public_key = '\\x04' || sha256('a') || sha256('b') where channel = 3")
    }

    private func ask(_ request: IMBrowserReq) async throws -> IMBrowserRsp {
        try await bob.ask(.browserReq, request, .browserRsp)
    }

    @Test("where nobody serves browsers, that is the answer")
    func unserved() async throws {
        #expect(try await ask(IMBrowserReq()).resultCode == 2)
    }

    @Test("a page gets the key, enters its browser, and takes it back")
    func entered() async throws {
        try serve()
        #expect(try await ask(IMBrowserReq()).serverKey?.count == 65)
        let endpoint = "https://push.example/1"
        let entered = IMBrowserReq(endpoint: endpoint, publicKey: Self.point, secret: Self.secret)
        #expect(try await ask(entered).resultCode == 0)
        #expect(try node.database.execute("select token from device where user_id = 2") == endpoint)
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        _ = try await alice.say("seen", to: 2)
        bob.probe.close()
        try await eventually { try node.metric("grapevine_sessions") == 1 }
        _ = try await alice.say("not seen", to: 2)
        try await eventually { try node.database.execute("select string_agg(msg_id::text, ',') from outbox") == "2" }
    }

    @Test("logging out ends it")
    func ended() async throws {
        try serve()
        let entered = IMBrowserReq(endpoint: "https://push.example/1", publicKey: Self.point, secret: Self.secret)
        #expect(try await ask(entered).resultCode == 0)
        #expect(try await ask(IMBrowserReq(endpoint: "https://push.example/1", ends: 1)).resultCode == 0)
        #expect(try node.database.execute("select count(*) from device") == "0")
        #expect(try await ask(entered).resultCode == 0)
        let _: IMLogoutRsp = try await bob.ask(.logoutReq, IMLogoutReq(), .logoutRsp)
        try await eventually { try node.database.execute("select count(*) from device") == "0" }
    }

    @Test("what is no endpoint, or has no keys, is refused")
    func refused() async throws {
        try serve()
        for request in [
            IMBrowserReq(endpoint: "http://push.example/1", publicKey: Self.point, secret: Self.secret),
            IMBrowserReq(endpoint: "https://push.example/1", publicKey: [4], secret: Self.secret),
            IMBrowserReq(endpoint: "https://push.example/1", publicKey: Self.point),
            IMBrowserReq(endpoint: String(repeating: "x", count: 1025), publicKey: Self.point, secret: Self.secret),
        ] {
            #expect(try await ask(request).resultCode == 3)
        }
        #expect(try node.database.execute("select count(*) from device") == "0")
    }
}
