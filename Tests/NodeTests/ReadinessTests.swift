import HTTPClient
import HTTPCore
import Node
import PostgresKit
import Primitives
import Reactor
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// A node that is ready stores messages; one that cannot says why, and nobody is sent to it.
@Suite(.timeLimit(.minutes(5))) struct ReadinessTests {
    private func get(_ path: String, at address: SocketAddress) throws -> HTTPReply {
        try HTTPClient.send(HTTPCall(.get, path), to: address, within: .seconds(10))
    }

    private func reasons(of node: TestNode) throws -> [String] {
        let page = JSON(reading: try get("/readyz", at: node.node.adminAddress).body)
        return page?["reasons"]?.items.compactMap { $0["code"]?.text } ?? []
    }

    private func isAdvertised(_ node: TestNode) throws -> Bool {
        let answer = JSON(reading: try get("/msg_server", at: node.node.httpAddress).body)
        return answer?["code"]?.integer == 0
    }

    /// Until the node gives this reason alone, and how long that took.
    private func until(_ reason: String?, _ node: TestNode) async throws -> Duration {
        let begin = ContinuousClock.now
        try await eventually { try reasons(of: node) == (reason.map { [$0] } ?? []) }
        return ContinuousClock.now - begin
    }

    @Test("a Redis that cannot be used leaves the node ready, and the warning says why", arguments: [
        ("127.0.0.1:1", "", "Connection refused"), ("nobody.invalid:1", "", "its name has no address"),
        (nil, "wrong", "without any password configured"),
    ])
    func redisSaysWhy(address: String?, password: String, reason: String) async throws {
        let redis = try address ?? TestRedis.address
        let node = try TestNode(nil, ["redis.address": redis, "redis.password": password])
        try await eventually {
            let page = JSON(reading: try get("/readyz", at: node.node.adminAddress).body)
            let warning = page?["warnings"]?.items.first { $0["code"]?.text == "redis_unavailable" }
            return warning?["message"]?.text?.contains(reason) == true
        }
        #expect(try reasons(of: node) == [])
    }

    @Test("a server that stands still: what is wrong is said, not only how many connections are left")
    func frozen() async throws {
        let database = try TestDatabase()
        let relay = try PostgresRelay(to: try database.port)
        defer { relay.stop() }
        let words = database.connectionString.replacing("port=\(try database.port)", with: "port=\(relay.port)")
        let node = try TestNode(database, ["postgres.dsn": words])
        relay.freeze()
        try await eventually {
            let page = JSON(reading: try get("/readyz", at: node.node.adminAddress).body)
            let reason = page?["reasons"]?.items.first { $0["code"]?.text == "postgres_unavailable" }
            let text = reason?["message"]?.text ?? ""
            return text.contains("connections to") && (text.contains("did not answer") || text.contains("says nothing"))
        }
    }

    @Test("a table that somebody has locked is noticed within two seconds, though nobody writes", arguments: [
        "message", "conversation", "message_p03",
    ])
    func locked(table: String) async throws {
        let node = try TestNode()
        #expect(try isAdvertised(node))
        let lock = try node.database.begin("lock table \(table) in share mode")
        #expect(try await until("postgres_locked", node) < .seconds(2))
        #expect(try !isAdvertised(node))
        try lock.commit()
        _ = try await until(nil, node)
        #expect(try isAdvertised(node))
    }

    @Test("a read-only server is noticed within two seconds and named, and the node does not come and go", arguments: [
        "", " target_session_attrs=read-write",
    ])
    func readOnly(wish: String) async throws {
        let database = try TestDatabase()
        let node = try TestNode(database, ["postgres.dsn": database.connectionString + wish])
        let name = node.database.name
        try node.database.execute("alter database \(name) set default_transaction_read_only = on")
        try node.database.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """)
        #expect(try await until("postgres_read_only", node) < .seconds(2))
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end { #expect(try reasons(of: node) == ["postgres_read_only"]) }
        try node.database.execute("set transaction read write; alter database \(name) reset all")
        _ = try await until(nil, node)
    }

    /// A change of tables that are in use, which may have to be tried again.
    private func change(_ database: TestDatabase, _ sql: String) throws {
        while true {
            do {
                try database.execute(sql)
                return
            } catch where "\(error)".contains("deadlock") {
                continue
            }
        }
    }

    @Test("a full disk is named, and only what takes room says that there is some again")
    func full() async throws {
        let node = try TestNode()
        // The server's own words, for want of a disk to fill.
        try change(
            node.database,
            """
            create function full_disk() returns trigger language plpgsql as $$
            begin raise exception using errcode = '53100'; end $$;
            create trigger full_disk before insert on message for each row execute function full_disk();
            create trigger full_disk before insert on probe_space for each row execute function full_disk();
            """)
        try node.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        await alice.send(.msgData, IMMsgData(toSessionID: 2, msgType: .singleText, msgData: [65]))
        #expect(try await until("postgres_disk_full", node) < .seconds(2))
        try change(node.database, "drop trigger full_disk on message")
        let end = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < end { #expect(try reasons(of: node) == ["postgres_disk_full"]) }
        try change(node.database, "drop trigger full_disk on probe_space")
        _ = try await until(nil, node)
    }
}
