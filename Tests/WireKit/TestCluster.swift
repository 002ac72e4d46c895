import Glibc
import Node
import PostgresKit
public import Reactor
import WaitKit

/// Nodes in this process that share a database and have found each other.
public final class TestCluster: Sendable {
    public let nodes: [TestNode]

    /// - Parameters:
    ///   - settings: of each node.
    ///   - prepare: what the database has before they start.
    public init(_ count: Int = 2, _ settings: [String: String] = [:], prepare: String? = nil) throws {
        let database = try TestDatabase()
        if let prepare { try database.execute(prepare) }
        nodes = try (1...count).map { number in
            try TestNode(database, settings.merging(["node.name": "node\(number)", "node.loops": "1"]) { $1 })
        }
        try blockUntil { nodes.allSatisfy({ $0.node.peerCount == count - 1 }) }
    }

    /// Where clients of a node connect.
    public subscript(index: Int) -> SocketAddress { nodes[index].node.clientAddress }

    public func addUsers(_ names: String...) throws {
        for name in names { try nodes[0].addUsers(name) }
    }
}
