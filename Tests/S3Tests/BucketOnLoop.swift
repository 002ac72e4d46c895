import Blobs
import Foundation
import Primitives
import Reactor
import S3
import S3Kit
import TLS

/// A bucket on a loop of its own, and a store of files beside it.
final class BucketOnLoop: Sendable {
    /// Proof of Sendable: set by the loop's first turn, and used on that loop.
    private final class Part: @unchecked Sendable {
        var bucket: S3Bucket?
    }

    let store: DirectoryStore
    private let folder = FileManager.default.temporaryDirectory.appending(path: "s3-\(UUID())").path
    private let part = Part()
    private let group: LoopGroup
    let disk: WorkerPool
    private let names: WorkerPool

    init(
        _ endpoint: S3Endpoint, _ credentials: S3Credentials, _ context: TLSContext? = nil,
        partBytes: Int = S3Bucket.partBytes, patience: Duration = .seconds(30), clock: Duration = .zero
    ) throws {
        store = try DirectoryStore(at: folder, reserve: 0)
        let disk = try WorkerPool(name: "disk", threads: 1, capacity: 100)
        let names = try WorkerPool(name: "names", threads: 1, capacity: 100)
        (self.disk, self.names) = (disk, names)
        group = try LoopGroup(LoopGroup.Configuration(seed: 3)) { [part] loop in
            part.bucket = S3Bucket(
                endpoint, credentials, context, partBytes: partBytes, patience: patience, disk: disk,
                resolver: NameResolver(pool: names),
                wallClock: {
                    let now = Int64(Date().timeIntervalSince1970 * 1_000)
                    return UnixTime(milliseconds: now + clock.milliseconds)
                }, on: loop)
        }
    }

    /// On a server of this test, which does not look at who asks.
    convenience init(
        onPort port: UInt16, partBytes: Int = S3Bucket.partBytes, patience: Duration = .seconds(30)
    ) throws {
        let endpoint = try S3Endpoint(
            "http://127.0.0.1:\(port)", bucket: "bucket", region: "us-east-1", isPathStyle: true)
        try self.init(endpoint, S3Credentials(accessKey: "a", secret: "b"), partBytes: partBytes, patience: patience)
    }

    func run<Value: Sendable>(
        _ body: @escaping @Sendable (S3Bucket, @escaping (Value) -> Void) -> Void
    ) async -> Value {
        await withCheckedContinuation { done in
            group.loops[0].execute { [part] _ in
                guard let bucket = part.bucket else { return }
                body(bucket) { done.resume(returning: $0) }
            }
        }
    }

    func keep(_ bytes: [UInt8]) throws -> (BlobID, File) {
        let writer = try store.begin()
        try writer.append(bytes.rawBytes)
        let id = try writer.finish()
        guard let blob = try store.open(id) else { throw DirectoryStore.Failure.damaged }
        return (id, blob.file)
    }

    func put(_ id: BlobID, _ file: File, _ byteCount: Int) async -> Result<Void, S3Failure> {
        await run { $0.put(id, file, byteCount: byteCount, $1) }
    }

    func fetch(_ id: BlobID, _ byteCount: Int, into writer: BlobWriter) async -> Result<Void, S3Failure> {
        await run { $0.fetch(id, byteCount: byteCount, into: writer, $1) }
    }

    func stat(_ id: BlobID) async -> Result<Int?, S3Failure> { await run { $0.stat(id, $1) } }

    func remove(_ id: BlobID) async -> Result<Void, S3Failure> { await run { $0.remove(id, $1) } }

    func probe() async -> Result<Void, S3Failure> { await run { $0.probe($1) } }

    var skew: Duration? { get async { await run { $1($0.skew) } } }

    /// Connections to it.
    var connectionCount: Int {
        get async {
            await withCheckedContinuation { done in
                group.loops[0].execute { done.resume(returning: $0.connectionCount) }
            }
        }
    }

    deinit {
        group.stop()
        disk.stop()
        names.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

extension Result<Void, S3Failure> {
    var failure: S3Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
