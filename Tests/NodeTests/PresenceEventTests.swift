import Node
import PostgresKit
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Services are told who comes and goes, by one node for all of them.
@Suite(.timeLimit(.minutes(5))) struct PresenceEventTests {
    private let cluster: TestCluster

    init() throws {
        cluster = try TestCluster()
        try cluster.addUsers("alice", "bob")
        try cluster.nodes[0].database.execute("select add_webhook('crm', 'https://example.org/', 's', 8::smallint)")
    }

    private func events() throws -> Set<String> {
        let events = try cluster.nodes[0].database.execute(
            """
            select string_agg(concat_ws(' ', event->>'user', event->>'change', event->>'devices'), ';') from outbox
            """)
        return Set((events ?? "").split(separator: ";").map(String.init))
    }

    @Test func usersOfAllNodesAreToldOfWhoeverTells() async throws {
        let alice = try await TalkClient.logIn("alice", as: .windows, at: cluster[0])
        let bob = try await TalkClient.logIn("bob", as: .android, at: cluster[1])
        let told: Set = [#"1 online ["pc"]"#, #"2 online ["mobile"]"#]
        try await eventually { try events() == told }
        alice.probe.close()
        try await eventually { try events() == told.union(["1 offline []"]) }
        #expect(try cluster.nodes[0].database.execute("select count(*) from outbox") == "3")
        bob.probe.close()
    }
}
