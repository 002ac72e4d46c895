import Blobs
@testable import DBProxy
import Foundation
import PostgresKit
import Replication
import Testing
import WaitKit

/// Copies that are too many, stores that cannot read, and stores that are gone.
@Suite(.timeLimit(.minutes(5))) struct SpareCopyTests {
    private let picture = [UInt8](repeating: 3, count: 100_000)

    @Test func whatWasFetchedIsKeptForAWhileOnly() async throws {
        var timing = StoreNode.eager
        timing.caching = .seconds(3_600)
        let cluster = try await StoreCluster(3, timing: timing)
        let id = try await cluster.nodes[0].put(picture)
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
        try await eventually { try cluster.copies(of: id) == 3 }
        // Two are old enough, and one of them goes: two are wanted.
        for node in cluster.nodes[1...] {
            let old = Date(timeIntervalSince1970: 1_000_000)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: node.path(of: id))
        }
        try await eventually { cluster.nodes.count { $0.has(id) } == 2 }
        #expect(cluster.nodes[0].has(id))
        try await eventually { try cluster.copies(of: id) == 2 }
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
    }

    @Test func aCopyOnANodeThatIsSilentIsNoneToCountOn() async throws {
        var timing = StoreNode.eager
        timing.caching = .milliseconds(1)
        timing.looking = .seconds(3_600)
        let cluster = try await StoreCluster(3, timing: timing)
        let id = try await cluster.nodes[0].put(picture)
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
        try await eventually { try cluster.copies(of: id) == 3 }
        let silent = cluster.nodes[2]
        cluster.kill(silent)
        try cluster.age(silent, seconds: 61)
        let own = "(select id from blob_store where node = 'node-1')"
        let shed = "select count(*) from shed_spare(\(own), '{\"\\\\x\(id)\"}')"
        #expect(try cluster.database.execute(shed) == "0")
        try cluster.age(silent, seconds: 0)
        #expect(try cluster.database.execute(shed) == "1")
        #expect(try cluster.database.execute(shed.replacing("node-1", with: "node-2")) == "0")
        silent.removeFolder()
    }

    @Test func whatTheDatabaseDoesNotLetGoStays() async throws {
        var timing = StoreNode.eager
        timing.caching = .seconds(3_600)
        let cluster = try await StoreCluster(3, timing: timing)
        let id = try await cluster.nodes[0].put(picture)
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
        try await eventually { try cluster.copies(of: id) == 3 }
        // Three copies, of which one cannot be counted on.
        let silent = cluster.nodes[2]
        cluster.kill(silent)
        try cluster.age(silent, seconds: 61)
        for node in cluster.nodes {
            let old = Date(timeIntervalSince1970: 1_000_000)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: node.path(of: id))
        }
        for node in cluster.nodes {
            try await cluster.untilLooked(at: node)
            #expect(node.has(id))
        }
        #expect(try cluster.copies(of: id) == 3)
        silent.removeFolder()
    }

    @Test("a store that cannot read its copy does not keep others from making one", arguments: [false, true])
    func unreadable(isAsked: Bool) async throws {
        let cluster = try await StoreCluster(3)
        let id = try await cluster.nodes[0].put(picture)
        let lowest = try cluster.database.execute(
            "select s.node from blob_copy c join blob_store s on s.id = c.store order by s.id limit 1")
        let broken = try #require(cluster.nodes.first { $0.name == lowest })
        // What is no file cannot be read.
        try FileManager.default.removeItem(atPath: broken.path(of: id))
        try FileManager.default.createDirectory(atPath: broken.path(of: id), withIntermediateDirectories: false)
        if isAsked {
            let other = try #require(cluster.nodes.first { !$0.has(id) })
            #expect(try await other.get(id) == picture)
        }
        // Its copy is none, and there are to be three: the folder is put aside for a good one.
        try cluster.database.execute("update blob set wanted = 3")
        try await eventually { try cluster.copies(of: id) == 3 }
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
    }

    @Test func twoNodesWithOneNameBothHaveTheirStores() async throws {
        let cluster = try await StoreCluster(1)
        let twin = try cluster.start("node-1")
        try await cluster.untilKnown()
        let id = try await cluster.nodes[0].put(picture)
        #expect(twin.has(id))
        // Each says several times that it is there.
        for node in cluster.nodes {
            let seen = "select seen_at from blob_store where mark = '\(node.mark)'"
            for _ in 1...2 {
                let before = try cluster.database.execute(seen)
                try await eventually { try cluster.database.execute(seen) != before }
            }
        }
        #expect(try cluster.database.execute("select count(*) from blob_store where is_lost") == "0")
        #expect(try cluster.copies(of: id) == 2)
    }

    @Test func aStoreThatIsGoneForGoodIsForgotten() async throws {
        let cluster = try await StoreCluster(3)
        let id = try await cluster.nodes[0].put(picture)
        let lost = cluster.nodes[0]
        cluster.kill(lost)
        let rows = "select count(*) from blob_store where node = 'node-1'"
        try cluster.age(lost, seconds: 700)
        try await eventually { try cluster.copies(of: id) == 2 }
        #expect(try cluster.database.execute(rows) == "1")
        try cluster.age(lost, seconds: 2 * 86_400)
        try await eventually { try cluster.database.execute(rows) == "0" }
        // Should it show up nevertheless, what it has counts.
        let back = try cluster.start(lost.name, folder: lost.folder)
        try await eventually { try cluster.copies(of: id) == 3 }
        #expect(try await back.get(id) == picture)
    }
}
