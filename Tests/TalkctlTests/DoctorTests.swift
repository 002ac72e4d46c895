import FoundationEssentials
import Node
import PostgresKit
import Reactor
import Settings
import Testing
import WaitKit
import WireKit

@testable import talkctl

@Suite(.timeLimit(.minutes(5))) struct DoctorTests {
    private func line(_ code: String, _ output: String) -> String? {
        output.split(separator: "\n").first { $0.contains("  \(code): ") }.map(String.init)
    }

    @Test func aMachineOfOneIsLookedAt() throws {
        let place = try Place()
        let result = place.run("doctor")
        // The server of the tests has fsync off.
        #expect(result.code == 4)
        #expect(line("postgres_fsync", result.output)?.hasPrefix("bad   ") == true)
        #expect(result.output.contains("\n      fix: alter system set fsync = on"))
        for code in ["postgres_version", "postgres_encoding", "postgres_role", "schema", "postgres_connections",
            "clock", "redis", "secret_files", "secret_strength", "postgres_synchronous_commit",
            "certificates", "client_plain"]
        {
            #expect(line(code, result.output)?.hasPrefix("ok    ") == true, "\(code)")
        }
        #expect(line("client_address", result.output)?.hasPrefix("warn  ") == true)
        #expect(line("node", result.output) == "bad   node: no node answers at 127.0.0.1:1")
        let json = place.run("doctor --json").output
        #expect(json.hasPrefix(#"{"healthy":false,"findings":[{"level":"ok","code":"postgres_version","text":"#))
    }

    @Test func aNodeThatRunsIsAsked() throws {
        let cluster = try TestCluster(2)
        let place = try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
        let output = place.run("doctor").output
        #expect(line("node_version", output)?.hasPrefix("ok    ") == true)
        #expect(line("node_ready", output)?.hasPrefix("ok    ") == true)
        #expect(line("gossip_route", output)?.contains("node2 at 127.0.0.1:") == true)
        #expect(line("gossip_route", output)?.hasPrefix("ok    ") == true)
    }

    @Test func whatIsWrongIsSaid() throws {
        let place = try Place()
        try place.database.execute("drop table admin_answer; delete from schema_migration where number > 1")
        try place.configure(
            """
            postgres.dsn = "\(place.database.connectionString)"
            postgres.query_connections = 64
            node.loops = 64
            redis.address = 127.0.0.1:1
            client.listen = 0.0.0.0:8000
            cluster.advertise = no.such.host.invalid
            http.app_key = 1234567890123456
            limits.connections = 10000000
            load_test = on
            """)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place.file)
        let result = place.run("doctor")
        #expect(result.code == 4)
        for (code, level) in [
            ("schema", "bad "), ("postgres_connections", "bad "), ("redis", "warn"), ("client_address", "bad "),
            ("client_plain", "warn"),
            ("cluster_address", "bad "), ("secret_strength", "warn"), ("secret_files", "bad "), ("open_files", "warn"),
            ("load_test", "warn"),
        ] {
            #expect(line(code, result.output)?.hasPrefix(level) == true, "\(code)\n\(result.output)")
        }
        #expect(result.output.contains("everybody can read http.app_key, postgres.dsn, cluster.secret in"))
        #expect(result.output.contains("fix: chmod 600 \(place.file)"))
        #expect(!result.output.contains("1234567890123456"))
    }

    @Test func aDatabaseThatIsGoneIsAFinding() throws {
        let place = try Place()
        try place.configure("postgres.dsn = \"host=127.0.0.1 port=1 password=pass-word\"")
        let result = place.run("doctor")
        #expect(result.code == 4)
        #expect(line("postgres", result.output)?.hasPrefix("bad   ") == true)
        #expect(!result.output.contains("pass-word"))
    }

    @Test func aClockThatIsWrongIsSeen() throws {
        let place = try Place()
        let result = place.run("doctor", ahead: .seconds(40))
        #expect(line("clock", result.output)?.hasPrefix("bad   ") == true)
        #expect(line("clock", result.output)?.contains("ms behind that of this machine") == true)
        #expect(line("clock", place.run("doctor", ahead: .seconds(-4)).output)?.hasPrefix("warn  ") == true)
    }

    @Test(arguments: [
        ("127.0.0.1", AddressCheck.Reach.machine), ("::1", .machine), ("0.0.0.0", .wildcard), ("::", .wildcard),
        ("172.17.0.2", .container), ("172.31.255.1", .container), ("172.16.0.1", .elsewhere),
        ("172.32.0.1", .elsewhere), ("169.254.1.1", .nowhere), ("fe80::1", .nowhere), ("10.1.2.3", .elsewhere),
        ("2001:db8::1", .elsewhere),
    ])
    func addressesReachSoFar(text: String, reach: AddressCheck.Reach) throws {
        #expect(try AddressCheck.reach(of: [#require(SocketAddress(numeric: text, port: 1))]) == reach)
    }

    @Test func loopbackIsGoodWhereNobodyElseIsMeant() {
        let place = HostPort(host: "localhost", port: 8000)
        #expect(AddressCheck.clients(told: place, .machine, listens: .machine).level == .warn)
        #expect(AddressCheck.clients(told: place, .machine, listens: .wildcard).level == .bad)
        #expect(AddressCheck.clients(told: place, .elsewhere, listens: .wildcard).level == .ok)
        #expect(AddressCheck.cluster(host: "h", .machine, others: [.machine]).level == .warn)
        #expect(AddressCheck.cluster(host: "h", .machine, others: [.elsewhere]).level == .bad)
        #expect(AddressCheck.cluster(host: "h", .container, others: [.container]).level == .ok)
        #expect(AddressCheck.reach(of: []) == .unknown)
    }

    @Test func whoMayComeWithoutTLSIsSaid() {
        #expect(PlainCheck.symptom(listens: .machine, hasTLS: false).level == .ok)
        let open = PlainCheck.symptom(listens: .wildcard, hasTLS: false)
        #expect(open.level == .warn && open.text.contains("MD5"))
        // TLS is offered on the port, not asked for.
        #expect(PlainCheck.symptom(listens: .elsewhere, hasTLS: true).level == .warn)
    }

    @Test func everyNodeIsLookedAtForWhereItSendsClients() {
        func check(_ reaches: AddressCheck.Reach...) -> [String] {
            AddressCheck.allClients(reaches.enumerated().map { ("node\($0.offset + 1)", "h:1", $0.element) })
                .map { "\($0.level) \($0.text)" }
        }
        #expect(check(.elsewhere, .elsewhere) == ["ok the nodes tell their clients: h:1, h:1"])
        #expect(check(.machine, .machine, .machine).count == 1)
        let wrong = check(.elsewhere, .machine, .machine)
        #expect(wrong.count == 2)
        #expect(wrong[0].hasPrefix("bad clients of node2") && wrong[1].hasPrefix("bad clients of node3"))
        #expect(check(.machine, .nowhere) == ["bad clients of node2 are told h:1, where there is nobody"])
    }

    /// Node 1 can be reached from elsewhere, the others send clients to themselves: the doctor of each says so.
    @Test func theRecipeForOneNodeIsNotEnough() async throws {
        let database = try TestDatabase()
        let nodes = try [("node1", "192.0.2.1:8000"), ("node2", "127.0.0.1:8000")].map { name, address in
            try TestNode(database, ["node.name": name, "node.loops": "1", "client.advertise": address])
        }
        for node in nodes {
            let place = try Place(database, admin: "\(node.node.adminAddress)")
            let found = try await lookUntil({ $0?.contains("node2") == true }) {
                line("client_addresses", place.run("doctor").output)
            }
            #expect(
                found == "bad   client_addresses: clients of node2 are told 127.0.0.1:8000, where each of them finds "
                    + "its own machine")
        }
    }

    @Test(arguments: [
        (["redis_version": "7.0", "maxmemory": "0"], Symptom.Level.warn),
        (["maxmemory": "1000000", "maxmemory_policy": "noeviction"], .warn),
        (["redis_version": "7.0", "maxmemory": "1000000", "maxmemory_policy": "allkeys-lru"], .ok),
        ([:], .warn),
    ])
    func aCacheHasALimitAndForgets(facts: [String: String], level: Symptom.Level) {
        #expect(RedisCheck.symptom(of: facts).level == level)
    }
}
