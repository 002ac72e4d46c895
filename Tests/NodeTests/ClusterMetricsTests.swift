import Foundation
import HTTPClient
import HTTPCore
import Node
import Testing
import WaitKit
import WireKit

/// What nodes count of the cluster, as `/metrics` shows it.
@Suite(.timeLimit(.minutes(5))) struct ClusterMetricsTests {
    private struct Page {
        let text: String

        /// By name and labels, as they are printed.
        var samples: [String: Double] {
            Dictionary(
                text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
                    let end = line.lastIndex(of: " ") ?? line.startIndex
                    return Double(line[line.index(after: end)...]).map { (String(line[..<end]), $0) }
                }, uniquingKeysWith: { $1 })
        }

        /// Help texts of the cluster's metrics.
        var help: [String: String] {
            Dictionary(
                uniqueKeysWithValues: text.matches(of: #/# HELP (grapevine_cluster_\w+) (.*)/#).map {
                    (String($0.1), String($0.2))
                })
        }
    }

    private func page(of node: TestNode) throws -> Page {
        let reply = try HTTPClient.get("/metrics", from: node.node.adminAddress, within: .seconds(10))
        #expect(reply.status == 200)
        return Page(text: String(decoding: reply.body, as: UTF8.self))
    }

    /// Scrapes until the condition holds.
    private func page(of node: TestNode, until fits: ([String: Double]) -> Bool) async throws -> Page {
        try await lookUntil({ fits($0.samples) }) { try page(of: node) }
    }

    @Test func theTableForPeopleIsThePage() async throws {
        let cluster = try TestCluster(2)
        let page = try await page(of: cluster.nodes[0]) { $0["grapevine_cluster_bus_linked{peer=\"2\"}"] == 1 }
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy/metrics.md")
        let rows = try String(contentsOf: file, encoding: .utf8)
            .matches(of: #/\n\| `(grapevine_\w+)` \| (.*?) ?\| (.*) \|/#)
        #expect(Dictionary(uniqueKeysWithValues: rows.map { (String($0.1), String($0.3)) }) == page.help)
        #expect(page.help.count > 40)
        for row in rows {
            let labels = row.2.matches(of: #/`(\w+)`/#).map { String($0.1) }
            let names = [String(row.1), "\(row.1)_count"]
            let series = page.samples.keys.filter { key in names.contains { key == $0 || key.hasPrefix("\($0){") } }
            #expect(!series.isEmpty, "\(row.1)")
            for one in series { #expect(one.matches(of: #/(\w+)="/#).map { String($0.1) } == labels, "\(one)") }
        }
    }

    @Test func whatTheBusCarriesIsCountedByPeerAndLane() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice", "bob")
        let alice = try await TalkClient.logIn("alice", at: cluster[0])
        let bob = try await TalkClient.logIn("bob", at: cluster[1])
        _ = try await page(of: cluster.nodes[0]) { $0["grapevine_cluster_sessions"] == 2 }
        for number in 1...5 {
            _ = try await alice.say("\(number)", to: 2)
            _ = try await bob.heard()
        }
        let sender = try await page(of: cluster.nodes[0]) { samples in
            samples["grapevine_cluster_bus_sent_total{peer=\"2\"}"] ?? 0 >= 5
                && (0...1).allSatisfy {
                    samples["grapevine_cluster_bus_unconfirmed{lane=\"messages\($0)\",peer=\"2\"}"] == 0
                }
        }.samples
        let receiver = try await page(of: cluster.nodes[1]) { samples in
            samples["grapevine_cluster_bus_received_total{peer=\"1\"}"] ?? 0 >= 5
        }.samples
        for samples in [sender, receiver] {
            #expect(samples["grapevine_cluster_members"] == 2)
            #expect(samples["grapevine_cluster_local_health"] == 0)
            #expect(samples["grapevine_cluster_gossip_sent_total"] ?? 0 > 0)
            #expect(samples["grapevine_cluster_gossip_received_total"] ?? 0 > 0)
            #expect(samples["grapevine_cluster_gossip_refused_total"] == 0)
            #expect(samples["grapevine_cluster_doubts_total{reason=\"new_link\"}"] ?? 0 > 0)
            #expect(samples["grapevine_cluster_doubts_total{reason=\"overload\"}"] == 0)
        }
        #expect(sender["grapevine_cluster_bus_connections_total{peer=\"2\"}"] ?? 0 >= 3)
        #expect(sender["grapevine_cluster_bus_dropped_total{class=\"reliable\",peer=\"2\"}"] == 0)
    }

    @Test func aDeathIsCountedAndWhatFollowsFromIt() async throws {
        let cluster = try TestCluster(3)
        cluster.nodes[2].node.stop()
        _ = try await page(of: cluster.nodes[0]) { samples in
            samples["grapevine_cluster_members"] == 2 && samples["grapevine_cluster_deaths_total"] == 1
                && samples["grapevine_cluster_bus_linked{peer=\"3\"}"] == 0
                && samples["grapevine_cluster_bus_linked{peer=\"2\"}"] == 1
                && samples["grapevine_cluster_doubts_total{reason=\"death\"}"] == 1
        }
    }

    /// A login that other nodes may not know of yet makes the database be searched.
    @Test func searchesOfTheDatabaseAreCounted() async throws {
        let cluster = try TestCluster(2)
        try cluster.addUsers("alice")
        _ = try await TalkClient.logIn("alice", at: cluster[0])
        _ = try await page(of: cluster.nodes[0]) { $0["grapevine_cluster_head_sweeps_total"] ?? 0 > 0 }
    }
}
