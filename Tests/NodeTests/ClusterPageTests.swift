import Cluster
import HTTPClient
import HTTPCore
import NodeAdmin
import Primitives
import SocketKit
import TalkProtocol
import Testing
import WaitKit
import WireKit

@testable import Node

/// What nodes say of each other on their administration ports.
@Suite(.timeLimit(.minutes(5))) struct ClusterPageTests {
    private func get(_ path: String, at node: TestNode) throws -> (status: Int, body: JSON) {
        var call = HTTPCall(.get, path)
        call.add("Authorization", "Bearer \(TestNode.adminToken)")
        let reply = try HTTPClient.send(call, to: node.node.adminAddress, within: .seconds(10))
        return (reply.status, try #require(JSON(reading: reply.body)))
    }

    /// Asks again until the answer fits: what nodes say is some hundred milliseconds old.
    private func get(_ path: String, at node: TestNode, until fits: (JSON) -> Bool) async throws -> JSON {
        try await lookUntil(fits) {
            let answer = try get(path, at: node)
            #expect(answer.status == 200)
            return answer.body
        }
    }

    private func states(_ page: JSON) -> [String] { page["items"]?.items.compactMap { $0["state"]?.text } ?? [] }

    @Test("a node that has just started has a name at once, and no address before it has one")
    func whoStartsIsNamed() async throws {
        let cluster = try TestCluster(2)
        let start = ContinuousClock.now
        let page = try await get("/admin/v1/nodes", at: cluster.nodes[0]) { page in
            page["items"]?.items.compactMap { $0["name"]?.text } == ["node1", "node2"]
        }
        #expect(ContinuousClock.now - start < .seconds(3), "\(page)")
        let silent = PeerStatus(isReady: false, isDraining: false, sessionCount: 0, clientHost: "", clientPort: 0)
        #expect(NodeRecord.Status(silent).clientAddress == "")
    }

    @Test func everyNodeListsAllNodes() async throws {
        let cluster = try TestCluster(3)
        for (index, node) in cluster.nodes.enumerated() {
            let page = try await get("/admin/v1/nodes", at: node) { page in
                page["items"]?.items.count { $0["status"]?["ready"]?.isTrue == true } == 3
            }
            let nodes = page["items"]?.items ?? []
            #expect(states(page) == ["alive", "alive", "alive"])
            #expect(nodes.first?["self"]?.isTrue == true)
            #expect(nodes.first?["name"]?.text == "node\(index + 1)")
            #expect(nodes.allSatisfy { $0["linked"]?.isTrue == true })
            #expect(Set(nodes.compactMap { $0["id"]?.integer }) == [1, 2, 3])
            let clients = nodes.compactMap { $0["status"]?["client_address"]?.text }
            #expect(Set(clients) == Set((0..<3).map { "\(cluster[$0])" }))
        }
    }

    @Test func aKilledNodeIsShownDead() async throws {
        let cluster = try TestCluster(3)
        cluster.nodes[2].node.stop()
        let page = try await get("/admin/v1/nodes", at: cluster.nodes[0]) { states($0).contains("dead") }
        let dead = try #require(page["items"]?.items.first { $0["state"]?.text == "dead" })
        #expect(dead["id"]?.integer == 3)
        #expect(dead["linked"]?.isTrue == false)
        #expect(dead["self"]?.isTrue == false)
        let bus = try await get("/admin/v1/bus", at: cluster.nodes[0]) { page in
            page["items"]?.items.count { $0["linked"]?.isTrue == true } == 1
        }
        #expect(bus["items"]?.items.first { $0["node"]?.integer == 3 }?["linked"]?.isTrue != true)
    }

    @Test func oneNodeIsFoundByNumberAndByName() async throws {
        let cluster = try TestCluster(2)
        _ = try await get("/admin/v1/nodes", at: cluster.nodes[0]) { states($0).count == 2 }
        let byNumber = try get("/admin/v1/nodes/2", at: cluster.nodes[0])
        #expect(byNumber.status == 200)
        #expect(byNumber.body["id"]?.integer == 2)
        #expect(byNumber.body["epoch"]?.integer == 1)
        // Names are in the database, where they are looked for now and then.
        _ = try await get("/admin/v1/nodes", at: cluster.nodes[0]) { page in
            page["items"]?.items.contains { $0["name"]?.text == "node2" } == true
        }
        #expect(try get("/admin/v1/nodes/node2", at: cluster.nodes[0]).body["id"]?.integer == 2)
    }

    @Test(arguments: ["7", "nowhere", "0", "-1", "99999999999999999999"])
    func anUnknownNodeIsNotFound(_ id: String) throws {
        let answer = try get("/admin/v1/nodes/\(id)", at: try TestNode())
        #expect(answer.status == 404)
        #expect(answer.body["error"]?["code"]?.text == "node_unknown")
        #expect(answer.body["error"]?["message"]?.text == "this node knows no node \(id)")
    }

    @Test(arguments: ["0", "-1", "4294967296", "alice", "1.5"]) func aBadUserIsABadRequest(_ user: String) throws {
        let answer = try get("/admin/v1/presence/\(user)", at: try TestNode())
        #expect(answer.status == 400)
        #expect(answer.body["error"]?["code"]?.text == "user_invalid")
        #expect(answer.body["error"]?["message"]?.text == "a user is a number above 0")
    }

    @Test func theBusSaysWhatItCarried() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        _ = try await alice.say("hello", to: 2)
        _ = try await bob.heard()
        let page = try await get("/admin/v1/bus", at: cluster.nodes[1]) { page in
            page["items"]?.items.first?["messages_received"]?.integer ?? 0 > 0
        }
        let bus = try #require(page["items"]?.items.first)
        #expect(page["items"]?.items.count == 1)
        #expect(bus["node"]?.integer == 1)
        #expect(bus["linked"]?.isTrue == true)
        #expect(bus["degraded"]?.isTrue == false)
    }

    @Test func aUserIsSeenWhereverHeIs() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let nobody = try get("/admin/v1/presence/2", at: cluster.nodes[0])
        #expect(nobody.status == 200)
        #expect(nobody.body["sessions"]?.items.isEmpty == true)
        let phone = try await TalkClient.logIn("bob", as: .ios, at: cluster[1])
        let pc = try await TalkClient.logIn("bob", as: .windows, at: cluster[0])
        for node in cluster.nodes {
            let page = try await get("/admin/v1/presence/2", at: node) { $0["sessions"]?.items.count == 2 }
            #expect(page["user"]?.integer == 2)
            let sessions = page["sessions"]?.items ?? []
            let mobile = try #require(sessions.first { $0["device"]?.text == "mobile" })
            #expect(mobile["node"]?.integer == 2)
            #expect(mobile["client_type"]?.integer == 0x11)
            #expect(mobile["status"]?.integer == 1)
            #expect(sessions.first { $0["device"]?.text == "pc" }?["node"]?.integer == 1)
        }
        phone.probe.close()
        _ = try await get("/admin/v1/presence/2", at: cluster.nodes[0]) { $0["sessions"]?.items.count == 1 }
        pc.probe.close()
    }
}
