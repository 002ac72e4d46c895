@testable import Blobs
@testable import DBProxy
import Foundation
import PostgresKit
import Reactor
@testable import Replication
import Testing
import WaitKit

/// What the upkeep makes of a database that was away, and of disks that fail.
@Suite(.timeLimit(.minutes(5))) struct UpkeepFaultTests {
    private let picture = [UInt8](repeating: 3, count: 100_000)

    /// Nobody looks at the disks.
    private static var incurious: BlobUpkeep.Timing {
        var timing = StoreNode.eager
        timing.looking = .seconds(3_600)
        return timing
    }

    @Test("after the database was away nobody is lost until all had time to be heard again")
    func silence() async throws {
        var timing = StoreNode.eager
        timing.settling = .seconds(3_600)
        let cluster = try await StoreCluster(2, timing: timing)
        let other = cluster.nodes[1]
        let expired = try await cluster.nodes[0].put([1], life: 1_000)
        cluster.kill(other)
        try cluster.age(other, seconds: 700)
        // Those whose time is over go after the lost ones.
        try cluster.database.execute("update blob set expires_at = now()")
        try await eventually { try cluster.copies(of: expired) == nil }
        #expect(try cluster.database.execute("select count(*) from blob_store where is_lost") == "0")
        other.removeFolder()
    }

    @Test func aStoreThatFindsDamageWhenItIsAskedSaysSo() async throws {
        let cluster = try await StoreCluster(2, timing: Self.incurious)
        let id = try await cluster.nodes[0].put(picture)
        try FileManager.default.removeItem(atPath: cluster.nodes[0].path(of: id))
        var lie = Data(picture)
        lie[70_000] ^= 4
        try lie.write(to: URL(filePath: cluster.nodes[1].path(of: id)))
        await #expect(throws: BlobKeeper.Failure.unavailable) { try await cluster.nodes[0].get(id) }
        try await eventually { try cluster.copies(of: id) == 1 }
    }

    @Test func aCopyThatHasRottenUnnoticedKeepsNoGoodOneFromBeingCopied() async throws {
        let cluster = try await StoreCluster(3, timing: Self.incurious)
        let id = try await cluster.nodes[0].put(picture)
        let holders = "select node from blob_store s join blob_copy c on c.store = s.id order by s.id limit 1"
        let name = try cluster.database.execute(holders)
        let first = try #require(cluster.nodes.first { $0.name == name })
        var lie = Data(picture)
        lie[70_000] ^= 4
        try lie.write(to: URL(filePath: first.path(of: id)))
        // As where the disk has lost it: the kernel knows of no change.
        let file = try #require(try File.open(first.path(of: id)))
        first.store.remember(id, try file.facts())
        try cluster.database.execute("update blob set wanted = 3")
        try await eventually { try cluster.copies(of: id) == 3 }
        for node in cluster.nodes { #expect(try await node.get(id) == picture) }
    }

    @Test func aFolderInThePlaceOfAFileIsPutAside() async throws {
        let cluster = try await StoreCluster(2, timing: Self.incurious)
        let id = try await cluster.nodes[0].put(picture)
        let node = cluster.nodes[1]
        try FileManager.default.removeItem(atPath: node.path(of: id))
        try FileManager.default.createDirectory(atPath: node.path(of: id) + "/kept", withIntermediateDirectories: true)
        #expect(try await node.get(id) == picture)
        #expect(FileManager.default.fileExists(atPath: node.folder + "/aside-0/kept"))
        try await eventually { try cluster.copies(of: id) == 2 }
        #expect(node.has(id))
    }

    @Test func aNodeWhoseFolderIsGoneIsNotWaitedFor() async throws {
        let cluster = try await StoreCluster(2)
        let broken = cluster.nodes[1]
        try FileManager.default.moveItem(atPath: broken.folder, toPath: broken.folder + "-away")
        defer { try? FileManager.default.removeItem(atPath: broken.folder + "-away") }
        try await eventually { await broken.report.freeBytes == nil }
        let since = "select seen_at from blob_store where node = "
        let words = "select (\(since)'node-1') - (\(since)'node-2') > interval '20.5 s'"
        // What it said before is on its way no more.
        let silent = "select (\(since)'node-1') - (\(since)'node-2') > interval '0.3 s'"
        try await eventually { try cluster.database.execute(silent) == "t" }
        try cluster.age(broken, seconds: 20)
        try await eventually { try cluster.database.execute(words) == "t" }
    }

    @Test func aFolderThatCannotBeReadIsNotAnEmptyOne() async throws {
        let cluster = try await StoreCluster(2)
        let id = try await cluster.nodes[0].put(picture)
        let node = cluster.nodes[1]
        let shelf = URL(filePath: node.path(of: id)).deletingLastPathComponent().path
        try FileManager.default.moveItem(atPath: shelf, toPath: shelf + "-away")
        try Data().write(to: URL(filePath: shelf))
        try await cluster.untilLooked(at: node)
        #expect(try cluster.copies(of: id) == 2)
    }

    @Test func aLookCountsNothingThatCannotBeRead() async throws {
        let cluster = try await StoreCluster(2)
        let (gone, damaged) = (try await cluster.nodes[0].put(picture), try await cluster.nodes[0].put([1, 2, 3]))
        // Also what would be counted for a moment only.
        try cluster.database.execute(
            """
            create table noted (store int);
            create function note() returns trigger language plpgsql as
                $$ begin insert into noted values (new.store); return new; end $$;
            create trigger note after insert on blob_copy for each row execute function note();
            """)
        let node = try cluster.start("node-3")
        try await cluster.untilKnown()
        for id in [gone, damaged] {
            let shelf = URL(filePath: node.path(of: id)).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
        }
        // It has a name, and is gone for whoever opens it.
        try FileManager.default.createSymbolicLink(
            atPath: node.path(of: gone), withDestinationPath: cluster.nodes[0].path(of: gone))
        try Data([1, 2, 4]).write(to: URL(filePath: node.path(of: damaged)))
        try await cluster.untilLooked(at: node)
        #expect(!node.has(damaged))
        #expect(try cluster.database.execute("select count(*) from noted") == "2", "those of the look itself")
    }

    @Test func nobodyLooksForRoomThatIsNotThere() {
        let places = [false, false, true].enumerated().map { number, isLost in
            BlobStorePlace(
                id: Int32(number), node: "", host: "", port: 1, secondsUnseen: 0, isLost: isLost, isBucket: false)
        }
        let stores = OtherStores(own: 0, places)
        #expect(stores.haveRoom(besides: 1) && !stores.haveRoom(besides: 2))
    }
}
