import Glibc
import HTTPCore
import Node
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// What only one node knows, any other is asked for.
@Suite(.timeLimit(.minutes(5))) struct OtherNodePageTests {
    private func linked(_ cluster: TestCluster) throws -> AdminProbe {
        let probe = try AdminProbe(cluster.nodes[0])
        try blockUntil { try probe.get("/admin/v1/nodes/2")["linked"]?.isTrue == true }
        return probe
    }

    @Test func statisticsOfAnotherNodeAreItsOwn() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: cluster[1])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        _ = try await alice.say("hello", to: 2)
        _ = try await bob.heard()
        let probe = try linked(cluster)
        // Counts of loops are some hundred milliseconds old.
        func stored() throws -> Int? {
            try probe.get("/admin/v1/statistics?node=2")["counters"]?["messages_stored"]?.integer
        }
        try await eventually { try stored() == 1 }
        let other = try probe.get("/admin/v1/statistics?node=2")
        #expect(other["node"]?.integer == 2 && other["name"]?.text == "node2")
        #expect(other["counters"]?[#"logins{result="success"}"#]?.integer == 2)
        #expect(other["gauges"]?["sessions"]?.integer == 2)
        let commit = try #require(other["latency"]?["commit"])
        #expect(commit["counts"]?.items.compactMap(\.integer).reduce(0, +) == 1)
        #expect(commit["counts"]?.items.count == (commit["bounds_us"]?.items.count ?? 0) + 1)
        let own = try probe.get("/admin/v1/statistics")
        #expect(own["node"]?.integer == 1 && own["counters"]?["messages_stored"]?.integer == 0)
    }

    @Test func eachNodeIsAskedForItsView() async throws {
        let cluster = try TestCluster(2)
        let probe = try linked(cluster)
        let view = try probe.get("/admin/v1/nodes?node=2")
        #expect(view["items"]?.items.first { $0["self"]?.isTrue == true }?["id"]?.integer == 2)
        let settings = try probe.get("/admin/v1/config?node=2")["items"]?.items ?? []
        #expect(settings.first { $0["name"]?.text == "node.name" }?["value"]?.text == "node2")
        let events = try probe.get("/admin/v1/events?node=2")["items"]?.items ?? []
        #expect(events.contains { $0["event"]?.text == "node_started" })
        let last = try #require(events.last?["number"]?.integer)
        let later = try probe.get("/admin/v1/events?node=2&after=\(last)")["items"]?.items ?? []
        #expect(later.allSatisfy { ($0["number"]?.integer ?? 0) > last })
    }

    @Test func whatIsWrongIsSaidByTheNodeThatSeesIt() async throws {
        let cluster = try TestCluster(2)
        let probe = try linked(cluster)
        #expect(try probe.get("/admin/v1/presence/0?node=2").error == "user_invalid")
        #expect(try probe.get("/admin/v1/statistics?node=77").error == "node_unreachable")
        #expect(try probe.get("/admin/v1/statistics?node=0").error == "invalid_request")
        // Nobody asks another node for what changes something.
        #expect(try probe.ask(.put, "/admin/v1/log-level?node=2", #"{"level":"debug"}"#).error == "invalid_request")
    }

    @Test func aNodeThatStandsStillIsNotWaitedForLong() async throws {
        let cluster = try TestCluster(2)
        let probe = try linked(cluster)
        cluster.nodes[1].node.stop()
        #expect(try probe.get("/admin/v1/statistics?node=2").error == "node_unreachable")
    }
}
