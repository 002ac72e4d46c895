public import Blobs
public import DBProxy
import Primitives
public import Reactor
public import S3
public import TalkProtocol

/// The blobs of the cluster as one node sees them: what it takes is on as many disks as is wanted before that is said,
/// and what it is asked for it gets from whoever has it. Confined to its loop.
public final class BlobKeeper {
    public enum Failure: Error, Equatable {
        /// No room: on this disk, or on all others that are there.
        case full
        /// Not now: no database, no second node that answers although there is one, a disk that fails.
        case unavailable
        /// Too much at once.
        case busy
        /// The user has stored as much as he may.
        case overQuota
    }

    let store: DirectoryStore
    let disk: WorkerPool
    let database: Database
    let client: CopyClient
    let loop: EventLoop
    let resolver: NameResolver
    /// `nil`: this node knows none.
    let bucket: S3Bucket?
    let home: BlobHome
    /// The number of that bucket, once it has answered and the database knows it.
    var bucketNumber: Int32?
    /// Copies that there are to be of each blob.
    let wanted: Int
    var others = OtherStores(own: nil)
    /// Of this store, once the database knows it.
    public var number: Int32? { others.own }
    var fetches: [BlobID: [(Result<StoredBlob?, Failure>) -> Void]] = [:]

    public init(
        _ store: DirectoryStore, copies: Int, disk: WorkerPool, client: CopyClient, database: Database,
        resolver: NameResolver, bucket: S3Bucket? = nil, home: BlobHome = .nodes, on loop: EventLoop
    ) {
        precondition(home == .nodes || bucket != nil, "blobs are to lie in a bucket, and there is none")
        precondition((1...3).contains(copies), "\(copies) copies of each blob")
        self.store = store
        self.disk = disk
        self.database = database
        self.client = client
        self.resolver = resolver
        self.bucket = bucket
        self.home = home
        self.loop = loop
        wanted = copies
    }

    /// The database knows this store: blobs can be taken.
    public var isReady: Bool { others.own != nil }

    /// It knows, besides, the bucket that it has.
    public var isWhole: Bool { isReady && (bucket == nil || others.knowsBucket) }

    // MARK: Taking

    /// Begins a blob that a user sends.
    public func begin(expecting byteCount: Int, _ completion: @escaping (Result<BlobWriter, Failure>) -> Void) {
        guard isReady else { return completion(.failure(.unavailable)) }
        work({ [store] () throws(DirectoryStore.Failure) in try store.begin(expecting: byteCount) }, completion)
    }

    /// What was written becomes a blob: on this disk, on others', and in the database.
    ///
    /// - Parameters:
    ///   - life: seconds until it is deleted; `nil`: never.
    ///   - quota: bytes of pictures that everybody may have stored; `nil`: nobody looks.
    public func keep(
        _ writer: BlobWriter, type: Int16, by user: UserID, as kind: BlobKind, life: Int32?, within quota: Int? = nil,
        _ completion: @escaping (Result<BlobID, Failure>) -> Void
    ) {
        finish(writer) { [self] result in
            switch result {
            case .success(let id):
                keep(id, type: type, by: user, as: kind, life: life, within: quota) { completion($0.map { id }) }
            case .failure(let failure): completion(.failure(failure))
            }
        }
    }

    /// What was written is on this disk, under its name, and nobody else knows of it: `keep` is next.
    public func finish(_ writer: BlobWriter, _ completion: @escaping (Result<BlobID, Failure>) -> Void) {
        work({ () throws(DirectoryStore.Failure) in try writer.finish() }, completion)
    }

    /// The same for a blob that is known by its name. `false`: other bytes were written, and nothing is kept.
    public func finish(_ writer: BlobWriter, as id: BlobID, _ completion: @escaping (Result<Bool, Failure>) -> Void) {
        work({ () throws(DirectoryStore.Failure) in try writer.finish(as: id) }, completion)
    }

    /// A blob of this disk is on others', and in the database. May be asked again where it failed.
    public func keep(
        _ id: BlobID, type: Int16, by user: UserID, as kind: BlobKind, life: Int32?, within quota: Int? = nil,
        _ completion: @escaping (Result<Void, Failure>) -> Void
    ) {
        guard let own = others.own else { return completion(.failure(.unavailable)) }
        let begun = loop.now
        work({ [store] () throws(DirectoryStore.Failure) in try store.open(id) }) {
            [self] (result: Result<StoredBlob?, Failure>) in
            switch result {
            case .success(let blob?):
                spread(id, blob, [own], others.targets(for: id, besides: [own])) { [self] result in
                    guard case .success(let stores) = result else { return completion(result.map { _ in }) }
                    let folders = stores.filter { $0 != others.bucket }
                    let record = BlobRecord(id: id, byteCount: blob.byteCount, type: type, stores: folders)
                    database.storeBlob(
                        record, wanted: wanted, by: user, as: kind, life: life, within: quota
                    ) { [self] stored in
                        guard case .success(let copies) = stored else { return completion(.failure(.unavailable)) }
                        if copies == nil { return completion(.failure(.overQuota)) }
                        let end = { [self] in
                            kind == .picture ? publish(id) { _ in completion(.success(())) } : completion(.success(()))
                        }
                        if stores.count == folders.count { return end() }
                        noteBucket(id, since: begun) { $0 ? end() : completion(.failure(.unavailable)) }
                    }
                }
            case .success(nil): completion(.failure(.unavailable))
            case .failure(let failure): completion(.failure(failure))
            }
        }
    }

    /// Gives copies to others until there are enough. Fewer are enough only where nobody else lives: who was heard of
    /// lately and does not answer may be cut off from us, and have clients that want to see this.
    private func spread(
        _ id: BlobID, _ blob: StoredBlob, _ stores: [Int32], _ targets: [BlobStorePlace],
        excuse: Failure? = nil, _ completion: @escaping (Result<[Int32], Failure>) -> Void
    ) {
        if others.areEnough(stores, wanted: wanted) { return completion(.success(stores)) }
        guard let target = targets.first else {
            // A bucket that has not answered yet is none that there is not.
            let excuse = excuse ?? (home == .bucket ? .unavailable : nil)
            return completion(excuse.map(Result.failure) ?? .success(stores))
        }
        give(id, blob, to: target) { [self] result in
            var (stores, excuse) = (stores, excuse)
            switch result {
            case .success: stores.append(target.id)
            case .failure(.full): excuse = .full
            case .failure: if target.isBucket || OtherStores.isFresh(target) { excuse = excuse ?? .unavailable }
            }
            spread(id, blob, stores, Array(targets.dropFirst()), excuse: excuse, completion)
        }
    }

    // MARK: Giving

    /// A blob, from this disk or by way of it; `nil`: nobody has ever stored it, or its time is over.
    public func open(_ id: BlobID, _ completion: @escaping (Result<StoredBlob?, Failure>) -> Void) {
        // What is fetched often is given as a file server does: two threads more for each would cost more than it does.
        if let blob = store.openVerified(id) { return completion(.success(blob)) }
        let isTaken = disk.submit(from: loop, { [store] in
            Result { () throws(DirectoryStore.Failure) in try store.open(id) }
        }) { [self] result in
            switch result {
            case .success(let blob?): completion(.success(blob))
            case .success(nil): fetch(id, completion)
            case .failure(let failure) where failure.isOfTheFile:
                // It is not told of until the database knows.
                forget(id) { [self] in fetch(id, completion) }
            case .failure: fetch(id, completion)
            }
        }
        if !isTaken { completion(.failure(.busy)) }
    }

    /// Whether whoever has its name may have a blob of this disk: if somebody has sent it as a picture. The disk knows,
    /// but for copies that others have given it of late: of those the database is asked, once.
    public func isPicture(
        _ id: BlobID, _ blob: StoredBlob, _ completion: @escaping (Result<Bool, Failure>) -> Void
    ) {
        if blob.isPublic { return completion(.success(true)) }
        database.blob(id) { [self] result in
            switch result {
            case .success(let known?) where known.isPicture: publish(id) { _ in completion(.success(true)) }
            case .success: completion(.success(false))
            case .failure: completion(.failure(.unavailable))
            }
        }
    }

    /// If it fails, the database is asked again.
    func publish(_ id: BlobID, _ completion: @escaping (Result<Void, Failure>) -> Void) {
        work({ [store] () throws(DirectoryStore.Failure) in try store.publish([id]) }, completion)
    }

    /// A blob was damaged and is gone from this disk, or cannot be read there: others make a copy.
    public func forget(_ id: BlobID, _ completion: @escaping () -> Void = {}) {
        guard let own = others.own else { return completion() }
        database.dropCopies(of: [id], in: own) { _ in completion() }
    }

    /// Appends to a blob on its way into the store. Who waits for the answer before he brings more keeps its rate.
    public func append(
        _ bytes: [UInt8], to writer: BlobWriter, _ completion: @escaping (Result<Void, Failure>) -> Void
    ) {
        let isTaken = writer.append(bytes, on: disk, from: loop) { completion($0.mapError(Self.failure)) }
        if !isTaken { completion(.failure(.busy)) }
    }

    /// Works on the disk's threads.
    public func work<Value: Sendable>(
        _ job: @escaping @Sendable () throws(DirectoryStore.Failure) -> Value,
        _ completion: @escaping (Result<Value, Failure>) -> Void
    ) {
        let isTaken = disk.submit(from: loop, { Result(catching: job) }) { result in
            completion(result.mapError(Self.failure))
        }
        if !isTaken { completion(.failure(.busy)) }
    }

    private static func failure(_ failure: DirectoryStore.Failure) -> Failure {
        failure == .full ? .full : .unavailable
    }
}
