import Blobs
import DBProxy
import Foundation
import PostgresKit
import Replication
import Testing
import WaitKit

/// Blobs of several nodes: real stores, real connections, a real database.
@Suite(.timeLimit(.minutes(5))) struct BlobKeeperTests {
    private let picture = [UInt8](repeating: 3, count: 100_000)

    @Test func whatIsAcknowledgedIsOnTwoDisksAndServedByAll() async throws {
        let cluster = try await StoreCluster(3)
        let id = try await cluster.nodes[0].put(picture)
        #expect(cluster.nodes.count { $0.has(id) } == 2 && cluster.nodes[0].has(id))
        #expect(try cluster.copies(of: id) == 2)
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
        // Who was asked has it now, and the database knows.
        #expect(cluster.nodes.count { $0.has(id) } == 3)
        try await eventually { try cluster.copies(of: id) == 3 }
    }

    @Test func theNodeThatTookItDies() async throws {
        let cluster = try await StoreCluster(3)
        let id = try await cluster.nodes[0].put(picture)
        cluster.kill(cluster.nodes[0])
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
    }

    @Test func aloneANodeAcknowledgesWithOneCopyAndASecondOneFollows() async throws {
        let cluster = try await StoreCluster(1)
        let id = try await cluster.nodes[0].put(picture)
        #expect(try cluster.copies(of: id) == 1)
        let second = try cluster.start("node-2")
        try await eventually { try cluster.copies(of: id) == 2 }
        #expect(second.has(id))
    }

    @Test func whoWasHeardOfLatelyAndDoesNotAnswerMayBeCutOff() async throws {
        let cluster = try await StoreCluster(2)
        let other = cluster.nodes[1]
        cluster.kill(other)
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await cluster.nodes[0].put(picture) }
        try cluster.age(other, seconds: 20)
        try await eventually { await cluster.nodes[0].report.freshStores == 0 }
        let id = try await cluster.nodes[0].put(picture)
        #expect(try cluster.copies(of: id) == 1)
        other.removeFolder()
    }

    @Test func aNodeThatComesBackEmptyGetsItsCopiesAgain() async throws {
        let cluster = try await StoreCluster(2)
        let id = try await cluster.nodes[0].put(picture)
        let lost = cluster.nodes[1]
        cluster.kill(lost)
        lost.removeFolder()
        let fresh = try cluster.start("node-2")
        try await eventually { fresh.has(id) }
        try await eventually { try cluster.copies(of: id) == 2 }
    }

    @Test func whatALostNodeHeldIsCopiedElsewhere() async throws {
        let cluster = try await StoreCluster(3)
        let id = try await cluster.nodes[0].put(picture)
        let lost = cluster.nodes[0]
        cluster.kill(lost)
        try cluster.age(lost, seconds: 700)
        try await eventually { cluster.nodes.allSatisfy { $0.has(id) } }
        try await eventually { try cluster.copies(of: id) == 2 }
        // It was only asleep: what it has counts again.
        let awake = try cluster.start(lost.name, folder: lost.folder)
        try await eventually { try cluster.copies(of: id) == 3 }
        #expect(try await awake.get(id) == picture)
    }

    @Test("a store that lies is found out: by who reads, and by who looks", arguments: [false, true])
    func lies(isLooking: Bool) async throws {
        let cluster = try await StoreCluster(2)
        let id = try await cluster.nodes[0].put(picture)
        if isLooking {
            try FileManager.default.removeItem(atPath: cluster.nodes[0].path(of: id))
        } else {
            var lie = Data(picture)
            lie[70_000] ^= 4
            try lie.write(to: URL(filePath: cluster.nodes[0].path(of: id)))
            #expect(try await cluster.nodes[0].get(id) == picture)
        }
        try await eventually { cluster.nodes[0].has(id) }
        try await eventually { try cluster.copies(of: id) == 2 }
        #expect(try Data(contentsOf: URL(filePath: cluster.nodes[0].path(of: id))) == Data(picture))
    }

    @Test func aFullDiskElsewhereIsTold() async throws {
        let cluster = try await StoreCluster(1)
        try cluster.start("node-2", reserve: .max)
        try await cluster.untilKnown()
        await #expect(throws: BlobKeeper.Failure.full) { try await cluster.nodes[0].put(picture) }
        await #expect(throws: BlobKeeper.Failure.full) { try await cluster.nodes[1].put(picture) }
        // What was refused has no row, as if it were there.
        #expect(try cluster.database.execute("select count(*) from blob") == "0")
        // A third one has room.
        try cluster.start("node-3")
        try await cluster.untilKnown()
        let id = try await cluster.nodes[0].put(picture)
        #expect(try cluster.copies(of: id) == 2)
    }

    @Test func whatNobodyStoredIsAbsentAndWhatExpiredIsDeleted() async throws {
        let cluster = try await StoreCluster(2)
        let id = try await cluster.nodes[0].put(picture, life: 1_000)
        #expect(try await cluster.nodes[1].get(id) == picture)
        try cluster.database.execute("update blob set expires_at = now()")
        try await eventually { try cluster.copies(of: id) == nil }
        for node in cluster.nodes {
            let old = Date(timeIntervalSince1970: 1_000_000)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: node.path(of: id))
            try await eventually { !node.has(id) }
            #expect(try await node.get(id) == nil)
        }
    }

    @Test("what is a picture every disk knows without the database, once it has been looked through")
    func pictures() async throws {
        let cluster = try await StoreCluster(2)
        let (shown, handed) = (try await cluster.nodes[0].put(picture), try await cluster.nodes[0].put([1], as: .file))
        for node in cluster.nodes {
            #expect(try await !node.isPicture(handed))
            try await eventually { try node.store.open(shown)?.isPublic == true }
        }
        try cluster.database.takeAway()
        defer { try? cluster.database.giveBack() }
        for node in cluster.nodes {
            #expect(try await node.isPicture(shown))
            await #expect(throws: BlobKeeper.Failure.unavailable) { try await node.isPicture(handed) }
        }
    }

    @Test func whoTakesAPictureOrFetchesItKnowsWhatItIs() async throws {
        var timing = StoreNode.eager
        timing.looking = .seconds(3_600)
        let cluster = try await StoreCluster(3, timing: timing)
        let id = try await cluster.nodes[0].put(picture)
        #expect(try cluster.nodes[0].store.open(id)?.isPublic == true)
        let other = try #require(cluster.nodes.first { !$0.has(id) })
        #expect(try await other.get(id) == picture)
        #expect(try other.store.open(id)?.isPublic == true)
    }
}
