import Glibc
import HTTPCore
import Node
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// Any node takes commands for any other.
@Suite(.timeLimit(.minutes(5))) struct NodeCommandTests {
    @Test func aNodeIsDrainedThroughAnother() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: cluster[1])
        let probe = try AdminProbe(cluster.nodes[0])
        try await eventually { try probe.get("/admin/v1/nodes/2")["linked"]?.isTrue == true }
        // Nothing happens when nothing is to happen.
        #expect(try probe.ask(.post, "/admin/v1/nodes/2/drain?dry_run=true", "{}").status == 200)
        #expect(cluster.nodes[1].node.isReady)
        let answer = try probe.ask(.post, "/admin/v1/nodes/2/drain", #"{"rate":1000}"#)
        #expect(answer.status == 200 && answer["draining"]?.isTrue == true)
        #expect(try await alice.probe.ending().reason == .peerClosed)
        try await eventually { try probe.get("/admin/v1/nodes/2")["status"]?["draining"]?.isTrue == true }
        #expect(try probe.ask(.post, "/admin/v1/nodes/2/undrain").status == 200)
        try await eventually { cluster.nodes[1].node.isReady }
        _ = try await TalkClient.logIn("alice", at: cluster[1])
        #expect(try probe.ask(.post, "/admin/v1/nodes/9/drain", "{}").error == "node_unknown")
    }

    @Test func sessionsEndWhereverTheyAre() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice")
        let pc = try await TalkClient.logIn("alice", as: .windows, at: cluster[0])
        let phone = try await TalkClient.logIn("alice", as: .ios, at: cluster[1])
        let probe = try AdminProbe(cluster.nodes[0])
        try await eventually { try probe.get("/admin/v1/presence/1")["sessions"]?.items.count == 2 }
        let ended = try probe.ask(.delete, "/admin/v1/users/1/sessions?device=mobile")
        #expect(ended["sessions"]?.items.count == 1)
        let kick: IMKickUser = try await phone.push(.kickUser)
        #expect(kick.kickReason == .duplicateUser)
        #expect(try probe.ask(.delete, "/admin/v1/users/1/sessions").status == 200)
        let other: IMKickUser = try await pc.push(.kickUser)
        #expect(other.kickReason == .duplicateUser)
    }
}
