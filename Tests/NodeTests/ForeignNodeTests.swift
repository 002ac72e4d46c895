import Glibc
import Node
import PostgresKit
import Testing
import WaitKit
import WireKit

/// A node that works with another database, as when a configuration was copied with its secret and its seeds.
@Suite struct ForeignNodeTests {
    @Test("it takes no node's place, whatever its number and epoch; both sides refuse and count it")
    func foreign() throws {
        let own = try TestNode(nil, ["node.loops": "1"])
        var port: String?
        while port == nil || port == "0" {
            port = try own.database.execute("select gossip_port from cluster_node where host <> ''")
        }
        let elsewhere = try TestDatabase()
        let settings = ["node.loops": "1", "cluster.join": "127.0.0.1:\(port ?? "")"]
        // The second life has a higher epoch than that of the node whose number it has.
        for _ in 0..<2 {
            let foreign = try TestNode(elsewhere, settings)
            let before = try own.metric("grapevine_cluster_gossip_foreign_total")
            try blockUntil { try own.metric("grapevine_cluster_gossip_foreign_total") >= before + 3 }
            try blockUntil { try foreign.metric("grapevine_cluster_gossip_foreign_total") != 0 }
            #expect(foreign.node.peerCount == 0 && own.node.peerCount == 0)
            foreign.node.stop()
        }
        #expect(own.laterEpoch == nil && own.node.isReady)
    }
}
