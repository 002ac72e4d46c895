import ClientGateway
import Glibc
import HTTPClient
import HTTPCore
import Node
import Primitives
import Reactor
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

/// A node is taken out of service, and nobody loses anything.
@Suite(.timeLimit(.minutes(5))) struct RetirementTests {
    private func page(_ path: String, of node: TestNode, isPublic: Bool = false) throws -> (status: Int, body: JSON) {
        let reply = try HTTPClient.get(
            path, from: isPublic ? node.node.httpAddress : node.node.adminAddress, within: .seconds(10))
        return (reply.status, try #require(JSON(reading: reply.body)))
    }

    @Test func aDrainedNodeLetsItsClientsGo() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        cluster.nodes[0].node.drain(DrainOrder(rate: 100))
        // All lookups lead to the other one, here and there.
        let port = String(cluster[1].port)
        for node in cluster.nodes {
            try await eventually { try page("/msg_server", of: node, isPublic: true).body["port"]?.text == port }
        }
        let ready = try page("/readyz", of: cluster.nodes[0])
        #expect(ready.status == 503 && ready.body["reasons"]?.items.first?["code"]?.text == "draining")
        #expect(try page("/readyz", of: cluster.nodes[1]).status == 200)
        #expect(try await alice.probe.ending().reason == .peerClosed)
        // Nobody is let in any more.
        let late = try await TalkClient.connect(to: cluster[0])
        #expect(try await late.probe.ending().reason == .peerClosed)
        cluster.nodes[0].node.drain(nil)
        try await eventually { cluster.nodes[0].node.isReady }
        _ = try await TalkClient.logIn("alice", at: cluster[0])
        // Whoever is on another node has noticed nothing.
        _ = try await bob.settle()
    }

    @Test func whatWasSentIsAcknowledgedBeforeTheEnd() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        cluster.nodes[0].node.drain(DrainOrder(rate: 1_000_000, notice: .zero))
        var acknowledged = 0
        while let ack = try? await alice.say("\(acknowledged)", to: 2) {
            acknowledged += 1
            #expect(ack.msgID == UInt32(acknowledged))
        }
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        let unread: IMUnreadMsgCntRsp = try await bob.ask(
            .unreadMsgCntReq, IMUnreadMsgCntReq(userID: 2), .unreadMsgCntRsp)
        #expect(Int(unread.totalCnt) == acknowledged)
    }

    @Test("who sent what was not stored is not kept until it would be acknowledged")
    func lostSendsHoldNobodyUp() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice")
        let node = cluster.nodes[0]
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        // More than the log has lines for.
        for _ in 0..<25 {
            await alice.send(.msgData, IMMsgData(toSessionID: 999_999, msgType: .singleText, msgData: [1]))
        }
        try await eventually { try node.metric("grapevine_messages_refused_total{reason=\"no_receiver\"}") == 25 }
        let begin = ContinuousClock.now
        node.node.drain(DrainOrder(rate: 1_000_000, notice: .zero))
        #expect(try await alice.probe.ending().reason == .peerClosed)
        #expect(ContinuousClock.now - begin < .seconds(2))
    }

    /// The others are told: nobody has to find out, and nobody has to wait.
    @Test func theOthersHearThatItGoes() async throws {
        let cluster = try TestCluster(3)
        try cluster.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: cluster[2])
        cluster.nodes[2].node.retire { time in
            (try? blockUntil(within: time) { false }) != nil
        }
        #expect(try await alice.probe.ending().reason == .peerClosed)
        for node in cluster.nodes.prefix(2) {
            let probe = try AdminProbe(node)
            // What the pages show is up to 300 ms old.
            try await eventually { try probe.get("/admin/v1/nodes/3")["state"]?.text != "alive" }
            #expect(try probe.get("/admin/v1/nodes/3")["state"]?.text == "left")
        }
    }

    @Test func aHurriedEndComesAtOnce() async throws {
        let node = try TestNode()
        try node.addUsers("alice")
        let alice = try await TalkClient.logIn("alice", at: node.node.clientAddress)
        node.node.retire { _ in true }
        _ = try await alice.probe.ending()
    }
}
