import Node
import PostgresKit
import Primitives
import Testing
import WaitKit
import WireKit

@testable import talkctl

/// The nodes that should be there, and are not.
@Suite(.timeLimit(.minutes(5))) struct DoctorNodesTests {
    private func lines(_ head: String, _ output: String) -> [String] {
        output.split(separator: "\n").map(String.init).filter { $0.hasPrefix(head) }
    }

    /// Asks again until there is such a line: what nodes say is some hundred milliseconds old.
    private func doctor(at place: Place, until head: String) async throws -> String {
        try await lookUntil({ !lines(head, $0).isEmpty }) { place.run("doctor").output }
    }

    @Test func aDeadNodeIsNamed() async throws {
        let cluster = try TestCluster(2)
        let place = try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
        let before = try await doctor(at: place, until: "ok    node_ready: node2 takes users")
        #expect(lines("ok    node_ready: node2 takes users", before).count == 1, "\(before)")
        #expect(lines("bad   cluster_node", before) == [])
        cluster.nodes[1].node.stop()
        let output = try await doctor(at: place, until: "bad   cluster_node: node2 is dead for ")
        #expect(lines("bad   cluster_node: node2 is dead for ", output).count == 1, "\(output)")
        // The database takes it for alive some seconds longer, and the kernel knows a way to it for ever.
        #expect(lines("ok    gossip_route: node2", output) == [])
        #expect(lines("ok    node_ready: node2", output) == [])
    }

    @Test func whereNobodyAnswersAllAreNamed() throws {
        let cluster = try TestCluster(3)
        let place = try Place(cluster.nodes[0].database, admin: "\(cluster.nodes[0].node.adminAddress)")
        for node in cluster.nodes { node.node.stop() }
        try place.database.execute(
            """
            update cluster_node
            set seen_at = now() - interval '1 minute', host = case id when 3 then '' else host end
            """)
        let result = place.run("doctor")
        #expect(result.code == 4)
        #expect(lines("bad   node: no node answers at 127.0.0.1:", result.output).count == 1, "\(result.output)")
        // The third one has said goodbye.
        let silent = lines("bad   cluster_node: ", result.output)
        #expect(silent.count == 1 && silent[0].hasPrefix("bad   cluster_node: node2 is silent for 6"))
    }

    /// Another node serves, and the one that is asked for has left: nothing is wrong.
    @Test func whoLeftIsNotMissed() throws {
        let cluster = try TestCluster(2)
        cluster.nodes[0].node.stop()
        let place = try Place(cluster.nodes[0].database)
        try place.database.execute("update cluster_node set host = '' where name = 'node1'")
        #expect(lines("warn  node: no node answers at 127.0.0.1:1", place.run("doctor").output).count == 1)
    }

    @Test func aNodeThatIsStartingTellsNobodyYet() {
        let node = JSON.object([("name", .string("node2")), ("status", .object([("client_address", .string(""))]))])
        #expect(Verb.clientAddresses([node]).isEmpty)
    }

    @Test(arguments: [
        ("alive", [Symptom.Level]()), ("suspect", [.warn]), ("dead", [.bad]), ("missing", [.bad]), ("unheard", [.bad]),
    ])
    func everyStateIsJudged(state: String, levels: [Symptom.Level]) {
        let node = JSON.object([("name", .string("node2")), ("state", .string(state)), ("in_state_ms", .number(9000))])
        #expect(ClusterCheck.symptoms(of: node).map(\.level) == levels)
        let frozen = ClusterNodes.Answer(node: node, answer: .failure(Failure(.failed, "it does not answer in time")))
        #expect(ClusterCheck.symptoms(of: frozen).map(\.level) == [.bad])
    }
}
