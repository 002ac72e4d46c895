import Glibc
import Node
import PostgresKit
import Testing
import WaitKit
import WireKit

/// A process whose node lives on elsewhere ends (M6).
@Suite struct FencingTests {
    @Test func theEarlierOfTwoProcessesEnds() throws {
        let cluster = try TestCluster(2)
        let second = try TestNode(cluster.nodes[0].database, ["node.name": "node2", "node.loops": "1"])
        try blockUntil { cluster.nodes[1].laterEpoch != nil }
        #expect(cluster.nodes[1].laterEpoch == 2 && second.laterEpoch == nil)
    }

    /// The others know of a life that the database has forgotten: the node starts in vain once, not again and again.
    @Test func aNodeComesBackAfterItsDatabaseWasRestored() throws {
        let database = try TestDatabase()
        try database.execute("insert into cluster_node (name, id, epoch) values ('node2', 2, 100)")
        let first = try TestNode(database, ["node.name": "node1", "node.loops": "1"])
        func startSecond() throws -> TestNode {
            try TestNode(database, ["node.name": "node2", "node.loops": "1"])
        }
        let second = try startSecond()
        try blockUntil { first.node.peerCount == 1 }
        second.node.stop()
        try database.execute("update cluster_node set epoch = 3 where name = 'node2'")
        let restored = try startSecond()
        try blockUntil { restored.laterEpoch != nil }
        #expect(restored.laterEpoch == 101)
        restored.node.stop()
        let third = try startSecond()
        try blockUntil { third.node.peerCount == 1 }
        #expect(third.laterEpoch == nil)
    }
}
