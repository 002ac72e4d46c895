import Glibc
import HTTPCore
import Node
import PostgresKit
import Primitives
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Nodes of one database that are not one cluster.
@Suite(.timeLimit(.minutes(5))) struct DivisionTests {
    private func warnings(_ probe: AdminProbe) throws -> [String] {
        try probe.get("/admin/v1/readiness")["warnings"]?.items.compactMap { $0["code"]?.text } ?? []
    }

    @Test func anotherSecretIsToldOfByBothSides() async throws {
        let database = try TestDatabase()
        let one = try TestNode(database, ["node.name": "node1", "node.loops": "1"])
        let other = try TestNode(
            database,
            ["node.name": "node2", "node.loops": "1", "cluster.secret": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"])
        let probes = try [AdminProbe(one), AdminProbe(other)]
        for probe in probes {
            try await eventually { try Set(warnings(probe)) == ["nodes_unheard", "datagrams_refused"] }
            // It is no reason to turn users away.
            #expect(try probe.get("/readyz").status == 200)
        }
        // What the page shows is some hundred milliseconds old.
        try await eventually { try probes[0].get("/admin/v1/nodes/node2")["state"]?.text == "unheard" }
        try one.addUsers("alice")
        let first = try await TalkClient.logIn("alice", as: .windows, at: one.node.clientAddress)
        _ = try await TalkClient.logIn("alice", as: .mac, at: other.node.clientAddress)
        // The one node says nothing to the other; both ask the database.
        let kick: IMKickUser = try await first.push(.kickUser)
        #expect(kick.kickReason == .duplicateUser)
        let events = try probes[0].get("/admin/v1/events")["items"]?.items.compactMap { $0["event"]?.text } ?? []
        #expect(Set(events).isSuperset(of: ["nodes_unheard", "datagrams_refused"]))
        #expect(try probes[0].ask(.delete, "/admin/v1/nodes/node2").error == "node_lives")
    }

    /// The database has it still, gossip has never heard of it: somebody misses it until it is said to be gone.
    @Test func aNodeThatDoesNotComeBackIsMissed() async throws {
        let database = try TestDatabase()
        try database.execute(
            """
            insert into cluster_node (name, id, epoch, host, gossip_port, bus_port, seen_at)
            values ('node9', 9, 4, '127.0.0.1', 1, 2, now() - interval '1 hour')
            """)
        let probe = try AdminProbe(try TestNode(database))
        func states() throws -> [String] {
            try probe.get("/admin/v1/nodes")["items"]?.items.compactMap { $0["state"]?.text } ?? []
        }
        try await eventually { try states() == ["alive", "missing"] }
        #expect(try probe.get("/admin/v1/nodes/9")["in_state_ms"]?.integer ?? 0 >= 3_600_000)
        #expect(try probe.ask(.delete, "/admin/v1/nodes/node9?dry_run=true")["node"]?.integer == 9)
        #expect(try database.execute("select host from cluster_node where id = 9") == "127.0.0.1")
        #expect(try probe.ask(.delete, "/admin/v1/nodes/9")["node"]?.integer == 9)
        #expect(try database.execute("select host from cluster_node where id = 9") == "")
        #expect(try probe.ask(.delete, "/admin/v1/nodes/9").error == "node_unknown")
        #expect(try probe.ask(.delete, "/admin/v1/nodes/node1").error == "node_lives")
    }

    @Test func whoSaysGoodbyeIsNotMissed() async throws {
        let cluster = try TestCluster(2)
        func retire(_ index: Int) {
            cluster.nodes[index].node.retire { time in
                (try? blockUntil(within: time) { false }) != nil
            }
        }
        func host(_ name: String) throws -> String? {
            try cluster.nodes[0].database.execute("select host from cluster_node where name = '\(name)'")
        }
        retire(1)
        #expect(try host("node2") == "" && host("node1") != "")
        // The last one, too: when others start later, they would miss it.
        retire(0)
        #expect(try host("node1") == "")
    }
}
