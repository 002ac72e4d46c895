import Blobs
import DBProxy
import Foundation
import PostgresKit
import Primitives
import Reactor
import Replication
import S3
import S3Kit
import Synchronization
import TLS
import TalkProtocol
import Testing
import WaitKit

/// The part of a node that keeps blobs, on a loop of its own.
final class StoreNode: Sendable {
    static let key = [UInt8](repeating: 7, count: TLSContext.sharedKeyByteCount)

    let name: String
    let folder: String
    let store: DirectoryStore
    /// Of its store.
    let mark: String
    private let disk: WorkerPool
    private let names: WorkerPool
    private let group: LoopGroup
    private let parts: Parts

    /// Proof of Sendable: made and used on one loop.
    private final class Parts: @unchecked Sendable {
        var database: Database?
        var keeper: BlobKeeper?
        var upkeep: BlobUpkeep?
    }

    /// Looks often enough for a test.
    static var eager: BlobUpkeep.Timing {
        var timing = BlobUpkeep.Timing()
        timing.announcing = .milliseconds(50)
        timing.repairing = .milliseconds(50)
        timing.looking = .milliseconds(1)
        timing.resting = .milliseconds(10)
        timing.settling = .zero
        timing.probing = .milliseconds(50)
        return timing
    }

    init(
        _ name: String, _ database: TestDatabase, folder: String? = nil, reserve: Int = 0, copies: Int = 2,
        timing: BlobUpkeep.Timing = eager, place: StorePlace = .nodes
    ) throws {
        self.name = name
        let folder = folder ?? FileManager.default.temporaryDirectory.appending(path: "store-\(UUID())").path
        self.folder = folder
        let store = try DirectoryStore(at: folder, reserve: reserve)
        self.store = store
        mark = store.mark
        let (disk, names) = (
            try WorkerPool(name: "disk", threads: 2, capacity: 1_000),
            try WorkerPool(name: "dns", threads: 1, capacity: 8)
        )
        (self.disk, self.names) = (disk, names)
        let parts = Parts()
        self.parts = parts
        var configuration = Database.Configuration(
            address: try PostgresAddress(database.connectionString), applicationName: name)
        configuration.appendConnections = 0
        let ready = configuration
        group = try LoopGroup(LoopGroup.Configuration(seed: 5)) { loop in
            let resolver = NameResolver(pool: names)
            let database = Database(ready, resolver: resolver, on: loop)
            let client = CopyClient(try TLSContext(sharing: Self.key, accepts: false), disk: disk, on: loop)
            let clock = { UnixTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
            let keeper = BlobKeeper(
                store, copies: copies, disk: disk, client: client, database: database, resolver: resolver,
                bucket: try place.open(disk: disk, resolver: resolver, wallClock: clock, on: loop), home: place.home,
                on: loop)
            let port = CopyPort(
                store, disk: disk, on: loop, number: { keeper.number }, damaged: { keeper.forget($0) })
            let door = CopyDoor(try TLSContext(sharing: Self.key, accepts: true), nodes: port, on: loop) { handle, _ in
                loop.close(handle, .now)
            }
            let listener = try loop.listen(on: .loopback(port: 0), loop.register(door, limits: StreamLimits()))
            let upkeep = BlobUpkeep(
                keeper, node: name, host: "127.0.0.1", port: listener.address.port, timing: timing,
                wallClock: clock)
            (parts.database, parts.keeper, parts.upkeep) = (database, keeper, upkeep)
            upkeep.start()
            BlobMover(keeper, pause: .milliseconds(20)).start()
        }
    }

    /// As when its process is killed: nobody is told.
    func stop() {
        group.stop()
        disk.stop()
        names.stop()
    }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (BlobKeeper, @escaping (Value) -> Void) -> Void
    ) async -> Value {
        await withCheckedContinuation { done in
            group.loops[0].execute { [parts] _ in
                guard let keeper = parts.keeper else { return }
                body(keeper) { done.resume(returning: $0) }
            }
        }
    }

    var report: BlobUpkeep.Report {
        get async {
            await withCheckedContinuation { done in
                group.loops[0].execute { [parts] _ in
                    guard let upkeep = parts.upkeep else { return }
                    done.resume(returning: upkeep.report)
                }
            }
        }
    }

    /// It has one that was told to the database, or none.
    var knowsBucket: Bool {
        get async { await run { (keeper: BlobKeeper, done: (Bool) -> Void) in done(keeper.isWhole) } }
    }

    func put(_ bytes: [UInt8], as kind: BlobKind = .picture, life: Int32? = nil) async throws -> BlobID {
        let writer: Result<BlobWriter, BlobKeeper.Failure> = await run { $0.begin(expecting: bytes.count, $1) }
        try writer.get().append(bytes.rawBytes)
        let kept: Result<BlobID, BlobKeeper.Failure> = await run {
            guard case .success(let writer) = writer else { return }
            $0.keep(writer, type: 1, by: UserID(1), as: kind, life: life, $1)
        }
        return try kept.get()
    }

    /// The bytes; `nil`: there is no such blob.
    func get(_ id: BlobID) async throws -> [UInt8]? {
        let opened: Result<StoredBlob?, BlobKeeper.Failure> = await run { $0.open(id, $1) }
        guard let blob = try opened.get() else { return nil }
        return try blob.file.read(at: 0, count: blob.byteCount + 1)
    }

    /// Of one that is on its disk.
    func isPicture(_ id: BlobID) async throws -> Bool {
        let found: Result<Bool, BlobKeeper.Failure> = await run { keeper, done in
            keeper.open(id) { opened in
                guard case .success(let blob?) = opened else { return done(.failure(.unavailable)) }
                keeper.isPicture(id, blob, done)
            }
        }
        return try found.get()
    }

    func path(of id: BlobID) -> String { "\(folder)/blobs/\(id.description.prefix(2))/\(id)" }

    func has(_ id: BlobID) -> Bool { FileManager.default.fileExists(atPath: path(of: id)) }

    /// Those of blobs.
    func removeFiles() {
        let shelves = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/blobs")) ?? []
        for shelf in shelves { try? FileManager.default.removeItem(atPath: "\(folder)/blobs/\(shelf)") }
    }

    func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }
}

/// Where the blobs of a cluster lie, and the bucket that it knows.
enum StorePlace {
    case nodes
    /// On nodes, and there is a bucket.
    case nodesBeside(TestBucket)
    case bucket(TestBucket)

    var home: BlobHome {
        if case .bucket = self { .bucket } else { .nodes }
    }

    func open(
        disk: WorkerPool, resolver: NameResolver, wallClock: @escaping () -> UnixTime, on loop: EventLoop
    ) throws -> S3Bucket? {
        switch self {
        case .nodes: nil
        case .nodesBeside(let bucket), .bucket(let bucket):
            S3Bucket(
                try bucket.endpoint(), bucket.credentials, nil, disk: disk, resolver: resolver, wallClock: wallClock,
                on: loop)
        }
    }
}

/// Nodes on one database.
final class StoreCluster {
    let database: TestDatabase
    private(set) var nodes: [StoreNode] = []

    init(_ count: Int, timing: BlobUpkeep.Timing = StoreNode.eager, place: StorePlace = .nodes) async throws {
        database = try TestDatabase()
        for number in 1...count { try start("node-\(number)", timing: timing, place: place) }
        try await untilKnown()
    }

    @discardableResult
    func start(
        _ name: String, folder: String? = nil, reserve: Int = 0, timing: BlobUpkeep.Timing = StoreNode.eager,
        place: StorePlace = .nodes
    ) throws -> StoreNode {
        let node = try StoreNode(
            name, database, folder: folder, reserve: reserve, timing: timing, place: place)
        nodes.append(node)
        return node
    }

    /// As when its process is killed; its folder stays.
    func kill(_ node: StoreNode) {
        nodes.removeAll { $0 === node }
        node.stop()
    }

    /// Until each node knows of all stores, and of the bucket if there is one.
    func untilKnown() async throws {
        for node in nodes { try await eventually { await node.report.knownStores == nodes.count } }
        for node in nodes { try await eventually { await node.knowsBucket } }
    }

    /// Until a node has looked at all of its disk: it finds out about a copy of the last part, and then of another one.
    func untilLooked(at node: StoreNode) async throws {
        for round in 1...2 {
            let digest = String(repeating: "ff", count: BlobID.byteCount - 1) + "0\(round)"
            try database.execute("insert into blob values ('\\x\(digest)', 1, 1, 1, 1) on conflict do nothing")
            try database.execute(
                "insert into blob_copy select id, '\\x\(digest)' from blob_store where mark = '\(node.mark)'")
            try await eventually {
                try database.execute("select count(*) from blob_copy where digest = '\\x\(digest)'") == "0"
            }
        }
    }

    /// Whether the bucket counts as having a copy.
    func isInBucket(_ id: BlobID) throws -> Bool {
        try database.execute(
            """
            select count(*) from blob_copy c join blob_store s on s.id = c.store
            where s.is_bucket and c.digest = '\\x\(id)'
            """) == "1"
    }

    func copies(of id: BlobID) throws -> Int? {
        try database.execute("select copies from blob where digest = '\\x\(id)'").flatMap { Int($0) }
    }

    /// As if a node had not been heard of for so long.
    func age(_ node: StoreNode, seconds: Int) throws {
        try database.execute(
            "update blob_store set seen_at = now() - interval '\(seconds) s' where node = '\(node.name)'")
    }

    deinit {
        for node in nodes {
            node.stop()
            node.removeFolder()
        }
    }
}
