import Blobs
import Crypto
import Foundation
import PostgresKit
import Primitives
@testable import Replication
import S3
import S3Kit
import Testing
import WaitKit

/// Blobs that lie in a bucket, which nodes keep for a while: a real S3 server, real stores, a real database.
@Suite(.timeLimit(.minutes(5))) struct BucketHomeTests {
    private let picture = [UInt8](repeating: 3, count: 100_000)

    @Test func whatIsAcknowledgedIsInTheBucketAndServedByAll() async throws {
        let cluster = try await StoreCluster(3, place: .bucket(try TestBucket()))
        let id = try await cluster.nodes[0].put(picture)
        #expect(try cluster.isInBucket(id))
        #expect(cluster.nodes.count { $0.has(id) } == 1)
        let taker = cluster.nodes[0]
        cluster.kill(taker)
        taker.removeFolder()
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
    }

    /// The bucket answers before the database does.
    @Test func aNodeThatStartsKnowsTheBucketWithoutWaitingForItsNextLook() async throws {
        var timing = StoreNode.eager
        timing.probing = .seconds(3_600)
        timing.announcing = .seconds(3_600)
        let database = try TestDatabase()
        try database.takeAway()
        let node = try StoreNode("node-1", database, timing: timing, place: .bucket(try TestBucket()))
        defer {
            node.stop()
            node.removeFolder()
        }
        try await eventually { await node.report.bucket != nil }
        try database.giveBack()
        try await eventually { await node.run { keeper, done in done(keeper.isWhole) } }
    }

    @Test func whereTheBucketDoesNotAnswerNothingIsAcknowledged() async throws {
        var bucket = try TestBucket()
        bucket.url = "http://127.0.0.1:1"
        let database = try TestDatabase()
        let node = try StoreNode("node-1", database, place: .bucket(bucket))
        defer {
            node.stop()
            node.removeFolder()
        }
        try await eventually { await node.report.bucket?.failure == .unreachable }
        try await eventually { await node.report.isReady }
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await node.put(picture) }
    }

    @Test func nodesKeepWhatLiesThereForAWhileOnly() async throws {
        var timing = StoreNode.eager
        timing.caching = .milliseconds(1)
        let cluster = try await StoreCluster(2, timing: timing, place: .bucket(try TestBucket()))
        let id = try await cluster.nodes[0].put(picture)
        try await eventually { cluster.nodes.allSatisfy { !$0.has(id) } }
        try await eventually { try cluster.copies(of: id) == 3 }
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
    }

    @Test func whatExpiresLeavesTheBucketAndMayComeAgain() async throws {
        let cluster = try await StoreCluster(1, place: .bucket(try TestBucket()))
        let id = try await cluster.nodes[0].put(picture, life: 1_000)
        try cluster.database.execute("update blob set expires_at = now()")
        try await eventually { try cluster.copies(of: id) == nil }
        try await eventually {
            try cluster.database.execute("select count(*) from blob_leaving where removed_at is not null") == "1"
        }
        #expect(try await cluster.nodes[0].get(id) == nil || cluster.nodes[0].has(id))
        #expect(try await cluster.nodes[0].put(picture) == id)
        #expect(try cluster.isInBucket(id))
        cluster.nodes[0].removeFiles()
        #expect(try await cluster.nodes[0].get(id) == picture)
    }

    @Test("other bytes of the bucket are not given, and count no more", arguments: [3, 100_000])
    func otherBytes(byteCount: Int) async throws {
        let cluster = try await StoreCluster(1, place: .bucket(try TestBucket()))
        let node = cluster.nodes[0]
        let (id, other) = (try await node.put(picture), try await node.put([UInt8](repeating: 4, count: byteCount)))
        // The server of this test does not compare what it gets with the digest that it is told.
        let lied: Bool = await node.run { keeper, done in
            keeper.open(other) { opened in
                guard case .success(let blob?) = opened, let bucket = keeper.bucket else { return done(false) }
                bucket.put(id, blob.file, byteCount: byteCount) { result in
                    if case .success = result { done(true) } else { done(false) }
                }
            }
        }
        try #require(lied)
        node.removeFiles()
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await node.get(id) }
        #expect(try !cluster.isInBucket(id))
        #expect(try cluster.isInBucket(other))
    }

    @Test func anObjectThatIsGoneCountsNoMoreAndIsBroughtAgain() async throws {
        let cluster = try await StoreCluster(1, timing: Self.incurious, place: .bucket(try TestBucket()))
        let node = cluster.nodes[0]
        let id = try await node.put(picture)
        let removed: Bool = await node.run { keeper, done in
            keeper.bucket?.remove(id) { result in
                if case .success = result { done(true) } else { done(false) }
            }
        }
        try #require(removed)
        let folder = node.path(of: id)
        try FileManager.default.moveItem(atPath: folder, toPath: folder + ".away")
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await node.get(id) }
        #expect(try !cluster.isInBucket(id))
        try FileManager.default.moveItem(atPath: folder + ".away", toPath: folder)
        try await eventually { try cluster.isInBucket(id) }
        node.removeFiles()
        #expect(try await node.get(id) == picture)
    }

    @Test func anObjectThatTheDatabaseNeverHeardOfGoes() async throws {
        let cluster = try await StoreCluster(1, place: .bucket(try TestBucket()))
        let node = cluster.nodes[0]
        let digest = SHA256.digest(picture.rawBytes)
        let id = BlobID(digest.rawBytes)
        let isThere = { [id] () async -> Bool in
            await node.run { keeper, done in
                guard let id, let bucket = keeper.bucket else { return done(false) }
                bucket.stat(id) { done($0 == .success(100_000)) }
            }
        }
        try cluster.database.execute("alter function store_blob rename to store_no_blob")
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await node.put(picture) }
        #expect(await isThere())
        // Whoever is at it has a day for it.
        #expect(try cluster.database.execute("select count(*) from blob_leaving where put_at is not null") == "1")
        #expect(try cluster.database.execute("select count(*) from blob_leaving, take_leaving(store, 9)") == "0")
        try cluster.database.execute("update blob_leaving set put_at = now() - interval '25 hours'")
        try await eventually { await !isThere() }
        // Once there is a row it stays, and nothing is left to be done.
        try cluster.database.execute("alter function store_no_blob rename to store_blob")
        #expect(try await node.put(picture) == id)
        #expect(try cluster.database.execute("select count(*) from blob_leaving") == "0")
        #expect(await isThere())
    }

    /// Nobody looks at the disks.
    private static var incurious: BlobUpkeep.Timing {
        var timing = StoreNode.eager
        timing.looking = .seconds(3_600)
        // What is just being stored lacks a copy: it could be brought once more, behind its removal by a test.
        timing.repairing = .seconds(3)
        return timing
    }

    @Test func whoStoresWhatIsBeingRemovedIsNotAnswered() async throws {
        let cluster = try await StoreCluster(1, place: .bucket(try TestBucket()))
        let id = try await cluster.nodes[0].put(picture)
        // Somebody else has taken it for removal, and has not said yet that it is gone.
        try cluster.database.execute(
            """
            delete from blob_copy where store = (select id from blob_store where is_bucket);
            insert into blob_leaving select id, '\\x\(id)', now() from blob_store where is_bucket
            """)
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await cluster.nodes[0].put(picture) }
        try cluster.database.execute("update blob_leaving set removed_at = now() - interval '1 hour'")
        #expect(try await cluster.nodes[0].put(picture) == id)
    }

    @Test func whatFewNodesHaveGoesIntoTheBucket() async throws {
        let bucket = try TestBucket()
        let cluster = try await StoreCluster(1, place: .nodesBeside(bucket))
        let id = try await cluster.nodes[0].put(picture)
        #expect(try cluster.copies(of: id) == 1 && !cluster.isInBucket(id))
        let before = cluster.nodes[0]
        cluster.kill(before)
        try cluster.start(before.name, folder: before.folder, place: .bucket(bucket))
        try await eventually { try cluster.isInBucket(id) }
    }
}
