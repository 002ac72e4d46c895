import Blobs
@testable import DBProxy
import Foundation
import PostgresKit
import Primitives
import Replication
import S3Kit
import Testing
import WaitKit

/// All blobs from disks to a bucket and back, while they are read.
@Suite(.timeLimit(.minutes(5))) struct BlobMoveTests {
    private func picture(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 50_000 + number) }

    /// Reads all of them at all nodes until it is told to stop; how often one was not there.
    private func misses(
        of ids: [BlobID], in cluster: StoreCluster, while isMoving: () throws -> Bool
    ) async throws -> Int {
        var misses = 0
        repeat {
            for (number, id) in ids.enumerated() {
                for node in cluster.nodes where try await node.get(id) != picture(number) { misses += 1 }
            }
        } while try isMoving()
        return misses
    }

    @Test("to the bucket and back, and at every moment all can be read")
    func thereAndBack() async throws {
        let bucket = try TestBucket()
        var timing = StoreNode.eager
        timing.caching = .milliseconds(1)
        let cluster = try await StoreCluster(3, timing: timing, place: .nodesBeside(bucket))
        var ids: [BlobID] = []
        for number in 0..<20 { ids.append(try await cluster.nodes[number % 3].put(picture(number))) }
        let running = "select count(*) from blob_move where ended_at is null"
        let inBucket = "select count(*) from blob_copy c join blob_store s on s.id = c.store where s.is_bucket"
        for (isToBucket, expected) in [(true, "20"), (false, "0")] {
            try cluster.database.execute(
                "insert into blob_move (to_bucket, bytes_per_second) values (\(isToBucket), 1000000000)")
            let misses = try await misses(of: ids, in: cluster) { try cluster.database.execute(running) == "1" }
            #expect(misses == 0)
            #expect(try cluster.database.execute(inBucket) == expected)
            // Repair may have brought some of them.
            #expect(try cluster.database.execute("select moved > 0 from blob_move order by id desc limit 1") == "t")
        }
        for id in ids { #expect(try cluster.copies(of: id) ?? 0 >= 2) }
        try await eventually {
            try cluster.database.execute("select count(*) from blob_leaving where removed_at is not null") == "20"
        }
        for (number, id) in ids.enumerated() { #expect(try await cluster.nodes[0].get(id) == picture(number)) }
    }

    @Test func aMoveGoesOnWhereItWasAndAsFastAsWasSaid() async throws {
        let bucket = try TestBucket()
        let cluster = try await StoreCluster(1, place: .nodesBeside(bucket))
        for number in 0..<8 { _ = try await cluster.nodes[0].put(picture(number)) }
        // Four at once, and then a pause of more than a day.
        try cluster.database.execute("insert into blob_move (to_bucket, bytes_per_second) values (true, 1)")
        try await eventually { try cluster.database.execute("select moved from blob_move") == "4" }
        let before = cluster.nodes[0]
        cluster.kill(before)
        try cluster.database.execute("update blob_move set bytes_per_second = 1000000000")
        try cluster.start(before.name, folder: before.folder, place: .nodesBeside(bucket))
        try await eventually { try cluster.database.execute("select ended_at is not null from blob_move") == "t" }
        #expect(try cluster.database.execute("select moved = 8 and failed = 0 from blob_move") == "t")
    }

    @Test func aMoveThatIsStoppedDoesNotGoOn() async throws {
        let bucket = try TestBucket()
        let cluster = try await StoreCluster(1, place: .nodesBeside(bucket))
        for number in 0..<8 { _ = try await cluster.nodes[0].put(picture(number)) }
        // Stopped when the first blob of the first four is there.
        try cluster.database.execute(
            """
            create function stop() returns trigger language plpgsql as $$ begin
                update blob_move set ended_at = now(), is_stopped = true where id = 1 and ended_at is null;
                return new;
            end $$;
            create trigger stop after insert on blob_copy for each row execute function stop();
            """)
        let move = "insert into blob_move (to_bucket, bytes_per_second) values (true, 1000000000)"
        try cluster.database.execute(move)
        try await eventually { try cluster.database.execute("select is_stopped from blob_move") == "t" }
        // The next one begins when the first is over, and finds what that has left.
        try cluster.database.execute(move)
        let running = "select count(*) from blob_move where ended_at is null"
        try await eventually { try cluster.database.execute(running) == "0" }
        #expect(try cluster.database.execute("select moved from blob_move order by id desc limit 1") == "4")
    }

    @Test func aMoveToNodesMakesAsManyCopiesAsAreWanted() async throws {
        let bucket = try TestBucket()
        var timing = StoreNode.eager
        // Nobody else makes any.
        timing.repairing = .seconds(3_600)
        let cluster = try await StoreCluster(2, timing: timing, place: .bucket(bucket))
        let id = try await cluster.nodes[0].put(picture(1))
        #expect(try cluster.isInBucket(id) && !cluster.nodes[1].has(id))
        try cluster.database.execute("insert into blob_move (to_bucket, bytes_per_second) values (false, 1000000000)")
        try await eventually { try cluster.database.execute("select moved + failed > 0 from blob_move") == "t" }
        #expect(try cluster.database.execute("select moved = 1 and failed = 0 from blob_move") == "t")
        #expect(try cluster.nodes.allSatisfy { $0.has(id) } && !cluster.isInBucket(id))
        #expect(try cluster.copies(of: id) == 2)
    }

    @Test func whatLiesIsNotMoved() async throws {
        let bucket = try TestBucket()
        var timing = StoreNode.eager
        timing.looking = .seconds(3_600)
        let cluster = try await StoreCluster(1, timing: timing, place: .nodesBeside(bucket))
        let id = try await cluster.nodes[0].put(picture(1))
        var lie = Data(picture(1))
        lie[40_000] ^= 1
        try lie.write(to: URL(filePath: cluster.nodes[0].path(of: id)))
        try cluster.database.execute("insert into blob_move (to_bucket, bytes_per_second) values (true, 1000000000)")
        try await eventually { try cluster.database.execute("select failed > 0 from blob_move") == "t" }
        #expect(try !cluster.isInBucket(id))
    }
}
